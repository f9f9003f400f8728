/**
 * Objects as JSON, as stores keep them.
 *
 * @since 0.1.0
 */
import { Result, Schema, SchemaIssue } from "effect"
import { Metadata } from "./Metadata.ts"
import type { Instance, Key, Resource } from "./Resource.ts"
import type { UnreadableObject } from "./ResourceStore.ts"
import { Invalid, StoreError, Unreadable } from "./StoreError.ts"

/**
 * An object as JSON. Never changed once made.
 *
 * @category models
 * @since 0.1.0
 */
export interface Document {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Metadata
  readonly spec: Schema.Json
  readonly status?: Schema.Json
}

/**
 * What is wrong, and where.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cause {
  readonly field: string
  readonly message: string
}

/**
 * Returns how errors name an object: `PullRequestTracker team-a/pr-42`.
 *
 * @category errors
 * @since 0.1.0
 */
export const subject = (resource: Pick<Resource<string, unknown, unknown>, "kind">, key: Key): string =>
  `${resource.kind} ${key.namespace === undefined ? "" : `${key.namespace}/`}${key.name}`

/**
 * Creates the error for an object that breaks the rules of its kind.
 *
 * @category errors
 * @since 0.1.0
 */
export const invalid = (of: string, causes: ReadonlyArray<Cause>): StoreError =>
  new StoreError({ reason: new Invalid({ subject: of, causes }) })

/**
 * Creates the error for a stored object that is not as its kind says.
 *
 * @category errors
 * @since 0.1.0
 */
export const unreadable = (of: string, causes: ReadonlyArray<Cause>): StoreError =>
  new StoreError({ reason: new Unreadable({ subject: of, causes }) })

/**
 * Encodes and decodes a value, so that defaults are filled in and unknown fields dropped, as the API server does.
 *
 * @category codecs
 * @since 0.1.0
 */
export const normalize = <A>(
  codec: Schema.Codec<A, Schema.Json>,
  value: Schema.Json,
  field: string
): Result.Result<{ readonly value: A; readonly json: Schema.Json }, ReadonlyArray<Cause>> =>
  Result.flatMap(read(codec, value, field), (decoded) =>
    Result.map(write(codec, decoded, field), (json) => ({ value: decoded, json }))
  )

/**
 * Decodes JSON, or lists what is wrong with it.
 *
 * @category codecs
 * @since 0.1.0
 */
export const read = <A>(
  codec: Schema.Codec<A, Schema.Json>,
  value: unknown,
  field: string
): Result.Result<A, ReadonlyArray<Cause>> =>
  Result.mapError(Schema.decodeUnknownResult(codec)(value, { errors: "all" }), toCauses(field))

/**
 * Encodes a value, or lists what is wrong with it.
 *
 * @category codecs
 * @since 0.1.0
 */
export const write = <A>(
  codec: Schema.Codec<A, Schema.Json>,
  value: unknown,
  field: string
): Result.Result<Schema.Json, ReadonlyArray<Cause>> =>
  Result.mapError(Schema.encodeUnknownResult(codec)(value, { errors: "all" }), toCauses(field))

const format = SchemaIssue.makeFormatterStandardSchemaV1()

const toCauses =
  (root: string) =>
  (error: Schema.SchemaError): ReadonlyArray<Cause> =>
    format(error.issue).issues.map((issue) => ({
      field: [root, ...(issue.path ?? []).map((part) => String(typeof part === "object" ? part.key : part))].join("."),
      message: issue.message
    }))

const metadataCodec = Schema.toCodecJson(Metadata)

/**
 * Lists what is wrong with metadata; nothing if all is well.
 *
 * @category validation
 * @since 0.1.0
 */
export const checkMetadata = (metadata: Metadata): ReadonlyArray<Cause> => {
  const result = read(metadataCodec, metadata, "metadata")
  return Result.isFailure(result) ? result.failure : []
}

/**
 * Turns a document into an object of its kind.
 *
 * @category codecs
 * @since 0.1.0
 */
export const toInstance = <Kind extends string, Spec, Status>(
  resource: Resource<Kind, Spec, Status>,
  document: Document
): Result.Result<Instance<Kind, Spec, Status>, StoreError> => {
  const { metadata } = document
  const wrong = (causes: ReadonlyArray<Cause>) => Result.fail(unreadable(subject(resource, metadata), causes))
  const spec = read(resource.spec, document.spec, "spec")
  if (Result.isFailure(spec)) return wrong(spec.failure)
  const object = { apiVersion: resource.apiVersion, kind: resource.kind, metadata, spec: spec.success }
  if (document.status === undefined) return Result.succeed(object)
  const status = read(resource.status, document.status, "status")
  return Result.isFailure(status) ? wrong(status.failure) : Result.succeed({ ...object, status: status.success })
}

/**
 * Tells of a stored object that can't be read.
 *
 * @category errors
 * @since 0.1.0
 */
export const toUnreadable = (
  { apiVersion, kind }: Pick<Resource<string, unknown, unknown>, "apiVersion" | "kind">,
  { name, namespace, resourceVersion, uid }: UnreadableObject["metadata"],
  error: StoreError
): UnreadableObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion },
  error
})
