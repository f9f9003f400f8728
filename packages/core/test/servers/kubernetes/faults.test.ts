import { Backoff, CachedStore, Controller, Outcome, ResourceStore, Source, type StoreError } from "@lockstep/core"
import { KubernetesStore, Transport } from "@lockstep/core/kubernetes"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Metric, Random, References, Schedule } from "effect"
import type { Etcd } from "../../../../../tools/servers/Etcd.ts"
import { onLiveClock } from "../../../../../tools/servers/LiveClock.ts"
import { KubeApiServer } from "../../../../../tools/servers/KubeApiServer.ts"
import { kubeconfig } from "../../kubernetes/kubeconfig.ts"
import { faultyProxy } from "../../support/FaultyProxy.ts"
import { heapInUse } from "../../support/heap.ts"
import { independentWriter } from "../../support/independentWriter.ts"
import { declare } from "../../support/kinds.ts"
import { forgetHistory, killServer, killStorage } from "../../support/sabotage.ts"
import { Tally } from "../../support/tallies.ts"
import { witness } from "../../support/witness.ts"

/** How much is written by somebody else; more for a longer run. */
const writes = Number(process.env["LOCKSTEP_FAULT_WRITES"] ?? 10_000)

/** What goes wrong is drawn from it; one that failed is printed, to be tried again. */
const seed = Number(process.env["LOCKSTEP_FAULT_SEED"] ?? Date.now() % 1_000_000)

