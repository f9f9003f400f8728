import { Lease, ResourceStore, Version } from "@lockstep/core"
import { KubernetesStore, Transport } from "@lockstep/core/kubernetes"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Random, Schema, Stream, type Scope } from "effect"
import type { ChildProcess } from "node:child_process"
import { fileURLToPath } from "node:url"
import { onLiveClock } from "../../../../../tools/servers/LiveClock.ts"
import { SharedKubeApiServer } from "../../../../../tools/servers/SharedKubeApiServer.ts"
import { kubeconfig } from "../../kubernetes/kubeconfig.ts"
import { Parcel } from "../../resource/Parcel.ts"
import { holdingProxy, type HoldingProxy } from "../../support/holdingProxy.ts"
import { serverWith } from "../../support/kinds.ts"
import { startProgram } from "../../support/programs.ts"

/** How many pairs of replicas there are, each with a lease and a namespace of its own, side by side. */
const pairs = 10

/** How often each pair loses its leader. */
const rounds = Math.ceil(Number(process.env["LOCKSTEP_LEADER_ROUNDS"] ?? 50) / pairs)

const program = fileURLToPath(new URL("../../fixtures/replica.ts", import.meta.url))

const world = Layer.unwrap(
  SharedKubeApiServer.useSync(({ kubeconfigs }) =>
    KubernetesStore.layer.pipe(Layer.provideMerge(Transport.layer({ kubeconfig: kubeconfigs.admin })))
  )
).pipe(Layer.provideMerge(serverWith(Parcel)), Layer.orDie)

interface Write {
  readonly by: string
  readonly version: string
}

/** A write to the parcel, and the process that it came from. */
interface ParcelWrite extends Write {
  readonly pid: number
}

/** Everything that happens to the lease and to the parcel, in the order of the server's versions. */
const observe = (namespace: string) =>
  Effect.gen(function* () {
    const store = yield* ResourceStore
    const holders: Array<Write> = []
    const writes: Array<ParcelWrite> = []
    yield* Effect.forkScoped(
      Stream.runForEach(store.watch(Lease, { namespace }), (event) =>
        Effect.sync(() => {
          if (!("object" in event)) return
          const { metadata, spec } = event.object
          const by = (spec.holderIdentity ?? "nobody").slice(-12)
          holders.push({ by, version: metadata.resourceVersion })
        })
      )
    )
    yield* Effect.forkScoped(
      Stream.runForEach(store.watch(Parcel, { namespace }), (event) =>
        Effect.sync(() => {
          if (!("object" in event)) return
          const { labels = {}, resourceVersion: version } = event.object.metadata
          if (labels["by"] !== undefined) writes.push({ by: labels["by"], version, pid: Number(labels["pid"]) })
        })
      )
    )
    return { holders, writes }
  })

/** A process that is started again whenever it ends. */
interface Replica {
  readonly pid: () => number | undefined
  /** Whether the process that runs now stands in the election. */
  readonly stands: () => boolean
}

const keepRunning = (args: ReadonlyArray<string>): Effect.Effect<Replica, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => {
        let child: ChildProcess
        let stands = false
        let ended = false
        const start = () => {
          stands = false
          child = startProgram(program, args, ["ignore", "pipe", "ignore"])
          child.stdout?.on("data", () => (stands = true))
          child.once("exit", () => void (ended || start()))
        }
        start()
        const end = () => {
          ended = true
          child.kill("SIGKILL")
        }
        return { pid: () => child.pid, stands: () => stands, end }
      }),
      ({ end }) => Effect.sync(end)
    ),
    ({ pid, stands }) => ({ pid, stands })
  )

const until = (condition: () => boolean) =>
  Effect.repeat(Effect.sync(condition).pipe(Effect.delay("50 millis")), { until: (holds) => holds })

/** Two replicas whose leader can be taken away. */
interface Pair {
  readonly proxy: HoldingProxy
  readonly leader: () => ParcelWrite
  /** Waits until that process has ended, and another in its place stands in the election. */
  readonly replaced: (pid: number) => Effect.Effect<void>
  /** Waits until another than that one has written. */
  readonly takenOver: (from: ParcelWrite) => Effect.Effect<void>
}

/** Takes the leader of a pair away, and answers who it was. */
type Blow = (pair: Pair) => Effect.Effect<{ readonly leader: ParcelWrite; readonly undo: Effect.Effect<void> }>

const send =
  (signal: NodeJS.Signals): Blow =>
  ({ leader: who }) =>
    Effect.gen(function* () {
      // At any moment of a renewal.
      yield* Effect.sleep(yield* Random.nextIntBetween(1000, 4000))
      const leader = who()
      process.kill(leader.pid, signal)
      return { leader, undo: signal === "SIGSTOP" ? wake(leader) : Effect.void }
    })

const wake = ({ pid }: ParcelWrite) => Effect.sync(() => void process.kill(pid, "SIGCONT"))

/** Stops the leader while a write of its is on its way, which arrives only when another leads and has written. */
const stopInFlight: Blow = (pair) =>
  Effect.gen(function* () {
    const { come, release } = yield* pair.proxy.hold({
      isMeant: (method, path) => method === "PUT" && path.includes("/parcels/parcel"),
      act: (body) => process.kill(Number(decodeSent(body).metadata.labels.pid), "SIGSTOP")
    })
    yield* come
    const leader = pair.leader()
    const arrive = Effect.map(release, (status) => assert.strictEqual(status, 409))
    return { leader, undo: Effect.andThen(arrive, wake(leader)) }
  })

