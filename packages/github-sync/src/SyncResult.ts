/**
 * What a synchronization did, told completely: also when it worked out in part, or not at all.
 *
 * @since 0.1.0
 */
import { DateTime, Effect, type Duration } from "effect"
import type { LifecycleState } from "./domain/LifecycleState.ts"
import type { GitHubError } from "./GitHub/GitHubError.ts"

/**
 * What every result of a synchronization tells.
 *
 * @category models
 * @since 0.1.0
 */
export interface SyncDetails {
  /** The state before. */
  readonly initialState: LifecycleState | undefined
  /** The state that was observed afterwards, not the one that was wanted; nothing if it could not be observed. */
  readonly finalState: LifecycleState | undefined
  readonly labelsAdded: ReadonlyArray<string>
  readonly labelsRemoved: ReadonlyArray<string>
  readonly errors: ReadonlyArray<GitHubError>
  readonly syncTime: DateTime.Utc
  /** A sentence for people. */
  readonly reason: string
}

/**
 * The result of a synchronization.
 *
 * **Details**
 *
 * - `unchanged`: there was nothing to do.
 * - `applied`: everything was done, and was seen to be done.
 * - `partial`: some of it was done; `errors` say what was not.
 * - `deferred`: nothing was done, and it is worth trying again; `retryAfter` is how long GitHub asks to wait.
 * - `refused`: nothing of what was asked for was done, and trying again doesn't help.
 *
 * @category models
 * @since 0.1.0
 */
export type SyncResult = SyncDetails &
  (
    | { readonly _tag: "unchanged" }
    | { readonly _tag: "applied" }
    | { readonly _tag: "partial" }
    | { readonly _tag: "deferred"; readonly retryAfter?: Duration.Duration }
    | { readonly _tag: "refused" }
  )

/**
 * Functions of results.
 *
 * @category results
 * @since 0.1.0
 */
export const SyncResult = {
  /** Creates what is told of a synchronization that has done nothing so far. */
  nothingDone: (
    states: { readonly from: LifecycleState | undefined; readonly to: LifecycleState | undefined },
    reason = ""
  ): Effect.Effect<SyncDetails> =>
    Effect.map(DateTime.now, (syncTime) => ({
      initialState: states.from,
      finalState: states.to,
      labelsAdded: [],
      labelsRemoved: [],
      errors: [],
      syncTime,
      reason
    })),

  /** Creates the result of a synchronization that was refused before anything was asked of GitHub. */
  refused: (state: LifecycleState | undefined, reason: string): Effect.Effect<SyncResult> =>
    Effect.map(SyncResult.nothingDone({ from: state, to: state }, reason), (told) => ({ _tag: "refused", ...told })),

  /** Creates the result of a synchronization in which nothing was done because of an error. */
  failed: (details: Omit<SyncDetails, "errors" | "reason">, error: GitHubError): SyncResult => {
    const told = { ...details, errors: [error], reason: error.message }
    const { treatment } = error
    if (treatment._tag === "terminal") return { _tag: "refused", ...told }
    return treatment._tag === "retry" && treatment.after !== undefined
      ? { _tag: "deferred", ...told, retryAfter: treatment.after }
      : { _tag: "deferred", ...told }
  },

  /** Reports whether everything that was wanted is now the case. */
  isSuccess: (result: SyncResult): boolean => result._tag === "unchanged" || result._tag === "applied"
}
