import { Deferred, Effect, type Scope } from "effect"
import { CachedStore, Controller, Outcome, Resource, ResourceStore, Source } from "../packages/core/src/index.ts"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { answer } from "./answer.ts"
import { median } from "./Report.ts"
import { fill, Parcel, worlds } from "./controller.worlds.ts"

const [mode = "", world = "", amount = "0"] = process.argv.slice(2)
const count = Number(amount)
const workers = 16

type World = ResourceStore | Scope.Scope

/** What one reconcile does: read the object, and when it is told to, write its status. */
const visit = (key: Resource.Key, round: number | undefined) =>
  ResourceStore.use((store) =>
    Effect.flatMap(store.get(Parcel, key), (parcel) =>
      round === undefined ? Effect.void : store.updateStatus(Parcel, { ...parcel, status: { seen: round } })
    )
  )

/** What is measured: to begin from nothing, to visit every object again, and to write the status of every object. */
interface Subject {
  readonly begin: Effect.Effect<unknown, unknown, World>
  readonly all: (round: number | undefined) => Effect.Effect<unknown, unknown, World>
}

/** The limit: the same calls to the same store by as many workers, with no queue, no watch, and nothing that could go wrong. */
const bare: Subject = (() => {
  let keys: ReadonlyArray<Resource.Key> = []
  const all = (round: number | undefined) =>
    Effect.forEach(keys, (key) => visit(key, round), { concurrency: workers, discard: true })
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
  return { begin, all: (round) => Effect.suspend(() => all(round)) }
})()

/** A controller, as an operator has it. */
const ours: Subject = (() => {
  let controller: Controller.Controller | undefined
  let round: number | undefined
  let seen: Array<Resource.Key> = []
  let keys: ReadonlyArray<Resource.Key> = []
  let done = Deferred.makeUnsafe<void>()
  const finish = Effect.suspend(() => Deferred.await(done)).pipe(
    Effect.map(() => {
      keys = seen
      seen = []
      done = Deferred.makeUnsafe()
    })
  )
  const start = Controller.make<ResourceStore>({
    name: "parcels",
    concurrency: workers,
    sources: [Source.resource(Parcel)],
    reconcile: (key) =>
      Effect.map(Effect.orDie(visit(key, round)), () => {
        if (seen.push(key) === count) Deferred.doneUnsafe(done, Effect.void)
        return Outcome.done
      })
  })
  return {
    begin: Effect.gen(function* () {
      controller = yield* start
      yield* finish
    }),
    all: (next) =>
      Effect.gen(function* () {
        round = next
        for (const key of keys) yield* controller?.enqueue(key) ?? Effect.void
        yield* finish
      })
  }
})()

const subjects: Readonly<Record<string, Subject>> = { bare, controller: ours, cached: ours }
const subject = subjects[mode]
const store = worlds[world]
if (subject === undefined || store === undefined) throw new Error(`unknown mode or world: ${mode} ${world}`)

const measured = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const start = performance.now()
    const before = process.cpuUsage()
    yield* effect
    const { system, user } = process.cpuUsage(before)
    return { ms: performance.now() - start, cpu: (system + user) / 1e3 }
  })

const several = (work: (run: number) => Effect.Effect<unknown, unknown, World>) =>
  Effect.map(
    Effect.forEach([1, 2, 3], (run) => measured(work(run))),
    (runs) => ({ ms: median(runs.map(({ ms }) => ms)), cpu: median(runs.map(({ cpu }) => cpu)) })
  )

// What is kept is what is left after a collection.
setFlagsFromString("--expose-gc")
const collect = runInNewContext("gc") as () => void
const kept = Effect.sync(() => {
  collect()
  return process.memoryUsage().heapUsed / 1e6
})

const measure = Effect.gen(function* () {
  const before = yield* kept
  const begin = yield* measured(subject.begin)
  const again = yield* several(() => subject.all(undefined))
  const heap = (yield* kept) - before
  const write = yield* several((run) => subject.all(run))
  return { begin, again, write, heap }
})

const program = fill(count).pipe(
  Effect.andThen(mode === "cached" ? Effect.provide(measure, CachedStore.layer([{ kind: Parcel }])) : measure),
  Effect.scoped,
  Effect.provide(store)
)

answer(await Effect.runPromise(program))
