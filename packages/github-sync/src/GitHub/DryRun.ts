/**
 * A GitHub that is looked at and never written to.
 *
 * @since 0.1.0
 */
import { Effect, Stream } from "effect"
import { fold, sameName, type Label } from "../domain/Label.ts"
import { formatRef, formatRepository, type PullRequestRef, type Repository } from "../domain/PullRequest.ts"
import type { GitHubClient } from "./GitHubClient.ts"

/**
 * A write that was not carried out, in words: `add the label cd/merged to acme/web#42`.
 *
 * @category models
 * @since 0.1.0
 */
export type IntendedWrite = string

/** The commit that a merge would have made: none. */
const noCommit = "0".repeat(40)

/**
 * Returns a client that reads from GitHub, keeps every write to itself, and tells of it.
 *
 * **Details**
 *
 * Later reads show labels as they would be after the writes so far, so that whoever reads back what it has written finds it.
 * All the rest is shown as it is. A merge returns a commit of zeros, and a comment has the number 0.
 *
 * **Example** (What would be done to the labels of a pull request)
 *
 * ```ts
 * import { DryRun, GitHub } from "@lockstep/github-sync"
 * import { Console, Effect, Layer } from "effect"
 *
 * const harmless = Layer.effect(
 *   GitHub,
 *   Effect.map(GitHub, (github) => DryRun.make(github, (write) => Console.log(`would ${write}`)))
 * ).pipe(Layer.provide(GitHub.layer))
 * ```
 *
 * @category decorators
 * @since 0.1.0
 */
export const make = (github: GitHubClient, onWrite: (write: IntendedWrite) => Effect.Effect<void>): GitHubClient => {
  const pullRequests = new Map<string, Map<string, Label | undefined>>()
  const catalogues = new Map<string, Map<string, Label | undefined>>()

  const of = (all: Map<string, Map<string, Label | undefined>>, name: string) => {
    const found = all.get(fold(name)) ?? new Map<string, Label | undefined>()
    all.set(fold(name), found)
    return found
  }

  const shown = (
    labels: ReadonlyArray<Label>,
    changes: ReadonlyMap<string, Label | undefined>
  ): ReadonlyArray<Label> => [
    ...labels.flatMap((label) => {
      const key = fold(label.name)
      return changes.has(key) ? [] : [label]
    }),
    ...[...changes.values()].filter((label) => label !== undefined)
  ]

  const labelsOf = (ref: PullRequestRef, labels: ReadonlyArray<Label>) =>
    shown(labels, of(pullRequests, formatRef(ref)))

  const catalogue = (repository: Repository) =>
    Effect.map(github.listRepositoryLabels(repository), (labels) =>
      shown(labels, of(catalogues, formatRepository(repository)))
    )

  const changeLabels = (ref: PullRequestRef, name: string, label: Label | undefined, write: IntendedWrite) =>
    Effect.gen(function* () {
      const present = labelsOf(ref, yield* github.listLabels(ref)).some((one) => sameName(one.name, name))
      // To add what is there and to take away what isn't is no write.
      if (present === (label !== undefined)) return
      of(pullRequests, formatRef(ref)).set(fold(name), label)
      yield* onWrite(write)
    })

  return {
    ...github,
    getPR: (ref) =>
      Effect.map(github.getPR(ref), (pullRequest) => ({ ...pullRequest, labels: labelsOf(ref, pullRequest.labels) })),
    listPRs: (repository, options) =>
      Stream.map(github.listPRs(repository, options), (pullRequest) => ({
        ...pullRequest,
        labels: labelsOf(pullRequest, pullRequest.labels)
      })),
    listLabels: (ref) => Effect.map(github.listLabels(ref), (labels) => labelsOf(ref, labels)),
    addLabel: (ref, name) => changeLabels(ref, name, { name }, `add the label ${name} to ${formatRef(ref)}`),
    removeLabel: (ref, name) => changeLabels(ref, name, undefined, `take the label ${name} from ${formatRef(ref)}`),
    listRepositoryLabels: catalogue,
    createLabel: (repository, label) => {
      of(catalogues, formatRepository(repository)).set(fold(label.name), label)
      return Effect.as(onWrite(`create the label ${label.name} in ${formatRepository(repository)}`), label)
    },
    updateLabel: (repository, name, change) =>
      Effect.gen(function* () {
        const before = (yield* catalogue(repository)).find((label) => sameName(label.name, name))
        const after = { ...before, name, ...change }
        const changes = of(catalogues, formatRepository(repository))
        changes.set(fold(name), undefined)
        changes.set(fold(after.name), after)
        yield* onWrite(`change the label ${name} of ${formatRepository(repository)}`)
        return after
      }),
    merge: (ref) => Effect.as(onWrite(`merge ${formatRef(ref)}`), noCommit),
    createComment: (ref, body) =>
      Effect.as(onWrite(`comment on ${formatRef(ref)}`), { id: 0, author: "lockstep", body, url: "" }),
    updateComment: (repository, id, body) =>
      Effect.as(onWrite(`change the comment ${id} in ${formatRepository(repository)}`), {
        id,
        author: "lockstep",
        body,
        url: ""
      })
  }
}