const namespace = "default"
const named = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`)

/** Those that both count, and those that somebody else makes and takes away as well. */
const shared = named("shared", 20)
const churning = named("churning", 40)
const all = [...shared, ...churning]

/** Impatient, so that a run has room for hundreds of failures. */
const impatient = {
  pageSize: 7,
  pageDeadline: "2 seconds",
  watchLifetime: ["2 seconds", "5 seconds"],
  backoff: Backoff.make({ base: "20 millis", cap: "500 millis" })
} as const

/** Everything that was reconciled, by name: the version that was seen last, or nothing where there was nothing. */
type Seen = Map<string, string | undefined>

const read = (name: string) =>
  ResourceStore.use((store) => store.get(Tally, { namespace, name })).pipe(
    Effect.catchReason("StoreError", "NotFound", () => Effect.undefined)
  )

const controller = (
  name: string,
  seen: Seen,
  reconcile: (tally: Tally) => Effect.Effect<Tally, StoreError, ResourceStore>
) =>
  Controller.make<ResourceStore>({
    name,
    concurrency: 8,
    timeout: "10 seconds",
    backoff: Backoff.make({ base: "20 millis", cap: "1 second" }),
    sources: [Source.resource(Tally, { namespace, changes: "any", ...impatient })],
    reconcile: (key) =>
      Effect.gen(function* () {
        const tally = yield* read(key.name)
        const done = tally === undefined ? undefined : yield* reconcile(tally)
        seen.set(key.name, done?.metadata.resourceVersion)
        return Outcome.done
      })
  })

const writeStatus = (tally: Tally) =>
  tally.status?.total === tally.spec.total
    ? Effect.succeed(tally)
    : ResourceStore.use((store) => store.updateStatus(Tally, { ...tally, status: { total: tally.spec.total } }))

/** Counts one up through the proxy. Whether a write whose answer was lost was done, the next look tells. */
const countOurs = (name: string, ours: number) =>
  Effect.gen(function* () {
    const store = yield* ResourceStore
    const tally = yield* store.get(Tally, { namespace, name })
    assert.isAtMost(tally.spec.ours, ours, `${name} was counted twice`)
    if (tally.spec.ours === ours) return
    // A cache may lag behind what the store itself has said meanwhile. For ever it may not.
    if (tally.spec.ours < ours - 1) return yield* Effect.fail("not yet")
    yield* store.update(Tally, { ...tally, spec: { ...tally.spec, ours, total: tally.spec.total + 1 } })
  }).pipe(
    Effect.retry(Schedule.spaced("20 millis")),
    Effect.timeoutOrElse({
      duration: "2 minutes",
      orElse: () => Effect.die(new Error(`${name} lost what we had counted`))
    }),
    Effect.orDie
  )

/** Writes from several hands, each with names of its own. */
const inHands = <R>(
  hands: number,
  names: ReadonlyArray<string>,
  goesOn: () => boolean,
  write: (name: string) => Effect.Effect<void, never, R>
) =>
  Effect.forEach(
    Array.from({ length: hands }, (_, hand) => names.filter((__, index) => index % hands === hand)),
    (own) =>
      Effect.gen(function* () {
        while (goesOn()) yield* write(own[yield* Random.nextIntBetween(0, own.length, { halfOpen: true })] ?? "")
      }),
    { concurrency: "unbounded", discard: true }
  )

/** What is done to the server in the course of each round of writes. */
const deeds: ReadonlyArray<Effect.Effect<void, unknown, KubeApiServer | Etcd>> = [
  Effect.void,
  killServer,
  Effect.void,
  Effect.map(forgetHistory(Tally), (status) => assert.strictEqual(status, 410)),
  Effect.void,
  killStorage,
  killServer,
  Effect.void
]

/** Rounds beyond those, in which what did not happen yet may happen. */
const mostRounds = 3 * deeds.length

const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0)

const longestQueue = Effect.map(Metric.snapshot, (metrics) =>
  Math.max(
    ...metrics.map((one) => (one.type === "Gauge" && one.id === "workqueue_depth" ? Number(one.state.value) : 0))
  )
)

layer(KubeApiServer.layer, { timeout: "2 minutes" })("everything at once on a real server", (it) => {
  it.effect(
    `loses none of ${writes} writes of somebody else and none of ours, whatever goes wrong`,
    () =>
      Effect.gen(function* () {
        const server = yield* KubeApiServer
        yield* declare(server.request, Tally)
        const proxy = yield* faultyProxy({ server: server.url, ca: server.ca, seed })
        const user = { token: server.tokens.admin }
        const transport = Transport.layer({ kubeconfig: yield* kubeconfig(proxy.url, user), deadline: "1 second" })
        const direct = yield* Layer.build(KubernetesStore.layer.pipe(Layer.provide(transport)))
        const cached = yield* Layer.build(
          CachedStore.layer([{ kind: Tally, ...impatient }]).pipe(Layer.provide(Layer.succeedContext(direct)))
        )

        const writer = independentWriter(server.request, namespace)
        for (const name of shared) yield* writer.count(name)
        const seen: Readonly<Record<"cached" | "direct", Seen>> = { cached: new Map(), direct: new Map() }
        yield* Effect.provide(controller("cached", seen.cached, writeStatus), cached)
        yield* Effect.provide(controller("direct", seen.direct, Effect.succeed), direct)

        const listeners = yield* Effect.replicateEffect(Effect.provide(witness(Tally), direct), 4)

        const ours = new Map<string, number>()
        const writeOurs = (name: string) => {
          const count = (ours.get(name) ?? 0) + 1
          return Effect.map(countOurs(name, count), () => void ours.set(name, count))
        }
        const writeTheirs = (name: string) =>
          Effect.flatMap(Random.next, (dice) =>
            churning.includes(name) && writer.counted.has(name) && dice < 0.1 ? writer.remove(name) : writer.count(name)
          )

        const missing = (truth: Effect.Success<typeof writer.all>) =>
          Object.entries(seen).flatMap(([name, versions]) =>
            all
              .filter((tally) => versions.get(tally) !== truth.get(tally)?.metadata.resourceVersion)
              .map((tally) => `${name}: ${tally}`)
          )

        let longest = 0
        yield* Effect.forkScoped(
          Effect.forever(
            Effect.delay(
              Effect.map(longestQueue, (depth) => void (longest = Math.max(longest, depth))),
              "20 millis"
            )
          )
        )

        let before = 0
        let rounds = 0
        let done = 0
        const notYet = () => [...proxy.counts].filter(([, count]) => count === 0).map(([fault]) => fault)
        for (; rounds < deeds.length || (notYet().length > 0 && rounds < mostRounds); rounds++) {
          const end = done + writes / deeds.length
          const theirs = inHands(8, all, () => done++ < end, writeTheirs)
          const own = Effect.provide(
            inHands(4, shared, () => done < end, writeOurs),
            cached
          )
          yield* Effect.all([theirs, own, deeds[rounds] ?? Effect.void], { concurrency: "unbounded", discard: true })
          // It goes on going wrong: whatever is still missing has to come through all the same.
          yield* writer.all.pipe(
            Effect.map((truth) => missing(truth).length === 0),
            Effect.delay("100 millis"),
            Effect.repeat({ until: (nothing) => nothing }),
            Effect.timeoutOption("90 seconds")
          )
          assert.deepStrictEqual(missing(yield* writer.all), [], `after round ${rounds}`)
          if (rounds === 1) before = heapInUse()
        }
        const grown = heapInUse() - before
        const truth = yield* writer.all

        for (const name of all) {
          const counted = { ours: ours.get(name) ?? 0, theirs: writer.counted.get(name) }
          const spec = truth.get(name)?.spec
          assert.deepStrictEqual(
            { ours: spec?.ours ?? 0, theirs: spec?.theirs, total: spec?.total },
            { ...counted, total: counted.theirs === undefined ? undefined : counted.ours + counted.theirs },
            name
          )
        }

        // Whoever listens is told everything that happens between two things that it is told.
        const happened = [...new Set([...writer.versions, ...listeners.flatMap(({ told }) => [...told])])]
        for (const listener of listeners) assert.deepStrictEqual(listener.missed(happened), [])
        const due = sum(listeners.map((listener) => listener.due(happened)))
        assert.isAbove(due, writes)

        // Memory and connections don't grow with what happens, but with what there is.
        assert.isAtMost(longest, all.length)
        assert.isAtMost(grown, 20, "megabytes")
        assert.isAtMost(proxy.mostConnected(), 48)

        // A run in which nothing went wrong would prove nothing.
        assert.deepStrictEqual(notYet(), [])
        assert.isAbove(proxy.rawSeparators(), 0)
        assert.isAbove(proxy.unanswered(), 0)
        console.log(
          `${done} writes of another and ${sum(ours.values())} of ours in ${rounds} rounds, ` +
            `${sum(proxy.counts.values())} faults of ${proxy.counts.size} kinds (seed ${seed}); ` +
            `${due} events told without a gap; the heap grew by ${grown.toFixed(1)} MB, ${longest} keys at most in a queue, ${proxy.mostConnected()} connections`
        )
      }).pipe(
        Effect.scoped,
        Effect.onError(() => Effect.sync(() => console.error(`LOCKSTEP_FAULT_SEED=${seed}`))),
        Effect.provideService(References.MinimumLogLevel, "None"),
        Random.withSeed(`faults ${seed}`),
        onLiveClock
      ),
    300_000 + writes * 30
  )
})
