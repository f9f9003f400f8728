import { Deferred, Effect, type Scope } from "effect"
import { Controller, Outcome, Resource, ResourceStore, Source } from "../packages/core/src/index.ts"
import { Parcel } from "./controller.worlds.ts"

/** How many reconciles run at once, in all subjects. */
export const workers = 16

export type World = ResourceStore | Scope.Scope

/** What is measured: to begin from nothing, to visit every object again, and to write the status of every object. */
export interface Subject {
  readonly begin: Effect.Effect<unknown, unknown, World>
  readonly all: (mark: number | undefined) => Effect.Effect<unknown, unknown, World>
}

/** What one reconcile does: read the object, and when it is told to, write its status. */
const visit = (key: Resource.Key, mark: number | undefined) =>
  ResourceStore.use((store) =>
    Effect.flatMap(store.get(Parcel, key), (parcel) =>
      mark === undefined ? Effect.void : store.updateStatus(Parcel, { ...parcel, status: { seen: mark } })
    )
  )

/** The limit: the same calls to the same store by as many workers, with no queue, no watch, and nothing that could go wrong. */
export const bare = (): Subject => {
  let keys: ReadonlyArray<Resource.Key> = []
  const all = (mark: number | undefined) =>
    Effect.forEach(keys, (key) => visit(key, mark), { concurrency: workers, discard: true })
  const begin = Effect.gen(function* () {
    const store = yield* ResourceStore
    let page = yield* store.list(Parcel, { limit: 500 })
    keys = page.items.map(Resource.keyOf)
    while (page.continue !== undefined) {
      page = yield* store.list(Parcel, { limit: 500, continue: page.continue })
      keys = keys.concat(page.items.map(Resource.keyOf))
    }
    yield* all(undefined)
  })
  return { begin, all: (mark) => Effect.suspend(() => all(mark)) }
}

/** A controller over so many objects, as an operator has it. `visits` counts the reconciles that ended well. */
export const controller = (count: number): Subject & { readonly visits: () => number } => {
  let running: Controller.Controller | undefined
  let mark: number | undefined
  let visits = 0
  let seen = new Map<string, Resource.Key>()
  let keys: ReadonlyArray<Resource.Key> = []
  let done = Deferred.makeUnsafe<void>()
  const finish = Effect.suspend(() => Deferred.await(done)).pipe(
    Effect.map(() => {
      keys = [...seen.values()]
      seen = new Map()
      done = Deferred.makeUnsafe()
    })
  )
  const start = Controller.make<ResourceStore>({
    name: "parcels",
    concurrency: workers,
    sources: [Source.resource(Parcel)],
    reconcile: (key) =>
      Effect.map(visit(key, mark), () => {
        visits++
        seen.set(Resource.formatKey(key), key)
        if (seen.size === count) Deferred.doneUnsafe(done, Effect.void)
        return Outcome.done
      })
  })
  return {
    begin: Effect.gen(function* () {
      running = yield* start
      yield* finish
    }),
    all: (next) =>
      Effect.gen(function* () {
        mark = next
        for (const key of keys) yield* running?.enqueue(key) ?? Effect.void
        yield* finish
      }),
    visits: () => visits
  }
}

/** What a phase took, in milliseconds of the clock and of the processor. */
export interface Cost {
  readonly ms: number
  readonly cpu: number
}

export const measured = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<Cost, E, R> =>
  Effect.gen(function* () {
    const start = performance.now()
    const before = process.cpuUsage()
    yield* effect
    const { system, user } = process.cpuUsage(before)
    return { ms: performance.now() - start, cpu: (system + user) / 1e3 }
  })
