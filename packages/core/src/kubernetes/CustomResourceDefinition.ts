/**
 * Kinds as Kubernetes is told about them.
 *
 * @since 0.1.0
 */
import { Result } from "effect"
import type { Any, PrinterColumn } from "../resource/Resource.ts"
import * as StructuralSchema from "../resource/StructuralSchema.ts"
import { find } from "./CustomResourceDefinition/JsonPath.ts"

/**
 * The manifest that declares a kind to an API server.
 *
 * @category models
 * @since 0.1.0
 */
export interface CustomResourceDefinition {
  readonly apiVersion: "apiextensions.k8s.io/v1"
  readonly kind: "CustomResourceDefinition"
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly group: string
    readonly scope: "Namespaced" | "Cluster"
    readonly names: {
      readonly plural: string
      readonly singular: string
      readonly kind: string
      readonly listKind: string
      readonly shortNames?: ReadonlyArray<string>
      readonly categories?: ReadonlyArray<string>
    }
    readonly versions: readonly [Version]
  }
}

/**
 * The one version of a kind, which is served and stored.
 *
 * @category models
 * @since 0.1.0
 */
export interface Version {
  readonly name: string
  readonly served: true
  readonly storage: true
  readonly schema: { readonly openAPIV3Schema: StructuralSchema.StructuralSchema }
  readonly subresources: { readonly status: { readonly [field: string]: never } }
  readonly additionalPrinterColumns?: ReadonlyArray<PrinterColumn>
  readonly selectableFields?: ReadonlyArray<{ readonly jsonPath: string }>
}

/**
 * Works out the manifest of a kind, or lists all that can't be told to Kubernetes.
 *
 * **Details**
 *
 * - The schemas of spec and status become structural ones (`StructuralSchema.make`); their descriptions are the texts of
 *   `kubectl explain`.
 * - The rules of the kind become validations of the spec. The status is a subresource.
 * - Printer columns and selectable fields must lead to something that the schema has.
 *
 * **Example** (The manifest of a kind as YAML)
 *
 * ```ts
 * import { Resource } from "@lockstep/core"
 * import { CustomResourceDefinition, Yaml } from "@lockstep/core/kubernetes"
 * import { Result, Schema } from "effect"
 *
 * const Parcel = Resource.make({
 *   group: "example.org",
 *   version: "v1",
 *   kind: "Parcel",
 *   plural: "parcels",
 *   description: "Something on its way.",
 *   spec: Schema.Struct({ address: Schema.NonEmptyString }),
 *   status: Schema.Struct({})
 * })
 *
 * const yaml = Result.map(CustomResourceDefinition.make(Parcel), (manifest) => Yaml.stream([manifest]))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  resource: Any
): Result.Result<CustomResourceDefinition, StructuralSchema.StructuralSchemaError> => {
  const spec = StructuralSchema.make(resource.spec, "spec")
  const status = StructuralSchema.make(resource.status, "status")
  if (Result.isFailure(spec) || Result.isFailure(status)) {
    const problems = [spec, status].flatMap((one) => (Result.isFailure(one) ? one.failure.problems : []))
    return Result.fail(new StructuralSchema.StructuralSchemaError({ problems }))
  }
  const rules = resource.rules.map(({ cel, message }) => ({ rule: cel, message }))
  const validations = [...(spec.success["x-kubernetes-validations"] ?? []), ...rules]
  const schema: StructuralSchema.StructuralSchema = {
    description: resource.description,
    type: "object",
    required: ["spec"],
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { type: "object" },
      spec: { ...spec.success, ...(validations.length === 0 ? {} : { "x-kubernetes-validations": validations }) },
      status: status.success
    }
  }
  const problems = [...wrongColumns(resource, schema), ...wrongSelectors(resource, schema)]
  return problems.length === 0
    ? Result.succeed(manifest(resource, schema))
    : Result.fail(new StructuralSchema.StructuralSchemaError({ problems }))
}

/**
 * Works out the manifests of several kinds, or lists all that can't be told of any of them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeAll = (
  resources: ReadonlyArray<Any>
): Result.Result<ReadonlyArray<CustomResourceDefinition>, StructuralSchema.StructuralSchemaError> => {
  const made = resources.map((resource) => [resource.kind, make(resource)] as const)
  const problems = made.flatMap(([kind, one]) =>
    Result.isSuccess(one) ? [] : one.failure.problems.map(({ path, problem }) => ({ path: `${kind} ${path}`, problem }))
  )
  return problems.length === 0
    ? Result.succeed(made.flatMap(([, one]) => (Result.isSuccess(one) ? [one.success] : [])))
    : Result.fail(new StructuralSchema.StructuralSchemaError({ problems }))
}

const manifest = (resource: Any, schema: StructuralSchema.StructuralSchema): CustomResourceDefinition => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${resource.plural}.${resource.group}` },
  spec: {
    group: resource.group,
    scope: resource.scope,
    names: {
      plural: resource.plural,
      singular: resource.singular,
      kind: resource.kind,
      listKind: `${resource.kind}List`,
      ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
      ...(resource.categories.length === 0 ? {} : { categories: resource.categories })
    },
    versions: [
      {
        name: resource.version,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        subresources: { status: {} },
        ...(resource.printerColumns.length === 0 ? {} : { additionalPrinterColumns: resource.printerColumns }),
        ...(resource.selectableFields.length === 0
          ? {}
          : { selectableFields: resource.selectableFields.map((jsonPath) => ({ jsonPath })) })
      }
    ]
  }
})

const wrongColumns = (resource: Any, schema: StructuralSchema.StructuralSchema) =>
  resource.printerColumns
    .filter(({ jsonPath }) => find(schema, jsonPath) === undefined)
    .map(({ name, jsonPath }) => ({ path: `printerColumns.${name}`, problem: `${jsonPath} leads to nothing` }))

const wrongSelectors = (resource: Any, schema: StructuralSchema.StructuralSchema) => [
  ...resource.selectableFields
    .filter((jsonPath) => !isSelectable(find(schema, jsonPath), jsonPath))
    .map((jsonPath) => ({
      path: `selectableFields ${jsonPath}`,
      problem: "only a text, integer or boolean in spec or status can be selected by"
    })),
  ...(resource.selectableFields.length > 8
    ? [{ path: "selectableFields", problem: "Kubernetes allows 8 of them; leave some out" }]
    : [])
]

const isSelectable = (found: StructuralSchema.StructuralSchema | undefined, jsonPath: string): boolean =>
  /^\.(spec|status)(\.[A-Za-z_]\w*)+$/u.test(jsonPath) && ["string", "integer", "boolean"].includes(found?.type ?? "")
