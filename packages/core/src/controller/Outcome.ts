/**
 * What a reconcile says at its end: when, if ever, to come back.
 *
 * @since 0.1.0
 */
import { Duration } from "effect"

/**
 * What a reconcile says at its end.
 *
 * **Details**
 *
 * - `Done`: nothing to do until something changes.
 * - `RequeueAfter`: look again after a while, for what lies outside the store.
 * - `Retry`: it did not work out; come back with growing delays.
 * - `Terminal`: it did not work out and coming back doesn't help; wait for a change.
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome =
  | { readonly _tag: "Done" }
  | { readonly _tag: "RequeueAfter"; readonly after: Duration.Duration }
  | { readonly _tag: "Retry"; readonly because: string }
  | { readonly _tag: "Terminal"; readonly because: string }

/**
 * Nothing to do until something changes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const done: Outcome = { _tag: "Done" }

/**
 * Look again after a while.
 *
 * @category constructors
 * @since 0.1.0
 */
export const requeueAfter = (after: Duration.Input): Outcome => ({
  _tag: "RequeueAfter",
  after: Duration.fromInputUnsafe(after)
})

/**
 * Come back with growing delays.
 *
 * @category constructors
 * @since 0.1.0
 */
export const retry = (because: string): Outcome => ({ _tag: "Retry", because })

/**
 * Wait for a change.
 *
 * @category constructors
 * @since 0.1.0
 */
export const terminal = (because: string): Outcome => ({ _tag: "Terminal", because })
