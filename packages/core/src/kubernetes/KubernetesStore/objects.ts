import { Predicate, Result, Schema } from "effect"
import {
  checkMetadata,
  invalid,
  read,
  subject,
  toInstance,
  toUnreadable,
  unreadable,
  write,
  type Cause,
  type Document
} from "../../resource/Document.ts"
import { Metadata, type DraftMetadata } from "../../resource/Metadata.ts"
import type { Any, Instance, Key, Resource } from "../../resource/Resource.ts"
import type { UnreadableObject } from "../../resource/ResourceStore.ts"
import { StoreError, Unavailable } from "../../resource/StoreError.ts"
import { plainMetadata } from "./plainMetadata.ts"

const metadataCodec = Schema.toCodecJson(Metadata)

/** Reads an object that the server sent. What only the server cares for, such as who manages which field, is left out. */
export const toObject = <Kind extends string, Spec, Status>(
  resource: Resource<Kind, Spec, Status>,
  sent: unknown
): Result.Result<Instance<Kind, Spec, Status>, StoreError> =>
  Result.flatMap(toDocument(resource, sent), (document) => toInstance(resource, document))

/**
 * Reads an object that the server sent among others: one that can't be read is told of. Only what is no object at all, which
 * no server sends, is an error.
 */
export const readAmongOthers = <Kind extends string, Spec, Status>(
  resource: Resource<Kind, Spec, Status>,
  sent: unknown
): Result.Result<Result.Result<Instance<Kind, Spec, Status>, UnreadableObject>, StoreError> => {
  const object = toObject(resource, sent)
  if (Result.isSuccess(object)) return Result.succeed(Result.succeed(object.success))
  const place = readPlace(sent)
  return Result.isSuccess(place)
    ? Result.succeed(Result.fail(toUnreadable(resource, place.success.metadata, object.failure)))
    : Result.fail(object.failure)
}

const readPlace = Schema.decodeUnknownResult(
  Schema.Struct({
    metadata: Schema.Struct({
      name: Schema.String,
      namespace: Schema.optionalKey(Schema.String),
      uid: Schema.String,
      resourceVersion: Schema.String
    })
  })
)

const toDocument = (resource: Any, sent: unknown): Result.Result<Document, StoreError> => {
  if (!Predicate.isObject(sent)) {
    const because = "the server sent something else than an object"
    return Result.fail(new StoreError({ reason: new Unavailable({ subject: resource.plural, because }) }))
  }
  const { metadata, spec, status } = sent as { readonly [field: string]: Schema.Json | undefined }
  const plain = plainMetadata(metadata)
  return Result.map(
    plain === undefined
      ? Result.mapError(read(metadataCodec, metadata, "metadata"), (causes) =>
          unreadable(nameOf(resource, metadata), causes)
        )
      : Result.succeed(plain),
    (known) => ({
      apiVersion: resource.apiVersion,
      kind: resource.kind,
      metadata: known,
      spec: spec ?? {},
      ...(status === undefined ? {} : { status })
    })
  )
}

const nameOf = (resource: Any, metadata: unknown): string => {
  const { name, namespace } = Predicate.isObject(metadata) ? metadata : {}
  return subject(resource, {
    name: typeof name === "string" ? name : "without a name",
    ...(typeof namespace === "string" ? { namespace } : {})
  })
}

/** Lists what is wrong with the metadata that an object is to get, in the words that all stores have for it. */
export const checkDraft = (resource: Any, key: Key, metadata: DraftMetadata): Result.Result<void, StoreError> => {
  const generated = metadata.name === undefined && metadata.generateName !== undefined
  const causes = checkMetadata({
    ...editable(metadata),
    ...key,
    ...(generated ? { name: "generated" } : {}),
    uid: "none",
    resourceVersion: "none",
    generation: 1,
    creationTimestamp: "none"
  })
  return causes.length === 0 ? Result.succeed(undefined) : Result.fail(invalid(subject(resource, key), causes))
}

/** The part of the metadata that a writer has a say in. */
export const editable = ({ annotations, finalizers, labels, ownerReferences }: DraftMetadata) => ({
  ...(labels === undefined ? {} : { labels }),
  ...(annotations === undefined ? {} : { annotations }),
  ...(finalizers === undefined ? {} : { finalizers }),
  ...(ownerReferences === undefined ? {} : { ownerReferences })
})

/** Writes a spec or a status as it is sent, or lists what is wrong with it. */
export const encode = <A>(
  codec: Schema.Codec<A, Schema.Json>,
  value: A,
  field: "spec" | "status",
  name: string
): Result.Result<Schema.Json, StoreError> =>
  Result.mapError(write(codec, value, field), (causes: ReadonlyArray<Cause>) => invalid(name, causes))
