/**
 * What a write leads to, by the rules of Kubernetes, as a pure function of what is stored.
 *
 * Every local store decides here and only has to keep the outcome, so that they can't drift apart.
 *
 * @since 0.1.0
 */
import { Equal, Result, Schema } from "effect"
import { checkMetadata, invalid, normalize, read, subject, write, type Cause, type Document } from "./Document.ts"
import * as FieldOwnership from "./FieldOwnership.ts"
import { Labels, Annotations, OwnerReference, type DraftMetadata, type Metadata } from "./Metadata.ts"
import { keyOf, type Draft, type Instance, type Intent, type Key, type Resource } from "./Resource.ts"
import type { ApplyOptions, DeleteOptions, WriteOptions } from "./ResourceStore.ts"
import { AlreadyExists, BadRequest, Conflict, FieldConflict, NotFound, StoreError } from "./StoreError.ts"

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

type Decision = Result.Result<Outcome, StoreError>
type Kind<Spec, Status> = Resource<string, Spec, Status>

const defaultManager = "lockstep"

/**
 * Returns where a draft would be stored, or why that can't be known.
 *
 * @category keys
 * @since 0.1.0
 */
export const draftKey = (
  resource: Resource<string, unknown, unknown>,
  metadata: DraftMetadata,
  stamp: Stamp
): Result.Result<Key, StoreError> => {
  const name = metadata.name ?? (metadata.generateName === undefined ? "" : `${metadata.generateName}${stamp.suffix}`)
  const key = metadata.namespace === undefined ? { name } : { name, namespace: metadata.namespace }
  return Result.map(checkScope(resource, key), () => key)
}

/**
 * Checks that a key names a namespace exactly if the kind lives in namespaces.
 *
 * @category keys
 * @since 0.1.0
 */
export const checkScope = (resource: Resource<string, unknown, unknown>, key: Key): Result.Result<void, StoreError> => {
  const because =
    resource.scope === "Namespaced" && key.namespace === undefined
      ? "a namespace is needed; give one"
      : resource.scope === "Cluster" && key.namespace !== undefined
        ? "this kind lives outside namespaces; leave the namespace out"
        : undefined
  return because === undefined
    ? Result.succeed(undefined)
    : Result.fail(new StoreError({ reason: new BadRequest({ subject: subject(resource, key), because }) }))
}

/**
 * Decides a create.
 *
 * @category decisions
 * @since 0.1.0
 */
export const create = <Spec, Status>(
  resource: Kind<Spec, Status>,
  current: Entry | undefined,
  draft: Draft<Spec>,
  stamp: Stamp,
  options: WriteOptions = {}
): Decision =>
  Result.gen(function* () {
    const key = yield* draftKey(resource, draft.metadata, stamp)
    const name = subject(resource, key)
    if ("resourceVersion" in draft.metadata) {
      const because = "a new object has no resourceVersion yet; leave it out"
      return yield* Result.fail(new StoreError({ reason: new BadRequest({ subject: name, because }) }))
    }
    if (current !== undefined) {
      const deleting = current.document.metadata.deletionTimestamp !== undefined
      return yield* Result.fail(new StoreError({ reason: new AlreadyExists({ subject: name, deleting }) }))
    }
    const json = yield* orInvalid(name, write(resource.spec, draft.spec, "spec"))
    return yield* born(resource, key, draft.metadata, json, stamp, (after) =>
      FieldOwnership.afterUpdate(new Map(), options.fieldManager ?? defaultManager, new Map(), after)
    )
  })

const born = <Spec, Status>(
  resource: Kind<Spec, Status>,
  key: Key,
  editable: DraftMetadata,
  json: Schema.Json,
  stamp: Stamp,
  own: (after: FieldOwnership.Leaves) => FieldOwnership.FieldOwnership
): Decision =>
  Result.gen(function* () {
    const metadata: Metadata = {
      ...key,
      uid: stamp.uid,
      resourceVersion: stamp.version,
      generation: 1,
      creationTimestamp: stamp.now,
      ...pickEditable(editable)
    }
    const spec = yield* accept(resource, metadata, json, undefined)
    const document = { apiVersion: resource.apiVersion, kind: resource.kind, metadata, spec }
    return { _tag: "added" as const, entry: { document, ownership: own(FieldOwnership.leavesOf(document)) } }
  })

/**
 * Decides an update of everything but the status.
 *
 * @category decisions
 * @since 0.1.0
 */
