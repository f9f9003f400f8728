import { Resource, ResourceStore } from "@lockstep/core"
import { Effect } from "effect"
import { Parcel } from "../resource/Parcel.ts"

/** Where a parcel of the tests of controllers is found. */
export const key = (name: string) => ({ namespace: "default", name })

export const spec = { address: "Main Street", speed: "normal" } as const

export const create = (name: string, ownerReferences: ReadonlyArray<ReturnType<typeof Resource.ownerReference>> = []) =>
  ResourceStore.use((store) => store.create(Parcel, { metadata: { ...key(name), ownerReferences }, spec }))

export const read = (name: string) => ResourceStore.use((store) => store.get(Parcel, key(name)))

export const change = (name: string, weight: number) =>
  ResourceStore.use((store) =>
    Effect.flatMap(store.get(Parcel, key(name)), (parcel) =>
      store.update(Parcel, { ...parcel, spec: { ...spec, weight } })
    )
  )

export const remove = (name: string) => ResourceStore.use((store) => store.delete(Parcel, key(name)))
