/**
 * Declaring kinds to a cluster.
 *
 * @since 0.1.0
 */
import { Effect, Predicate, Schedule, Schema } from "effect"
import type { CustomResourceDefinition } from "./CustomResourceDefinition.ts"
import { KubernetesError, Unreachable } from "./KubernetesError.ts"
import { Transport } from "./Transport.ts"

/**
 * What became of a manifest.
 *
 * @category models
 * @since 0.1.0
 */
export interface Installed {
  readonly name: string
  readonly status: "created" | "changed" | "unchanged"
}

/**
 * How manifests are installed.
 *
 * @category models
 * @since 0.1.0
 */
export interface InstallOptions {
  /** Takes over fields that another manager, such as a chart, has set to something else. */
  readonly force?: boolean
  /** Has the server check everything, and change nothing. */
  readonly dryRun?: boolean
}

const manager = "lockstep-crd"

const Told = Schema.Struct({
  metadata: Schema.Struct({ resourceVersion: Schema.String }),
  status: Schema.optionalKey(
    Schema.Struct({
      conditions: Schema.optionalKey(
        Schema.NullOr(
          Schema.Array(
            Schema.Struct({ type: Schema.String, status: Schema.String, message: Schema.optionalKey(Schema.String) })
          )
        )
      )
    })
  )
})

/**
 * Installs manifests by server-side apply, and waits until the cluster serves the kinds.
 *
 * **Details**
 *
 * What is there already and equal stays as it is. Where another manager has set a field to something else, it fails with a
 * conflict that names both, unless forced. Waiting ends after half a minute, with what the server says is in the way.
 *
 * **Example** (Installing one kind)
 *
 * ```ts
 * import { Resource } from "@lockstep/core"
 * import { CustomResourceDefinition, Installation, Transport } from "@lockstep/core/kubernetes"
 * import { Effect, Schema } from "effect"
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
 * const program = Effect.fromResult(CustomResourceDefinition.make(Parcel)).pipe(
 *   Effect.flatMap((manifest) => Installation.install([manifest])),
 *   Effect.provide(Transport.layer())
 * )
 * ```
 *
 * @category operations
 * @since 0.1.0
 */
export const install = (
  manifests: ReadonlyArray<CustomResourceDefinition>,
  options: InstallOptions = {}
): Effect.Effect<ReadonlyArray<Installed>, KubernetesError, Transport> =>
  Effect.gen(function* () {
    const installed = yield* Effect.forEach(manifests, (manifest) => apply(manifest, options))
    // All of them are sent before any is waited for.
    if (options.dryRun !== true) yield* Effect.forEach(manifests, waitUntilServed, { discard: true })
    return installed
  })

const pathOf = ({ metadata: { name } }: CustomResourceDefinition) =>
  `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`

const apply = Effect.fnUntraced(function* (manifest: CustomResourceDefinition, { dryRun, force }: InstallOptions) {
  const transport = yield* Transport
  const path = pathOf(manifest)
  const before = yield* transport.call({ method: "GET", path }).pipe(
    Effect.map(versionOf),
    Effect.catchReason("KubernetesError", "NotFound", () => Effect.undefined)
  )
  const after = yield* transport.call({
    method: "PATCH",
    path,
    contentType: "application/apply-patch+yaml",
    query: {
      fieldManager: manager,
      fieldValidation: "Strict",
      force: force === true ? true : undefined,
      dryRun: dryRun === true ? "All" : undefined
    },
    body: manifest
  })
  const status = before === undefined ? "created" : before === versionOf(after) ? "unchanged" : "changed"
  return { name: manifest.metadata.name, status } satisfies Installed
})

const versionOf = (sent: unknown): unknown =>
  Predicate.hasProperty(sent, "metadata") && Predicate.hasProperty(sent.metadata, "resourceVersion")
    ? sent.metadata.resourceVersion
    : undefined

const waitUntilServed = Effect.fnUntraced(function* (manifest: CustomResourceDefinition) {
  const transport = yield* Transport
  const path = pathOf(manifest)
  const request = `waiting for ${manifest.metadata.name}`
  yield* transport.call({ method: "GET", path }).pipe(
    Effect.flatMap((sent) => Effect.orElseSucceed(Schema.decodeUnknownEffect(Told)(sent), () => undefined)),
    Effect.flatMap((told) => {
      const conditions = told?.status?.conditions ?? []
      if (conditions.some(({ status, type }) => type === "Established" && status === "True")) return Effect.void
      const because = conditions.find(({ status }) => status === "False")?.message ?? "the kind is not served yet"
      return Effect.fail(new KubernetesError({ reason: new Unreachable({ request, because }) }))
    }),
    Effect.retry({ schedule: Schedule.spaced("200 millis"), times: 150 })
  )
})
