import { Equal, Result } from "effect"
import { subject, type Document } from "../Document.ts"
import * as FieldOwnership from "../FieldOwnership.ts"
import { keyOf, type Instance } from "../Resource.ts"
import { Conflict, NotFound, StoreError } from "../StoreError.ts"
import type { Entry, Kind, Outcome, Stamp } from "./Outcome.ts"

/** What a write of an object that is there leads to, which may be that nothing changes, or that it goes. */
export const settle = (
  before: Entry,
  next: Document,
  ownership: FieldOwnership.FieldOwnership,
  stamp: Stamp
): Outcome => {
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
export const gone = (stored: Document, returned: Document, stamp: Stamp): Outcome => ({
  _tag: "removed",
  returned,
  last: { ...stored, metadata: { ...stored.metadata, resourceVersion: stamp.version } }
})

/** The object that is meant, if it still is as it was read. */
export const mustMatch = <Spec, Status>(
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

export const conflict = (name: string, because: string) =>
  new StoreError({ reason: new Conflict({ subject: name, because }) })
