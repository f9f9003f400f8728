/**
 * A kind of object, declared once: how it is addressed, what it holds, how it is shown.
 *
 * Everything else about a kind follows from its declaration: the TypeScript types, the codec, what a store validates, and
 * what Kubernetes is told about it.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"
import type { DraftMetadata, Metadata, OwnerReference } from "./Metadata.ts"

/**
 * The declaration of a kind.
 *
 * @category models
 * @since 0.1.0
 */
export interface Resource<Kind extends string, Spec, Status> {
  readonly group: string
  readonly version: string
  readonly apiVersion: string
  readonly kind: Kind
  readonly plural: string
  readonly singular: string
  readonly scope: Scope
  readonly shortNames: ReadonlyArray<string>
  readonly categories: ReadonlyArray<string>
  readonly description: string
  readonly spec: Schema.Codec<Spec, Schema.Json>
  readonly status: Schema.Codec<Status, Schema.Json>
  readonly printerColumns: ReadonlyArray<PrinterColumn>
  readonly selectableFields: ReadonlyArray<string>
  readonly rules: ReadonlyArray<Rule<Spec>>
}

/**
 * Whether the objects of a kind live in namespaces.
 *
 * @category models
 * @since 0.1.0
 */
export type Scope = "Namespaced" | "Cluster"

/**
 * Any declaration of a kind.
 *
 * @category models
 * @since 0.1.0
 */
export type Any = Resource<string, unknown, unknown>

/**
 * A column shown by `kubectl get` and by `lockstep … list`.
 *
 * @category models
 * @since 0.1.0
 */
export interface PrinterColumn {
  readonly name: string
  readonly type: "string" | "integer" | "boolean" | "date"
  readonly jsonPath: string
  readonly description?: string
  readonly priority?: number
}

/**
 * A rule over the whole spec that a schema can't express, in CEL for the API server and as a predicate for the local
 * stores.
 *
 * **Gotchas**
 *
 * A rule that looks at `before` holds for updates only: it is not asked when an object is created, as in CEL.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rule<Spec> {
  readonly cel: string
  readonly message: string
  holds(spec: Spec, before: Spec | undefined): boolean
}

/**
 * A stored object of a kind.
 *
 * @category models
 * @since 0.1.0
 */
export interface Instance<Kind extends string, Spec, Status> {
  readonly apiVersion: string
  readonly kind: Kind
  readonly metadata: Metadata
  readonly spec: Spec
  readonly status?: Status
}

/**
 * The stored objects of a declaration, as a type.
 *
 * @category models
 * @since 0.1.0
 */
export type InstanceOf<R extends Any> =
  R extends Resource<infer Kind, infer Spec, infer Status> ? Instance<Kind, Spec, Status> : never

/**
 * What one gives to create an object.
 *
 * @category models
 * @since 0.1.0
 */
export interface Draft<Spec> {
  readonly metadata: DraftMetadata
  readonly spec: Spec
}

/**
 * What one manager wants an object to hold: only the fields it cares for, as JSON.
 *
 * @category models
 * @since 0.1.0
 */
export interface Intent {
  readonly metadata: DraftMetadata & { readonly name: string }
  readonly spec?: { readonly [field: string]: Schema.Json }
}

/**
 * Where an object of a kind is found.
 *
 * @category models
 * @since 0.1.0
 */
export interface Key {
  readonly namespace?: string
  readonly name: string
}

/**
 * Declares a kind.
 *
 * **Example** (A kind with one immutable field)
 *
 * ```ts
 * import { Resource } from "@lockstep/core"
 * import { Schema } from "effect"
 *
 * const Parcel = Resource.make({
 *   group: "example.org",
 *   version: "v1",
 *   kind: "Parcel",
 *   plural: "parcels",
 *   description: "Something on its way.",
 *   spec: Schema.Struct({ address: Schema.NonEmptyString }),
 *   status: Schema.Struct({ delivered: Schema.Boolean }),
 *   rules: [
 *     {
 *       cel: "self.address == oldSelf.address",
 *       message: "the address of a parcel can't change",
 *       holds: (spec, before) => before === undefined || spec.address === before.address
 *     }
 *   ]
 * })
 *
 * type Parcel = Resource.InstanceOf<typeof Parcel>
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <
  const Kind extends string,
  Spec extends Schema.Constraint & PlainCodec,
  Status extends Schema.Constraint & PlainCodec
>(options: {
  readonly group: string
  readonly version: string
  readonly kind: Kind
  readonly plural: string
  readonly scope?: Scope
  readonly shortNames?: ReadonlyArray<string>
  readonly categories?: ReadonlyArray<string>
  readonly description: string
  readonly spec: Spec
  readonly status: Status
  readonly printerColumns?: ReadonlyArray<PrinterColumn>
  readonly selectableFields?: ReadonlyArray<string>
  readonly rules?: ReadonlyArray<Rule<Spec["Type"]>>
}): Resource<Kind, Spec["Type"], Status["Type"]> => ({
  group: options.group,
  version: options.version,
  apiVersion: `${options.group}/${options.version}`,
  kind: options.kind,
  plural: options.plural,
  singular: options.kind.toLowerCase(),
  scope: options.scope ?? "Namespaced",
  shortNames: options.shortNames ?? [],
  categories: options.categories ?? [],
  description: options.description,
  spec: Schema.toCodecJson(options.spec),
  status: Schema.toCodecJson(options.status),
  printerColumns: options.printerColumns ?? [],
  selectableFields: options.selectableFields ?? [],
  rules: options.rules ?? []
})

type PlainCodec = { readonly DecodingServices: never; readonly EncodingServices: never }

/**
 * Returns where an object is found.
 *
 * @category keys
 * @since 0.1.0
 */
export const keyOf = (object: { readonly metadata: Key }): Key => key(object.metadata.name, object.metadata.namespace)

/**
 * Creates a key; without a namespace for kinds that don't live in one.
 *
 * @category keys
 * @since 0.1.0
 */
export const key = (name: string, namespace?: string): Key => (namespace === undefined ? { name } : { namespace, name })

/**
 * Returns a key as people write it: `namespace/name`, or `name` alone.
 *
 * @category keys
 * @since 0.1.0
 */
export const formatKey = (self: Key): string =>
  self.namespace === undefined ? self.name : `${self.namespace}/${self.name}`

/**
 * Reads a key as people write it.
 *
 * @category keys
 * @since 0.1.0
 */
export const parseKey = (text: string): Key => {
  const slash = text.indexOf("/")
  return slash < 0 ? { name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) }
}

/**
 * Creates the reference by which an object says that it belongs to another.
 *
 * @category owners
 * @since 0.1.0
 */
export const ownerReference = (owner: {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Pick<Metadata, "name" | "uid">
}): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true
})
