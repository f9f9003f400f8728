import { Predicate } from "effect"
import type { Metadata, OwnerReference } from "../../resource/Metadata.ts"

/**
 * Reads the metadata that a server sent by its types alone; nothing where they are not as they should be.
 *
 * What a server holds it has checked, name by name and label by label: to check all of it again for every object of a list
 * would cost as much as reading the rest. Where the types are others, the schema says what is wrong.
 */
export const plainMetadata = (sent: unknown): Metadata | undefined => {
  if (!Predicate.isObject(sent)) return undefined
  const {
    annotations,
    creationTimestamp,
    deletionTimestamp,
    finalizers,
    generation = 0,
    labels,
    name,
    namespace,
    ownerReferences,
    resourceVersion,
    uid
  } = sent
  return isText(name) &&
    isText(uid) &&
    isText(resourceVersion) &&
    isText(creationTimestamp) &&
    typeof generation === "number" &&
    Number.isInteger(generation) &&
    (namespace === undefined || isText(namespace)) &&
    (deletionTimestamp === undefined || isText(deletionTimestamp)) &&
    (labels === undefined || isTexts(labels)) &&
    (annotations === undefined || isTexts(annotations)) &&
    (finalizers === undefined || (Array.isArray(finalizers) && finalizers.every(isText))) &&
    (ownerReferences === undefined || (Array.isArray(ownerReferences) && ownerReferences.every(isOwner)))
    ? {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        uid,
        resourceVersion,
        generation,
        creationTimestamp,
        ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
        ...(labels === undefined ? {} : { labels }),
        ...(annotations === undefined ? {} : { annotations }),
        ...(finalizers === undefined ? {} : { finalizers }),
        ...(ownerReferences === undefined ? {} : { ownerReferences })
      }
    : undefined
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== ""

const isTexts = (value: unknown): value is { readonly [key: string]: string } => {
  if (!Predicate.isObject(value)) return false
  for (const key in value) {
    if (typeof value[key] !== "string") return false
  }
  return true
}

const ownerFields = new Set(["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"])

const isOwner = (value: unknown): value is OwnerReference => {
  if (!Predicate.isObject(value)) return false
  const { apiVersion, blockOwnerDeletion, controller, kind, name, uid } = value
  return (
    Object.keys(value).every((field) => ownerFields.has(field)) &&
    [apiVersion, kind, name, uid].every(isText) &&
    [controller, blockOwnerDeletion].every((flag) => flag === undefined || typeof flag === "boolean")
  )
}
