import { Result } from "effect"
import { subject } from "../Document.ts"
import type { DraftMetadata } from "../Metadata.ts"
import type { Key, Resource } from "../Resource.ts"
import { BadRequest, StoreError } from "../StoreError.ts"
import type { Stamp } from "./Outcome.ts"

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
