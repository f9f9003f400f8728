/**
 * How a reconcile ended, for those who tell people about it.
 *
 * @since 0.1.0
 */
import type { Effect } from "effect"
import type { Key } from "../resource/Resource.ts"
import type { Treatable } from "../Treatment.ts"

/**
 * How a reconcile ended.
 *
 * **Details**
 *
 * - `Succeeded`: it came to its end.
 * - `Retrying`: it failed and is tried again by itself.
 * - `Stalled`: it failed, and waits for a change.
 * - `TimedOut`: it took too long, was interrupted, and is tried again.
 * - `Defect`: it ended by a mistake in the program, and is tried again. The message names only the class of what was
 *   thrown, since its text may hold anything.
 *
 * A conflict is none of these: somebody was faster, and it is looked at again at once.
 *
 * @category models
 * @since 0.1.0
 */
export type Verdict =
  | { readonly _tag: "Succeeded" }
  | { readonly _tag: "Retrying" | "Stalled" | "TimedOut" | "Defect"; readonly message: string }

/**
 * Tells people how a reconcile ended.
 *
 * @see FailureCondition for the one that writes it into the status
 * @category models
 * @since 0.1.0
 */
export type Reporter<R = never> = (key: Key, verdict: Verdict) => Effect.Effect<void, Treatable, R>
