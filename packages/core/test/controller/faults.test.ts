import {
  Backoff,
  CachedStore,
  Controller,
  MemoryStore,
  Outcome,
  ResourceStore,
  Source,
  Treatment
} from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Random, References } from "effect"
import { Parcel } from "../resource/Parcel.ts"
import * as FaultyStore from "../support/FaultyStore.ts"
import { change, create, remove } from "../support/parcels.ts"
import { until } from "../support/until.ts"

const names = Array.from({ length: 60 }, (_, index) => `parcel-${index}`)

/** Somebody else, who creates, changes and deletes parcels, and what is there in the end. */
const writer = (writes: number) =>
  Effect.gen(function* () {
    const truth = new Map<string, string>()
    for (let write = 1; write <= writes; write++) {
      const name = names[yield* Random.nextIntBetween(0, names.length, { halfOpen: true })] ?? ""
      if (!truth.has(name)) truth.set(name, (yield* create(name)).metadata.resourceVersion)
      else if ((yield* Random.next) < 0.1) {
        yield* remove(name)
        truth.delete(name)
      } else truth.set(name, (yield* change(name, write)).metadata.resourceVersion)
      if (write % 20 === 0) yield* Effect.sleep("1 second")
    }
    return truth
  })

/** A controller whose reconciles fail in every way, one time in three, and what each key was last seen to be. */
const unluckyController = Effect.gen(function* () {
  const seen = new Map<string, string | undefined>()
  const fail = (dice: number): Effect.Effect<Outcome.Outcome, Treatment.Treatable> => {
    if (dice < 0.05) return Effect.die(new Error("boom"))
    if (dice < 0.1) return Effect.fail({ treatment: Treatment.retry(), message: "down" })
    if (dice < 0.15) return Effect.fail({ treatment: Treatment.retry("3 seconds"), message: "rate limit" })
    if (dice < 0.2) return Effect.fail({ treatment: Treatment.conflict, message: "somebody was faster" })
    return dice < 0.3 ? Effect.succeed(Outcome.retry("not yet")) : Effect.never
  }
  yield* Controller.make<ResourceStore>({
    name: "unlucky",
    sources: [Source.resource(Parcel)],
    timeout: "10 seconds",
    backoff: Backoff.make({ base: "1 second", cap: "1 minute" }),
    reconcile: (key) =>
      Effect.gen(function* () {
        const dice = yield* Random.next
        if (dice < 0.33) return yield* fail(dice)
        const store = yield* ResourceStore
        const version = yield* store.get(Parcel, key).pipe(
          Effect.map(({ metadata }) => metadata.resourceVersion),
          Effect.catchReason("StoreError", "NotFound", () => Effect.undefined)
        )
        seen.set(key.name, version)
        return Outcome.done
      })
  })
  return seen
})

const faulty = FaultyStore.layer(FaultyStore.atRandom).pipe(Layer.provideMerge(MemoryStore.layer({ history: 200 })))

const stores: ReadonlyArray<readonly [string, Layer.Layer<ResourceStore, never, ResourceStore>]> = [
  ["from the store", Layer.effect(ResourceStore, ResourceStore)],
  ["from a cache", CachedStore.layer([{ kind: Parcel }])]
]

describe("a controller over a store where everything goes wrong", () => {
  for (const [title, store] of stores) {
    it.effect(
      `has seen the last of each of 10,000 writes in the end, reading ${title}`,
      () =>
        Effect.gen(function* () {
          const seen = yield* unluckyController.pipe(Effect.provide(yield* Layer.build(store)))
          const writing = yield* Effect.forkChild(writer(10_000))
          yield* until(() => writing.pollUnsafe() !== undefined)
          const truth = yield* Fiber.join(writing)
          const isSeen = (name: string) => seen.get(name) === truth.get(name)
          yield* until(() => names.every(isSeen))
          assert.deepStrictEqual(
            names.filter((name) => !isSeen(name)),
            []
          )
        }).pipe(
          Effect.scoped,
          Effect.provide(faulty),
          Effect.provideService(References.MinimumLogLevel, "None"),
          Random.withSeed("no write is lost")
        ),
      60_000
    )
  }
})