const decodeSent = Schema.decodeUnknownSync(
  Schema.Struct({ metadata: Schema.Struct({ labels: Schema.Struct({ pid: Schema.String }) }) })
)

/** Each pair gets these in turn, from another one on. */
const blows: ReadonlyArray<Blow> = [send("SIGKILL"), send("SIGSTOP"), send("SIGKILL"), stopInFlight, send("SIGSTOP")]

const makePair = (namespace: string) =>
  Effect.gen(function* () {
    const { ca, tokens, url } = yield* SharedKubeApiServer
    const store = yield* ResourceStore
    const spec = { address: "Main Street", speed: "normal" } as const
    yield* store.create(Parcel, { metadata: { namespace, name: "parcel" }, spec })
    const { holders, writes } = yield* observe(namespace)
    const proxy = yield* holdingProxy({ url, ca })
    const config = yield* kubeconfig(proxy.url, { token: tokens.admin })
    const replicas = yield* Effect.replicateEffect(keepRunning([config, namespace]), 2)
    yield* until(() => writes.length > 0 && replicas.every(({ stands }) => stands()))
    const replaced = (pid: number) => until(() => replicas.every((one) => one.pid() !== pid && one.stands()))
    const leader = () => writes.at(-1) ?? assert.fail("nobody leads")
    const takenOver = ({ by, version }: ParcelWrite) =>
      until(() => writes.some((write) => write.by !== by && Version.isNewer(write.version, version)))
    return { proxy, leader, replaced, takenOver, holders, writes }
  })

const tick = 50

/** How many milliseconds this machine has not given us so far, being busy with other things: so much timers came late. */
const lateness = Effect.gen(function* () {
  let late = 0
  yield* Effect.forkScoped(
    Effect.forever(
      Effect.suspend(() => {
        const start = performance.now()
        return Effect.map(Effect.sleep(tick), () => void (late += Math.max(0, performance.now() - start - tick)))
      })
    )
  )
  return () => late
})

interface Gap {
  readonly seconds: number
  /** What of it is the machine's fault. */
  readonly late: number
}

/** Takes the leader away, and answers how long it was until another one wrote. */
const round = (pair: Pair, blow: Blow, late: () => number) =>
  Effect.gen(function* () {
    const { leader, undo } = yield* blow(pair)
    const [since, before] = [Date.now(), late()]
    yield* pair.takenOver(leader)
    const gap: Gap = { seconds: (Date.now() - since) / 1000, late: (late() - before) / 1000 }
    // The old leader wakes up and must not write any more.
    yield* undo
    yield* pair.replaced(leader.pid)
    return gap
  })

const text = (gaps: ReadonlyArray<Gap>) => gaps.map(({ seconds }) => seconds.toFixed(1)).join(" ")

layer(world, { timeout: "2 minutes" })("two replicas as processes", (it) => {
  it.effect(
    `never write at the same time, and take over within 20 seconds, in ${pairs * rounds} times that the leader is taken away`,
    () =>
      Effect.gen(function* () {
        const { namespace, request } = yield* SharedKubeApiServer
        const late = yield* lateness
        const results = yield* Effect.forEach(
          Array.from({ length: pairs }, (_, index) => index),
          (index) =>
            Effect.gen(function* () {
              const own = `${namespace}-${index}`
              yield* request("/api/v1/namespaces", { method: "POST", body: { metadata: { name: own } } })
              const pair = yield* makePair(own)
              const gaps: Array<Gap> = []
              for (let number = 0; number < rounds; number++) {
                gaps.push(yield* round(pair, blows[(index + number) % blows.length] ?? assert.fail(), late))
              }
              const handover = yield* round(pair, send("SIGTERM"), late)
              const violations = pair.writes.filter(({ by, version }) => {
                const holder = pair.holders.findLast((held) => Version.isNotNewer(held.version, version))
                return holder?.by !== by
              })
              return { gaps, handover, violations, writes: pair.writes.length }
            }),
          { concurrency: "unbounded" }
        )
        const gaps = results.flatMap((result) => result.gaps)
        const handovers = results.map(({ handover }) => handover)
        const writes = results.reduce((sum, result) => sum + result.writes, 0)
        const excuse = Math.max(...gaps.map((gap) => gap.late))
        console.log(
          `failover in seconds: ${text(gaps)}; on SIGTERM: ${text(handovers)}; ` +
            `${writes} writes; the machine was late by ${excuse.toFixed(1)} seconds of a failover at most`
        )
        assert.deepStrictEqual(
          results.flatMap(({ violations }) => violations),
          []
        )
        assert.strictEqual(gaps.length, pairs * rounds)
        for (const { late: excuse, seconds } of gaps) assert.isAtMost(seconds - excuse, 20)
        for (const { late: excuse, seconds } of handovers) assert.isAtMost(seconds - excuse, 5)
      }).pipe(Effect.scoped, onLiveClock),
    120_000 + rounds * 30_000
  )
})
