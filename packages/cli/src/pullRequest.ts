import { Resource, ResourceStore, type StoreError } from "@lockstep/core"
import {
  type Coordinator,
  Discovery,
  GitHub,
  type GitHubError,
  PullRequest,
  PullRequestTracker,
  type SyncError,
  type SyncResult
} from "@lockstep/github-sync"
import { layerLocal } from "@lockstep/operator"
import { DateTime, Effect, Layer, Option } from "effect"
import { Argument } from "effect/cli"
import { CommandError } from "./CommandError.ts"
import { Exit, exitCodes } from "./ExitCode.ts"
import { type OutputFormat, writeDocument, writeLine } from "./Output.ts"

/** `OWNER/NAME#NUMBER`. */
export const pullRequest = Argument.String("pull-request").pipe(
  Argument.withDescription("The pull request: OWNER/NAME#NUMBER")
)

const parseRef = (text: string) =>
  Option.match(PullRequest.parseRef(text), {
    onSome: Effect.succeed,
    onNone: () =>
      Effect.fail(
        new CommandError({
          kind: "Usage",
          message: `"${text}" is no pull request`,
          hint: "write OWNER/NAME#NUMBER, such as acme/web#42",
          exit: exitCodes.usage
        })
      )
  })

/** Runs something on the tracker of a pull request, which is made for the occasion. */
export const onTracker = <A>(
  text: string,
  run: (
    tracker: PullRequestTracker
  ) => Effect.Effect<A, StoreError | GitHubError | SyncError, Coordinator | ResourceStore | GitHub>
): Effect.Effect<A, CommandError> =>
  Effect.flatMap(parseRef(text), (ref) =>
    Effect.flatMap(Discovery.track(ref), run).pipe(
      Effect.provide(layerLocal().pipe(Layer.provideMerge(GitHub.layer))),
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

/** The tracker as it is now. */
export const currentTracker = (tracker: PullRequestTracker) =>
  ResourceStore.use((store) => store.get(PullRequestTracker, Resource.keyOf(tracker)))

/** Tells how a synchronization ended; ends with 3 where some of it was done, with 1 where nothing was. */
export const writeSyncResult = Effect.fnUntraced(function* (result: SyncResult, format: OutputFormat) {
  const { errors, finalState, initialState, labelsAdded, labelsRemoved, reason, syncTime } = result
  yield* format === "human"
    ? writeLine(
        [
          `${result._tag}: ${initialState ?? "unknown"} → ${finalState ?? "unknown"}`,
          ...(labelsAdded.length > 0 ? [`  + ${labelsAdded.join(", ")}`] : []),
          ...(labelsRemoved.length > 0 ? [`  - ${labelsRemoved.join(", ")}`] : []),
          `  ${reason}`,
          ...errors.map((error) => `  error: ${error.message}`)
        ].join("\n")
      )
    : writeDocument(
        "LabelSyncResult",
        {
          status: result._tag,
          initial: initialState,
          final: finalState,
          added: labelsAdded,
          removed: labelsRemoved,
          reason,
          errors: errors.map((error) => error.message),
          at: DateTime.formatIso(syncTime)
        },
        format
      )
  if (result._tag === "partial") return yield* new Exit({ code: exitCodes.partial })
  if (result._tag === "deferred" || result._tag === "refused") return yield* new Exit({ code: exitCodes.failed })
})
