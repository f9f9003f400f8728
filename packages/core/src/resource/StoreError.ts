/**
 * What can go wrong with a store, and what to do about it.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"
import * as Treatment from "../Treatment.ts"

const Subject = Schema.String

/**
 * The object is not there. It may have been deleted since it was last seen: read again and decide again.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", { subject: Subject }) {
  override get message(): string {
    return `${this.subject} does not exist; check its name and namespace, or create it`
  }
}

/**
 * An object of that name is there already, perhaps waiting to be deleted.
 *
 * @category errors
 * @since 0.1.0
 */
export class AlreadyExists extends Schema.TaggedError<AlreadyExists>()("AlreadyExists", {
  subject: Subject,
  deleting: Schema.Boolean
}) {
  override get message(): string {
    return this.deleting
      ? `${this.subject} exists already and is being deleted; wait until its finalizers are gone`
      : `${this.subject} exists already; update it, or choose another name`
  }
}

/**
 * Somebody else changed the object since it was read: read it again and decide again.
 *
 * @category errors
 * @since 0.1.0
 */
export class Conflict extends Schema.TaggedError<Conflict>()("Conflict", { subject: Subject, because: Schema.String }) {
  override get message(): string {
    return `${this.subject} ${this.because}; read it again and decide again`
  }
}

/**
 * Another manager owns fields that were to be applied with other values. Who applies has to give the fields up, agree on
 * the value, or apply with force.
 *
 * @category errors
 * @since 0.1.0
 */
export class FieldConflict extends Schema.TaggedError<FieldConflict>()("FieldConflict", {
  subject: Subject,
  conflicts: Schema.Array(Schema.Struct({ manager: Schema.String, field: Schema.String }))
}) {
  override get message(): string {
    const fields = this.conflicts.map(({ field, manager }) => `${field} (owned by ${manager})`).join(", ")
    return `${this.subject} has fields that others own: ${fields}; leave them out, use their value, or apply with force`
  }
}

/**
 * The object breaks the rules of its kind. Who wrote it has to correct it.
 *
 * @category errors
 * @since 0.1.0
 */
export class Invalid extends Schema.TaggedError<Invalid>()("Invalid", {
  subject: Subject,
  causes: Schema.Array(Schema.Struct({ field: Schema.String, message: Schema.String }))
}) {
  override get message(): string {
    const causes = this.causes.map(({ field, message }) => `${field}: ${message}`).join("; ")
    return `${this.subject} is not valid: ${causes}; correct it and try again`
  }
}

/**
 * The object is there, but what is stored is not what its kind says: somebody wrote what our schema refuses, or another
 * version of the program did. It is taken up as soon as it is put right.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unreadable extends Schema.TaggedError<Unreadable>()("Unreadable", {
  subject: Subject,
  causes: Schema.Array(Schema.Struct({ field: Schema.String, message: Schema.String }))
}) {
  override get message(): string {
    const causes = this.causes.map(({ field, message }) => `${field}: ${message}`).join("; ")
    return `${this.subject} is stored in a form that its kind doesn't have: ${causes}; correct it where it is stored`
  }
}

/**
 * The version to continue from is no longer kept: list again and continue from there.
 *
 * @category errors
 * @since 0.1.0
 */
export class Expired extends Schema.TaggedError<Expired>()("Expired", { subject: Subject, version: Schema.String }) {
  override get message(): string {
    return `version ${this.version} of ${this.subject} is no longer kept; list again and go on from there`
  }
}

/**
 * The request itself makes no sense, whatever the store holds.
 *
 * @category errors
 * @since 0.1.0
 */
export class BadRequest extends Schema.TaggedError<BadRequest>()("BadRequest", {
  subject: Subject,
  because: Schema.String
}) {
  override get message(): string {
    return `${this.subject}: ${this.because}`
  }
}

/**
 * The store does not let us do that. A person has to give us the right; nothing tells us when that was done.
 *
 * @category errors
 * @since 0.1.0
 */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", {
  subject: Subject,
  because: Schema.String
}) {
  override get message(): string {
    return `${this.subject}: ${this.because}`
  }
}

/**
 * The store can't be used at the moment. Nobody has to do anything but wait.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  subject: Subject,
  because: Schema.String,
  /** How long the store asked us to wait. */
  retryAfterMillis: Schema.optionalKey(Schema.Finite)
}) {
  override get message(): string {
    return `${this.subject} can't be reached: ${this.because}; it is tried again`
  }
}

/**
 * Why a store refused.
 *
 * @category errors
 * @since 0.1.0
 */
export const StoreErrorReason = Schema.Union([
  NotFound,
  AlreadyExists,
  Conflict,
  FieldConflict,
  Invalid,
  Unreadable,
  Expired,
  BadRequest,
  Forbidden,
  Unavailable
])

/**
 * Why a store refused.
 *
 * @category errors
 * @since 0.1.0
 */
export type StoreErrorReason = typeof StoreErrorReason.Type

const treatments: {
  readonly [Tag in StoreErrorReason["_tag"]]:
    | Treatment.Treatment
    | ((reason: Extract<StoreErrorReason, { readonly _tag: Tag }>) => Treatment.Treatment)
} = {
  NotFound: Treatment.conflict,
  AlreadyExists: Treatment.conflict,
  Conflict: Treatment.conflict,
  FieldConflict: Treatment.terminal,
  Invalid: Treatment.terminal,
  Unreadable: Treatment.terminal,
  Expired: Treatment.conflict,
  BadRequest: Treatment.terminal,
  Forbidden: Treatment.retry("1 minute"),
  Unavailable: ({ retryAfterMillis }) => Treatment.retry(retryAfterMillis)
}

/**
 * The error of a `ResourceStore`. Its `reason` says what happened, its `treatment` what to do about it.
 *
 * **Example** (Treating a missing object as an answer)
 *
 * ```ts
 * import { Resource, ResourceStore } from "@lockstep/core"
 * import { Effect } from "effect"
 *
 * const find = <R extends Resource.Any>(store: ResourceStore["Service"], resource: R, key: Resource.Key) =>
 *   store.get(resource, key).pipe(Effect.catchReason("StoreError", "NotFound", () => Effect.succeed(undefined)))
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class StoreError extends Schema.TaggedError<StoreError>()("StoreError", { reason: StoreErrorReason }) {
  get treatment(): Treatment.Treatment {
    const treatment = treatments[this.reason._tag]
    return typeof treatment === "function"
      ? (treatment as (reason: StoreErrorReason) => Treatment.Treatment)(this.reason)
      : treatment
  }
  override get message(): string {
    return this.reason.message
  }
}
