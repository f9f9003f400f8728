import { Resource, ResourceStore, type StoreError } from "@lockstep/core"
import {
  Coordinator,
  Discovery,
  DryRun,
  GitHub,
  type GitHubError,
  PullRequest,
  PullRequestTracker,
  type SyncError
} from "@lockstep/github-sync"
import { layerLocal } from "@lockstep/operator"
import { Effect, Layer, Option, Stdio } from "effect"
import { CommandError } from "./CommandError.ts"
import { tell } from "./Output.ts"
import { usageError } from "./usageError.ts"

/** A tracker that was made for the occasion, and who coordinates it with GitHub. */
export interface Tracked {
  readonly coordinator: Coordinator["Service"]
  readonly tracker: PullRequestTracker
  /** The tracker as it is now. */
  readonly current: Effect.Effect<PullRequestTracker, StoreError>
}

/** Runs something on the tracker of the pull request that a text names. */
export const onTracker = <A>(
  { dryRun, pullRequest: text }: { readonly pullRequest: string; readonly dryRun?: boolean },
  run: (tracked: Tracked) => Effect.Effect<A, StoreError | GitHubError | SyncError>
) =>
  Effect.flatMap(parseRef(text), (ref) =>
    Effect.flatMap(track(ref), run).pipe(
      Effect.provide(layerLocal().pipe(Layer.provideMerge(dryRun === true ? harmless : GitHub.layer))),
      Effect.mapError(
        (error) =>
          new CommandError({
            kind: error._tag.replace(/Error$/, ""),
            message: error.message,
            hint: error._tag === "ConfigError" ? "check LOCKSTEP_GITHUB_TOKEN and LOCKSTEP_GITHUB_URL" : ""
          })
      )
    )
  )

// Tells on stderr what would be written, and writes nothing.
const harmless = Layer.effect(
  GitHub,
  Effect.gen(function* () {
    const stdio = yield* Stdio.Stdio
    return DryRun.make(yield* GitHub, (write) => Effect.provideService(tell(`would ${write}`), Stdio.Stdio, stdio))
  })
).pipe(Layer.provide(GitHub.layer))

const parseRef = (text: string) =>
  Option.match(PullRequest.parseRef(text), {
    onSome: Effect.succeed,
    onNone: () =>
      Effect.fail(usageError(`"${text}" is no pull request`, "write OWNER/NAME#NUMBER, such as acme/web#42"))
  })

const track = Effect.fnUntraced(function* (ref: PullRequest.PullRequestRef) {
  const store = yield* ResourceStore
  const tracker = yield* Discovery.track(ref)
  return {
    coordinator: yield* Coordinator,
    tracker,
    current: store.get(PullRequestTracker, Resource.keyOf(tracker))
  } satisfies Tracked
})
