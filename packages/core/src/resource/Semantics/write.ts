import { Equal, Result, Schema } from "effect"
import { invalid, normalize, subject, write } from "../Document.ts"
import * as FieldOwnership from "../FieldOwnership.ts"
import type { DraftMetadata, Metadata } from "../Metadata.ts"
import { keyOf, type Draft, type Instance, type Key } from "../Resource.ts"
import type { WriteOptions } from "../ResourceStore.ts"
import { AlreadyExists, BadRequest, StoreError } from "../StoreError.ts"
import { accept, orInvalid, pickEditable } from "./accept.ts"
import { draftKey } from "./keys.ts"
import { defaultManager, type Decision, type Entry, type Kind, type Stamp } from "./Outcome.ts"
import { mustMatch, settle } from "./settle.ts"

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

/** An object that was not there. */
export const born = <Spec, Status>(
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

/** Another state of an object that is there. */
export const changed = <Spec, Status>(
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
