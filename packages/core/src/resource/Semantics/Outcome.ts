import type { Result } from "effect"
import type { Document } from "../Document.ts"
import type * as FieldOwnership from "../FieldOwnership.ts"
import type { Resource } from "../Resource.ts"
import type { StoreError } from "../StoreError.ts"

/**
 * A stored object and who owns its fields.
 *
 * @category models
 * @since 0.1.0
 */
export interface Entry {
  readonly document: Document
  readonly ownership: FieldOwnership.FieldOwnership
}

/**
 * What a write leads to. An outcome other than `unchanged` uses up the version it was given.
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome =
  | { readonly _tag: "unchanged"; readonly entry: Entry }
  | { readonly _tag: "added"; readonly entry: Entry }
  | { readonly _tag: "modified"; readonly entry: Entry }
  /** `returned` is what the writer gets, `last` what watchers are told. */
  | { readonly _tag: "removed"; readonly returned: Document; readonly last: Document }

/**
 * What the outside gives to a write: the version to use, the time, and a fresh identity.
 *
 * @category models
 * @since 0.1.0
 */
export interface Stamp {
  readonly version: string
  readonly now: string
  readonly uid: string
  /** Five random characters, for generated names. */
  readonly suffix: string
}

export type Decision = Result.Result<Outcome, StoreError>

export type Kind<Spec, Status> = Resource<string, Spec, Status>

/** Who writes where nobody says who. */
export const defaultManager = "lockstep"
