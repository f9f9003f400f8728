import { Lease, ResourceStore, Version } from "@lockstep/core"
import { KubernetesStore, Transport } from "@lockstep/core/kubernetes"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Random, Stream, type Scope } from "effect"
import { spawn, type ChildProcess } from "node:child_process"
import { fileURLToPath } from "node:url"
import { onLiveClock } from "../../../../../tools/servers/LiveClock.ts"
import { SharedKubeApiServer } from "../../../../../tools/servers/SharedKubeApiServer.ts"
import { Parcel } from "../../resource/Parcel.ts"
import { serverWith } from "../../support/kinds.ts"

/** How often the leader is taken away; the acceptance run asks for 50. */
const rounds = Number(process.env["LOCKSTEP_LEADER_ROUNDS"] ?? 4)

const program = fileURLToPath(new URL("../../fixtures/replica.ts", import.meta.url))

const world = Layer.unwrap(
  SharedKubeApiServer.useSync(({ kubeconfigs }) =>
    KubernetesStore.layer.pipe(Layer.provideMerge(Transport.layer({ kubeconfig: kubeconfigs.admin })))
  )
).pipe(Layer.provideMerge(serverWith(Parcel)), Layer.orDie)

interface Write {
  readonly by: string
  readonly version: string
  readonly at: number
}

/** Everything that happens to the lease and to the parcel, in the order of the server's versions. */
const observe = (namespace: string) =>
  Effect.gen(function* () {
    const store = yield* ResourceStore
    const holders: Array<Write> = []
    const writes: Array<Write> = []
    yield* Effect.forkScoped(
      Stream.runForEach(store.watch(Lease, { namespace }), (event) =>
        Effect.sync(() => {
          if (event._tag === "bookmark") return
          const { metadata, spec } = event.object
          const by = (spec.holderIdentity ?? "nobody").slice(-12)
          holders.push({ by, version: metadata.resourceVersion, at: Date.now() })
        })
      )
    )
    yield* Effect.forkScoped(
      Stream.runForEach(store.watch(Parcel, { namespace }), (event) =>
        Effect.sync(() => {
          const by = event._tag === "bookmark" ? undefined : event.object.metadata.labels?.["by"]
          if (event._tag === "bookmark" || by === undefined) return
          writes.push({ by, version: event.object.metadata.resourceVersion, at: Date.now() })
        })
      )
    )
    return { holders, writes }
  })

/** A process that is started again whenever it ends. */
const keepRunning = (
  args: ReadonlyArray<string>
): Effect.Effect<{ readonly current: () => ChildProcess }, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      let child: ChildProcess
      let ended = false
      const start = () => {
        child = spawn(process.execPath, ["--conditions=@lockstep/source", program, ...args], { stdio: "ignore" })
        child.once("exit", () => void (ended || start()))
      }
      start()
      const end = () => {
        ended = true
        child.kill("SIGKILL")
      }
      return { current: () => child, end }
    }),
    ({ end }) => Effect.sync(end)
  )

const until = (condition: () => boolean) =>
  Effect.repeat(Effect.sync(condition).pipe(Effect.delay("50 millis")), { until: (holds) => holds })

layer(world, { timeout: "2 minutes" })("two replicas as processes", (it) => {
  it.effect(
    "never write at the same time, and take over within 20 seconds, however the leader is taken away",
    () =>
      Effect.gen(function* () {
        const { kubeconfigs, namespace } = yield* SharedKubeApiServer
        const store = yield* ResourceStore
        const spec = { address: "Main Street", speed: "normal" } as const
        yield* store.create(Parcel, { metadata: { namespace, name: "parcel" }, spec })
        const { holders, writes } = yield* observe(namespace)
        const replicas = [
          yield* keepRunning([kubeconfigs.admin, namespace]),
          yield* keepRunning([kubeconfigs.admin, namespace])
        ]
        const gaps: Array<number> = []
        yield* until(() => writes.length > 0)
        for (let round = 0; round < rounds; round++) {
          // At any moment of a renewal.
          yield* Effect.sleep(yield* Random.nextIntBetween(1000, 4000))
          const leader = writes.at(-1)?.by
          const before = writes.length
          // Which of the two leads is not known from outside: both are stopped, and the one that leads is found by who goes on.
          const [one, other] = replicas.map(({ current }) => current())
          assert.isDefined(one)
          assert.isDefined(other)
          one.kill("SIGSTOP")
          yield* Effect.sleep("300 millis")
          const count = writes.length
          yield* Effect.sleep("500 millis")
          const leads = writes.length === count ? one : other
          if (leads === other) {
            one.kill("SIGCONT")
            leads.kill(round % 2 === 0 ? "SIGKILL" : "SIGSTOP")
          } else if (round % 2 === 0) leads.kill("SIGKILL")
          const since = Date.now()
          yield* until(() => writes.slice(before).some(({ by }) => by !== leader))
          gaps.push((Date.now() - since) / 1000)
          // The old leader wakes up and must not write any more.
          leads.kill("SIGCONT")
          yield* Effect.sleep("1 second")
        }
        const violations = writes.filter(({ by, version }) => {
          const holder = holders.findLast((held) => Version.isNotNewer(held.version, version))
          return holder?.by !== by
        })
        console.log(`failover in seconds: ${gaps.map((gap) => gap.toFixed(1)).join(" ")}; ${writes.length} writes`)
        assert.deepStrictEqual(violations, [])
        assert.isAtMost(Math.max(...gaps), 20)
        assert.strictEqual(gaps.length, rounds)
      }).pipe(Effect.scoped, onLiveClock),
    60_000 + rounds * 30_000
  )
})