export const update = <Spec, Status>(
  resource: Kind<Spec, Status>,
  current: Entry | undefined,
  object: Instance<string, Spec, Status>,
  stamp: Stamp,
  options: WriteOptions = {}
): Decision =>
  Result.gen(function* () {
    const name = subject(resource, keyOf(object))
    const entry = yield* mustMatch(resource, current, object)
    const json = yield* orInvalid(name, write(resource.spec, object.spec, "spec"))
    return yield* changed(resource, entry, object.metadata, json, stamp, (before, after) =>
      FieldOwnership.afterUpdate(entry.ownership, options.fieldManager ?? defaultManager, before, after)
    )
  })

const changed = <Spec, Status>(
  resource: Kind<Spec, Status>,
  { document, ownership: ownedBefore }: Entry,
  editable: DraftMetadata,
  json: Schema.Json,
  stamp: Stamp,
  own: (before: FieldOwnership.Leaves, after: FieldOwnership.Leaves) => FieldOwnership.FieldOwnership
): Decision =>
  Result.gen(function* () {
    const before = document.metadata
    const metadata: Metadata = { ...serverSide(before), ...pickEditable(editable) }
    const added = (metadata.finalizers ?? []).filter((finalizer) => !(before.finalizers ?? []).includes(finalizer))
    if (before.deletionTimestamp !== undefined && added.length > 0) {
      const message = `no finalizer can be added while the object is being deleted (${added.join(", ")})`
      return yield* Result.fail(invalid(subject(resource, before), [{ field: "metadata.finalizers", message }]))
    }
    const spec = yield* accept(resource, metadata, json, document)
    const generation = Equal.equals(spec, document.spec) ? before.generation : before.generation + 1
    const next = { ...document, metadata: { ...metadata, generation }, spec }
    const ownership = own(FieldOwnership.leavesOf(document), FieldOwnership.leavesOf(next))
    return settle({ document, ownership: ownedBefore }, next, ownership, stamp)
  })

/**
 * Decides an update of the status alone.
 *
 * @category decisions
 * @since 0.1.0
 */
export const updateStatus = <Spec, Status>(
  resource: Kind<Spec, Status>,
  current: Entry | undefined,
  object: Instance<string, Spec, Status>,
  stamp: Stamp
): Decision =>
  Result.gen(function* () {
    const entry = yield* mustMatch(resource, current, object)
    const { status: _, ...rest } = entry.document
    if (object.status === undefined) return settle(entry, rest, entry.ownership, stamp)
    const name = subject(resource, keyOf(object))
    const json = yield* orInvalid(name, write(resource.status, object.status, "status"))
    const status = yield* orInvalid(name, normalize(resource.status, json, "status"))
    return settle(entry, { ...rest, status: status.json }, entry.ownership, stamp)
  })

/**
 * Decides an apply: one manager's intent is merged into what is there, or creates it.
 *
 * @category decisions
 * @since 0.1.0
 */
export const apply = <Spec, Status>(
  resource: Kind<Spec, Status>,
  current: Entry | undefined,
  intent: Intent,
  stamp: Stamp,
  options: ApplyOptions
): Decision =>
  Result.gen(function* () {
    const key = yield* draftKey(resource, intent.metadata, stamp)
    const name = subject(resource, key)
    if (options.fieldManager === "") {
      return yield* Result.fail(invalid(name, [{ field: "fieldManager", message: "must name who applies" }]))
    }
    const metadata = pickEditable(intent.metadata)
    const wanted = FieldOwnership.leavesOf(intent.spec === undefined ? { metadata } : { metadata, spec: intent.spec })
    const before = current === undefined ? new Map() : FieldOwnership.leavesOf(current.document)
    const owned = current?.ownership ?? new Map()
    const applied = FieldOwnership.apply(owned, options.fieldManager, before, wanted, options.force ?? false)
    if (applied._tag === "conflict") {
      const { conflicts } = applied
      return yield* Result.fail(new StoreError({ reason: new FieldConflict({ subject: name, conflicts }) }))
    }
    const body = FieldOwnership.toBody(applied.leaves)
    const editable = yield* orInvalid(name, read(editableCodec, body.metadata, "metadata"))
    return yield* current === undefined
      ? born(resource, key, editable, body.spec, stamp, () => applied.ownership)
      : changed(resource, current, editable, body.spec, stamp, () => applied.ownership)
  })

const editableCodec = Schema.toCodecJson(
  Schema.Struct({
    labels: Schema.optionalKey(Labels),
    annotations: Schema.optionalKey(Annotations),
    finalizers: Schema.optionalKey(Schema.Array(Schema.String)),
    ownerReferences: Schema.optionalKey(Schema.Array(OwnerReference))
  })
)

/**
 * Decides a delete: the object goes, or is marked until its last finalizer is gone.
 *
 * @category decisions
 * @since 0.1.0
 */
