// A controller on a real API server, as an operator runs it: what each phase takes, and what the whole process took.
import { Effect, Layer } from "effect"
import { CachedStore } from "../packages/core/src/index.ts"
import { KubernetesStore, Transport } from "../packages/core/src/kubernetes/index.ts"
import { controller, measured } from "./controller.subjects.ts"
import { memoryUsage } from "./controller.usage.ts"
import { Parcel } from "./controller.worlds.ts"

const [kubeconfig = "", amount = "0", mark = "0"] = process.argv.slice(2)
const subject = controller(Number(amount))

const world = CachedStore.layer([{ kind: Parcel }]).pipe(
  Layer.provide(KubernetesStore.layer),
  Layer.provide(Transport.layer({ kubeconfig }))
)

const program = Effect.gen(function* () {
  let idle = 0
  const start = subject.begin.pipe(
    Effect.andThen(
      Effect.sync(() => {
        idle = memoryUsage().now
      })
    )
  )
  // The layers are a part of the beginning: they connect, list and watch.
  const begin = { ms: performance.now(), cpu: process.cpuUsage() }
  return yield* Effect.gen(function* () {
    yield* start
    const { system, user } = process.cpuUsage(begin.cpu)
    const first = { ms: performance.now() - begin.ms, cpu: (system + user) / 1e3 }
    const again = yield* Effect.forEach([1, 2, 3], () => measured(subject.all(undefined)))
    const write = yield* measured(subject.all(Number(mark)))
    const whole = process.cpuUsage()
    return {
      begin: first,
      again,
      write,
      visits: subject.visits(),
      idle,
      peak: memoryUsage().peak,
      total: (whole.system + whole.user) / 1e3
    }
  }).pipe(Effect.provide(world), Effect.scoped)
})

console.log(JSON.stringify(await Effect.runPromise(program)))
