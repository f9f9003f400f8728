/**
 * What every resource carries besides its own fields: name, labels, owners, and what the store keeps about it.
 *
 * @since 0.1.0
 */
import { Effect, Schema } from "effect"

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/u
const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/u
const qualifiedKey = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/u
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/u

/**
 * The name of an object: up to 253 lower-case letters, digits, `-` and `.`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Name = Schema.String.check(
  Schema.isPattern(subdomain, {
    message: "Expected lower-case letters, digits, '-' and '.', beginning and ending with a letter or digit"
  }),
  Schema.isMaxCodePoints(253)
)

/**
 * The name of a namespace: up to 63 lower-case letters, digits and `-`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Namespace = Schema.String.check(
  Schema.isPattern(dnsLabel, {
    message: "Expected lower-case letters, digits and '-', beginning and ending with a letter or digit"
  }),
  Schema.isMaxCodePoints(63)
)

const QualifiedKey = Schema.String.check(
  Schema.isPattern(qualifiedKey, {
    message: "Expected a key of letters, digits, '-', '_' and '.', optionally after a domain and '/'"
  })
)

/**
 * Labels: short values to select objects by.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Labels = Schema.Record(
  Schema.String,
  Schema.String.check(
    Schema.isPattern(labelValue, { message: "Expected at most 63 letters, digits, '-', '_' and '.', or nothing" })
  )
).check(Schema.isPropertyNames(QualifiedKey))

/**
 * Annotations: free text that no one selects by, 262144 bytes in all.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Annotations = Schema.Record(Schema.String, Schema.String).check(
  Schema.isPropertyNames(QualifiedKey),
  Schema.makeFilter((annotations: { readonly [key: string]: string }) =>
    Object.entries(annotations).reduce(
      (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
      0
    ) <= 262_144
      ? undefined
      : "Expected at most 262144 bytes of annotations"
  )
)

/**
 * A reference from an object to the one it belongs to. When the last owner is gone, the object is deleted too.
 *
 * @category schemas
 * @since 0.1.0
 */
export const OwnerReference = Schema.Struct({
  apiVersion: Schema.NonEmptyString,
  kind: Schema.NonEmptyString,
  name: Schema.NonEmptyString,
  uid: Schema.NonEmptyString,
  controller: Schema.optionalKey(Schema.Boolean),
  blockOwnerDeletion: Schema.optionalKey(Schema.Boolean)
})

/**
 * A reference from an object to the one it belongs to.
 *
 * @category models
 * @since 0.1.0
 */
export type OwnerReference = typeof OwnerReference.Type

const editable = {
  labels: Schema.optionalKey(Labels),
  annotations: Schema.optionalKey(Annotations),
  finalizers: Schema.optionalKey(Schema.Array(QualifiedKey)),
  ownerReferences: Schema.optionalKey(Schema.Array(OwnerReference))
}

/**
 * The metadata of a stored object.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Metadata = Schema.Struct({
  name: Name,
  namespace: Schema.optionalKey(Namespace),
  uid: Schema.NonEmptyString,
  resourceVersion: Schema.NonEmptyString,
  // Kinds of Kubernetes' own that nobody acts upon, such as leases, have none.
  generation: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
  creationTimestamp: Schema.NonEmptyString,
  deletionTimestamp: Schema.optionalKey(Schema.NonEmptyString),
  ...editable
})

/**
 * The metadata of a stored object.
 *
 * **Details**
 *
 * `resourceVersion` changes with every change of anything and is opaque: compare it for equality only. `generation`
 * counts the changes of what was asked for, that is of everything outside metadata and status.
 *
 * @category models
 * @since 0.1.0
 */
export type Metadata = typeof Metadata.Type

/**
 * The metadata one gives when creating an object: a name, or the beginning of one that the store completes.
 *
 * @category models
 * @since 0.1.0
 */
export interface DraftMetadata {
  readonly name?: string
  readonly generateName?: string
  readonly namespace?: string
  readonly labels?: { readonly [key: string]: string }
  readonly annotations?: { readonly [key: string]: string }
  readonly finalizers?: ReadonlyArray<string>
  readonly ownerReferences?: ReadonlyArray<OwnerReference>
}
