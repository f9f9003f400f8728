/**
 * Pull requests, as far as Lockstep looks at them.
 *
 * @since 0.1.0
 */
import { Option, Schema } from "effect"
import { Label } from "./Label.ts"

/**
 * A repository, by its owner and name.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Repository = Schema.Struct({
  owner: Schema.String.check(
    Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9-]*$/u, { message: "Expected letters, digits and '-'" }),
    Schema.isMaxCodePoints(39)
  ),
  name: Schema.String.check(
    Schema.isPattern(/^[A-Za-z0-9._-]+$/u, { message: "Expected letters, digits, '.', '_' and '-'" }),
    Schema.isMaxCodePoints(100)
  )
})

/**
 * A repository, by its owner and name.
 *
 * @category models
 * @since 0.1.0
 */
export type Repository = typeof Repository.Type

/**
 * A pull request, by its repository and number.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PullRequestRef = Schema.Struct({
  repository: Repository,
  number: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))
})

/**
 * A pull request, by its repository and number.
 *
 * @category models
 * @since 0.1.0
 */
export type PullRequestRef = typeof PullRequestRef.Type

/**
 * A pull request as GitHub shows it.
 *
 * **Details**
 *
 * `mergeable` is `unknown` while GitHub is still working it out; that is not a no. `mergeCommitSHA` is there only once the
 * pull request is merged; before, GitHub's field of that name means a trial merge.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PullRequest = Schema.Struct({
  ...PullRequestRef.fields,
  title: Schema.String,
  author: Schema.String,
  url: Schema.String,
  open: Schema.Boolean,
  draft: Schema.Boolean,
  merged: Schema.Boolean,
  updatedAt: Schema.optionalKey(Schema.String),
  mergedAt: Schema.optionalKey(Schema.String),
  mergeCommitSHA: Schema.optionalKey(Schema.String),
  mergeable: Schema.Literals(["yes", "no", "unknown"]),
  head: Schema.Struct({ ref: Schema.String, sha: Schema.String }),
  base: Schema.Struct({ ref: Schema.String }),
  labels: Schema.Array(Label)
})

/**
 * A pull request as GitHub shows it.
 *
 * @category models
 * @since 0.1.0
 */
export type PullRequest = typeof PullRequest.Type

/**
 * Returns a repository as people write it: `owner/name`.
 *
 * @category formatting
 * @since 0.1.0
 */
export const formatRepository = (repository: Repository): string => `${repository.owner}/${repository.name}`

/**
 * Returns a pull request as people write it: `owner/name#42`.
 *
 * @category formatting
 * @since 0.1.0
 */
export const formatRef = (ref: PullRequestRef): string => `${formatRepository(ref.repository)}#${ref.number}`

/**
 * Reads a repository as people write it: `owner/name`.
 *
 * @category parsing
 * @since 0.1.0
 */
export const parseRepository = (text: string): Option.Option<Repository> => {
  const [owner, name, ...rest] = text.split("/")
  return rest.length > 0 ? Option.none() : Schema.decodeUnknownOption(Repository)({ owner, name })
}

/**
 * Reads a pull request as people write it: `owner/name#42`.
 *
 * **Example** (Reading an argument)
 *
 * ```ts
 * import { PullRequest } from "@lockstep/github-sync"
 *
 * PullRequest.parseRef("acme/web#42") // => Option.some({ repository: { owner: "acme", name: "web" }, number: 42 })
 * ```
 *
 * @category parsing
 * @since 0.1.0
 */
export const parseRef = (text: string): Option.Option<PullRequestRef> => {
  const match = /^([^#]+)#([1-9]\d*)$/u.exec(text)
  return match === null
    ? Option.none()
    : Option.flatMap(parseRepository(match[1] ?? ""), (repository) =>
        Schema.decodeOption(PullRequestRef)({ repository, number: Number(match[2]) })
      )
}
