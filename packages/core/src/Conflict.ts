/**
 * Optimistic concurrency: when somebody was faster, read again and decide again.
 *
 * @since 0.1.0
 */
import { Effect } from "effect"
import * as Backoff from "./Backoff.ts"
import { isTreatable } from "./Treatment.ts"

const brief = Backoff.make({ base: "10 millis", cap: "1 second" })

/**
 * Runs an effect again, as a whole, for as long as it fails with an error whose treatment is `conflict`.
 *
 * **When to use**
 *
 * Put the read, the decision and the write into one effect. A retry of the write alone would repeat a stale decision.
 *
 * **Details**
 *
 * `retries` counts the attempts after the first one (5 if left out, -1 for no limit). Attempts are spaced by a short
 * jittered delay, so that two writers do not keep meeting. When the attempts are used up, the last conflict is the error.
 *
 * **Example** (Labelling an object that others write too)
 *
 * ```ts
 * import { Conflict, type Resource, type ResourceStore } from "@lockstep/core"
 * import { Effect } from "effect"
 *
 * const pause = <Spec, Status>(
 *   store: ResourceStore["Service"],
 *   resource: Resource.Resource<string, Spec, Status>,
 *   key: Resource.Key
 * ) =>
 *   Effect.flatMap(store.get(resource, key), (found) =>
 *     store.update(resource, {
 *       ...found,
 *       metadata: { ...found.metadata, labels: { ...found.metadata.labels, paused: "true" } }
 *     })
 *   ).pipe(Conflict.retry())
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const retry =
  (options: { readonly retries?: number } = {}) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
    const limit = options.retries ?? 5
    const attempt = (used: number): Effect.Effect<A, E, R> =>
      Effect.catchIf(self, isConflict, (error) =>
        limit >= 0 && used >= limit
          ? Effect.fail(error)
          : Effect.flatMap(Backoff.delay(brief, used + 1), (wait) => Effect.delay(attempt(used + 1), wait))
      )
    return attempt(0)
  }

/**
 * Reports whether an error asks for a re-read.
 *
 * @category guards
 * @since 0.1.0
 */
export const isConflict = (error: unknown): boolean => isTreatable(error) && error.treatment._tag === "conflict"
