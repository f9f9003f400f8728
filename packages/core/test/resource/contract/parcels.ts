import { ResourceStore, type Resource, type StoreError, type WatchEvent, type WatchOptions } from "@lockstep/core"
import { assert } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { Parcel } from "../Parcel.ts"

// What the tests of a store do to parcels, and how they look at what comes back.

export const spec: Parcel["spec"] = { address: "Main Street", speed: "normal" }

export const at = (name: string, namespace = "default") => ({ name, namespace })

export const create = (
  name: string,
  options: Partial<Parcel["metadata"]> & { readonly spec?: Parcel["spec"] } = {}
) => {
  const { spec: own, ...metadata } = options
  return ResourceStore.use((store) =>
    store.create(Parcel, { metadata: { ...at(name), ...metadata }, spec: own ?? spec })
  )
}

export const get = (name: string) => ResourceStore.use((store) => store.get(Parcel, at(name)))

export const update = (parcel: Parcel) => ResourceStore.use((store) => store.update(Parcel, parcel))

export const updateStatus = (parcel: Parcel) => ResourceStore.use((store) => store.updateStatus(Parcel, parcel))

export const remove = (name: string) => ResourceStore.use((store) => store.delete(Parcel, at(name)))

/** Takes a parcel away that waits for its finalizers, and answers how it is then. */
export const mark = (name: string) =>
  Effect.map(remove(name), ({ object }) => object ?? assert.fail(`${name} can't be read`))

export const list = (options: Parameters<ResourceStore["Service"]["list"]>[1] = {}) =>
  ResourceStore.use((store) => store.list(Parcel, options))

export const names = (page: { readonly items: ReadonlyArray<Parcel> }) =>
  page.items.map((parcel) => parcel.metadata.name)

export const next = (page: { readonly continue?: string }) =>
  page.continue === undefined ? {} : { continue: page.continue }

export const withFinalizers = (parcel: Parcel, finalizers: ReadonlyArray<string>): Parcel => ({
  ...parcel,
  metadata: { ...parcel.metadata, finalizers }
})

export const watching = (options: WatchOptions, count: number) =>
  ResourceStore.use((store) =>
    Effect.forkChild(store.watch(Parcel, options).pipe(Stream.take(count), Stream.runCollect), {
      startImmediately: true
    })
  )

export const objects = (events: ReadonlyArray<WatchEvent<Parcel>>): ReadonlyArray<Parcel> =>
  events.flatMap((event) => ("object" in event ? [event.object] : []))

export const eventually = <A>(
  read: Effect.Effect<A, StoreError, ResourceStore>,
  condition: (value: A) => boolean
): Effect.Effect<A, StoreError, ResourceStore> =>
  Effect.gen(function* () {
    for (let attempt = 0; attempt < 1000; attempt++) {
      const value = yield* read
      if (condition(value)) return value
      yield* Effect.yieldNow
    }
    return assert.fail("the condition never came true")
  })

export const refused = (effect: Effect.Effect<unknown, StoreError, ResourceStore>, reason: string) =>
  Effect.map(Effect.flip(effect), (error) => {
    assert.strictEqual(error.reason._tag, reason, error.message)
    return error
  })

export const apply = (fieldManager: string, parcel: Omit<Resource.Intent, "metadata">, force = false, metadata = {}) =>
  ResourceStore.use((store) =>
    store.apply(Parcel, { ...parcel, metadata: { ...at("a"), ...metadata } }, { fieldManager, force })
  )

export const refusedAsInvalid = (effect: Effect.Effect<unknown, StoreError, ResourceStore>) =>
  Effect.asVoid(refused(effect, "Invalid"))
