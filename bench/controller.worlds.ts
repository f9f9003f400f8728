import { Effect, Layer, Schema } from "effect"
import { MemoryStore, Resource, ResourceStore } from "../packages/core/src/index.ts"

/** What the objects of the benchmark are: about a kilobyte each, as those of most operators. */
export const Parcel = Resource.make({
  group: "bench.lockstep.dev",
  version: "v1",
  kind: "Parcel",
  plural: "parcels",
  description: "Something on its way.",
  spec: Schema.Struct({ address: Schema.String, weight: Schema.Int, stops: Schema.Array(Schema.String) }),
  status: Schema.Struct({ seen: Schema.optionalKey(Schema.Int) })
})

const stops = Array.from(
  { length: 12 },
  (_, stop) => `Hall ${stop}, Platform 7, between the second and the third pillar`
)

/** The namespaces that the objects are in, evenly. */
export const namespaces: ReadonlyArray<string> = Array.from({ length: 10 }, (_, number) => `team-${number}`)

/** Puts so many objects into the store. */
export const fill = (count: number) =>
  ResourceStore.use((store) =>
    Effect.forEach(
      Array.from({ length: count }, (_, number) => number),
      (number) =>
        store.create(Parcel, {
          metadata: {
            name: `parcel-${number}`,
            namespace: `team-${number % namespaces.length}`,
            labels: { app: "web", tier: "front" },
            annotations: { "bench.lockstep.dev/note": "made for the benchmark of controllers" }
          },
          spec: { address: `Main Street ${number}`, weight: 1 + (number % 9), stops }
        }),
      { concurrency: 16, discard: true }
    )
  )

/** The stores in this process that controllers are measured on, by name. Each is empty at the start and knows the kind. */
export const worlds: Readonly<Record<string, Layer.Layer<ResourceStore>>> = {
  memory: MemoryStore.layer({ history: 50_000 })
}
