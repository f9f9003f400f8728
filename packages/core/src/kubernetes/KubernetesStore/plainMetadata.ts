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
  const found: { [field: string]: unknown } = { generation: 0 }
  for (const [field, isRight, isNeeded] of fields) {
    const value = sent[field]
    if (value === undefined ? isNeeded : !isRight(value)) return undefined
    if (value !== undefined) found[field] = value
  }
  // Every field that must be there is, and each is of its type.
  return found as unknown as Metadata
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

type Field = readonly [name: keyof Metadata, isRight: (value: unknown) => boolean, isNeeded: boolean]

const fields: ReadonlyArray<Field> = [
  ["name", isText, true],
  ["namespace", isText, false],
  ["uid", isText, true],
  ["resourceVersion", isText, true],
  ["generation", Number.isInteger, false],
  ["creationTimestamp", isText, true],
  ["deletionTimestamp", isText, false],
  ["labels", isTexts, false],
  ["annotations", isTexts, false],
  ["finalizers", (value) => Array.isArray(value) && value.every(isText), false],
  ["ownerReferences", (value) => Array.isArray(value) && value.every(isOwner), false]
]