export const remove = (
  resource: Pick<Resource<string, unknown, unknown>, "kind">,
  current: Entry | undefined,
  key: Key,
  stamp: Stamp,
  options: DeleteOptions = {}
): Decision => {
  const name = subject(resource, key)
  if (current === undefined) return Result.fail(new StoreError({ reason: new NotFound({ subject: name }) }))
  const { document, ownership } = current
  const { metadata } = document
  if (options.uid !== undefined && options.uid !== metadata.uid) {
    return Result.fail(conflict(name, "is no longer the object that was to be deleted"))
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== metadata.resourceVersion) {
    return Result.fail(conflict(name, "was changed since it was to be deleted"))
  }
  if ((metadata.finalizers ?? []).length === 0) return Result.succeed(gone(document, document, stamp))
  if (metadata.deletionTimestamp !== undefined) return Result.succeed({ _tag: "unchanged", entry: current })
  const marked = { ...metadata, deletionTimestamp: stamp.now, generation: metadata.generation + 1 }
  return Result.succeed(settle(current, { ...document, metadata: marked }, ownership, stamp))
}

const settle = (before: Entry, next: Document, ownership: FieldOwnership.FieldOwnership, stamp: Stamp): Outcome => {
  const { metadata } = next
  if (metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0) {
    return gone(before.document, next, stamp)
  }
  if (Equal.equals(before.document, next) && FieldOwnership.same(before.ownership, ownership)) {
    return { _tag: "unchanged", entry: before }
  }
  const document = { ...next, metadata: { ...metadata, resourceVersion: stamp.version } }
  return { _tag: "modified", entry: { document, ownership } }
}

// Watchers are told the object as it was last stored, with the finalizers that the last write took away.
const gone = (stored: Document, returned: Document, stamp: Stamp): Outcome => ({
  _tag: "removed",
  returned,
  last: { ...stored, metadata: { ...stored.metadata, resourceVersion: stamp.version } }
})

const mustMatch = <Spec, Status>(
  resource: Kind<Spec, Status>,
  current: Entry | undefined,
  object: Instance<string, Spec, Status>
): Result.Result<Entry, StoreError> => {
  const name = subject(resource, keyOf(object))
  if (current === undefined) return Result.fail(new StoreError({ reason: new NotFound({ subject: name }) }))
  const stored = current.document.metadata
  if (stored.uid !== object.metadata.uid) return Result.fail(conflict(name, "was deleted and created anew"))
  return stored.resourceVersion === object.metadata.resourceVersion
    ? Result.succeed(current)
    : Result.fail(conflict(name, "was changed since it was read"))
}

const conflict = (name: string, because: string) => new StoreError({ reason: new Conflict({ subject: name, because }) })

const accept = <Spec, Status>(
  resource: Kind<Spec, Status>,
  metadata: Metadata,
  json: Schema.Json,
  before: Document | undefined
): Result.Result<Schema.Json, StoreError> =>
  Result.gen(function* () {
    const name = subject(resource, metadata)
    const wrong = checkMetadata(metadata)
    if (wrong.length > 0) return yield* Result.fail(invalid(name, wrong))
    const spec = yield* orInvalid(name, normalize(resource.spec, json, "spec"))
    // What can't be read can't be held against what it is replaced by.
    const earlier = before === undefined ? Result.fail([]) : read(resource.spec, before.spec, "spec")
    const broken = resource.rules.filter((rule) => !rule.holds(spec.value, Result.getOrUndefined(earlier)))
    if (broken.length > 0) {
      return yield* Result.fail(
        invalid(
          name,
          broken.map(({ message }) => ({ field: "spec", message }))
        )
      )
    }
    return spec.json
  })

const orInvalid = <A>(name: string, result: Result.Result<A, ReadonlyArray<Cause>>): Result.Result<A, StoreError> =>
  Result.mapError(result, (causes) => invalid(name, causes))

const serverSide = ({
  creationTimestamp,
  deletionTimestamp,
  generation,
  name,
  namespace,
  resourceVersion,
  uid
}: Metadata) => ({
  name,
  ...(namespace === undefined ? {} : { namespace }),
  uid,
  resourceVersion,
  generation,
  creationTimestamp,
  ...(deletionTimestamp === undefined ? {} : { deletionTimestamp })
})

// Empty maps and lists are the same as none, as they are on the wire.
const pickEditable = ({ annotations, finalizers, labels, ownerReferences }: DraftMetadata) => ({
  ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { labels }),
  ...(annotations === undefined || Object.keys(annotations).length === 0 ? {} : { annotations }),
  ...(finalizers === undefined || finalizers.length === 0 ? {} : { finalizers }),
  ...(ownerReferences === undefined || ownerReferences.length === 0 ? {} : { ownerReferences })
})
