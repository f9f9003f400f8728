/**
 * What is to be done about an error.
 *
 * Every error of an outward-facing service carries a treatment, so that a reconciler decides by data and never by the
 * text of a message. There are three: come back later, read again and decide again, or stop until something changes.
 *
 * @since 0.1.0
 */
import { Duration, Predicate } from "effect"

/**
 * The treatment of an error: `retry` after a delay, `conflict` (re-read and decide again at once), or `terminal`
 * (coming back changes nothing until a person or another program does).
 *
 * @category models
 * @since 0.1.0
 */
export type Treatment =
  | { readonly _tag: "retry"; readonly after?: Duration.Duration }
  | { readonly _tag: "conflict" }
  | { readonly _tag: "terminal" }

/**
 * An error that says how it is to be treated, in a sentence a person can act on.
 *
 * @category models
 * @since 0.1.0
 */
export interface Treatable {
  readonly treatment: Treatment
  readonly message: string
}

/**
 * Creates the treatment "come back later".
 *
 * **Details**
 *
 * `after` is what the other side asked for (a `Retry-After` header, the reset of a rate limit). Without it the caller's
 * own backoff decides.
 *
 * @category constructors
 * @since 0.1.0
 */
export const retry = (after?: Duration.Input): Treatment =>
  after === undefined ? { _tag: "retry" } : { _tag: "retry", after: Duration.fromInputUnsafe(after) }

/**
 * The treatment "somebody was faster: read again and decide again".
 *
 * @category constructors
 * @since 0.1.0
 */
export const conflict: Treatment = { _tag: "conflict" }

/**
 * The treatment "trying again changes nothing".
 *
 * @category constructors
 * @since 0.1.0
 */
export const terminal: Treatment = { _tag: "terminal" }

/**
 * Reports whether a value carries a treatment.
 *
 * @category guards
 * @since 0.1.0
 */
export const isTreatable = (value: unknown): value is Treatable =>
  Predicate.hasProperty(value, "treatment") &&
  Predicate.hasProperty(value, "message") &&
  Predicate.hasProperty(value.treatment, "_tag") &&
  (value.treatment._tag === "retry" || value.treatment._tag === "conflict" || value.treatment._tag === "terminal")
