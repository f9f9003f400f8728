import { Effect } from "effect"
import { CachedStore } from "../packages/core/src/index.ts"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { answer } from "./answer.ts"
import { bare, controller, measured, type World } from "./controller.subjects.ts"
import { fill, Parcel, worlds } from "./controller.worlds.ts"
import { median } from "./Report.ts"

const [mode = "", world = "", amount = "0"] = process.argv.slice(2)
const count = Number(amount)
const subjects = { bare, controller, cached: controller }
const subject = mode in subjects ? subjects[mode as keyof typeof subjects](count) : undefined
const store = worlds[world]
if (subject === undefined || store === undefined) throw new Error(`unknown mode or world: ${mode} ${world}`)

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
