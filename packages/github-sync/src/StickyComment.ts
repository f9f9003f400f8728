/**
 * A comment on a pull request that is kept up to date instead of being written anew.
 *
 * @since 0.1.0
 */
import { Effect, Option } from "effect"
import type { PullRequestRef } from "./domain/PullRequest.ts"
import { GitHub, type Comment, type GitHubClient, type GitHubError } from "./GitHub.ts"

/**
 * What became of a comment.
 *
 * @category models
 * @since 0.1.0
 */
export interface Kept {
  readonly _tag: "unchanged" | "created" | "updated"
  readonly comment: Comment
}

const markerOf = (name: string): string => `<!-- lockstep: ${name} -->`

/**
 * Makes the comment of a name on a pull request say something: creates it the first time, and changes it afterwards.
 *
 * **When to use**
 *
 * To tell people how things stand, in one place and without a notification each time.
 *
 * **Details**
 *
 * The comment is found by a mark in its first line that people don't see; the oldest one counts. One that somebody else has
 * written under the same mark, and that can't be changed therefore, is left alone, and a new one is created.
 *
 * **Example** (Telling why a pull request is not merged)
 *
 * ```ts
 * import { StickyComment } from "@lockstep/github-sync"
 *
 * const told = StickyComment.keep({ repository: { owner: "acme", name: "web" }, number: 42 }, "state", "It is a draft.")
 * ```
 *
 * @category comments
 * @since 0.1.0
 */
export const keep: (ref: PullRequestRef, name: string, text: string) => Effect.Effect<Kept, GitHubError, GitHub> =
  Effect.fn("StickyComment.keep")(function* (ref: PullRequestRef, name: string, text: string) {
    const github = yield* GitHub
    const body = `${markerOf(name)}\n${text}`
    const own = (yield* github.listComments(ref)).filter((comment) => firstLine(comment.body) === markerOf(name))
    for (const comment of own) {
      if (sameText(comment.body, body)) return { _tag: "unchanged" as const, comment }
      const updated = yield* update(github, ref, comment, body)
      if (Option.isSome(updated)) return { _tag: "updated" as const, comment: updated.value }
    }
    return { _tag: "created" as const, comment: yield* github.createComment(ref, body) }
  })

const update = (github: GitHubClient, ref: PullRequestRef, { id }: Comment, body: string) =>
  github.updateComment(ref.repository, id, body).pipe(
    Effect.asSome,
    // Somebody else's, or deleted meanwhile.
    Effect.catchReasons("GitHubError", {
      Forbidden: () => Effect.succeedNone,
      NotFound: () => Effect.succeedNone
    })
  )

// GitHub may give line ends of its own, and trims the end.
const normal = (text: string) => text.replaceAll("\r\n", "\n").trimEnd()

const firstLine = (text: string) => normal(text).split("\n", 1)[0]

const sameText = (one: string, other: string) => normal(one) === normal(other)
