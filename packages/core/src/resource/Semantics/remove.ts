import { Result } from "effect"
import { subject } from "../Document.ts"
import type { Key, Resource } from "../Resource.ts"
import type { DeleteOptions } from "../ResourceStore.ts"
import { NotFound, StoreError } from "../StoreError.ts"
import type { Decision, Entry, Stamp } from "./Outcome.ts"
import { conflict, gone, settle } from "./settle.ts"

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
