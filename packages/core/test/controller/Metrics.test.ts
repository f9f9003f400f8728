import { Controller, LeaderElection, MemoryStore, Outcome, type ResourceStore, Source, Treatment } from "@lockstep/core"
import { Transport } from "@lockstep/core/kubernetes"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Metric } from "effect"
import { TestClock } from "effect/testing"
import { kubeconfig, withClientNode } from "../kubernetes/kubeconfig.ts"
import { scriptedServer } from "../kubernetes/ScriptedServer.ts"
import { Parcel } from "../resource/Parcel.ts"
import { create } from "../support/parcels.ts"
import { until } from "../support/until.ts"

withClientNode()

/** The metrics of controller-runtime and client-go that have the same meaning here, with their labels and kinds. */
const expected: ReadonlyArray<readonly [string, "Counter" | "Gauge" | "Histogram", ReadonlyArray<string>]> = [
  ["controller_runtime_reconcile_total", "Counter", ["controller", "result"]],
  ["controller_runtime_reconcile_errors_total", "Counter", ["controller"]],
  ["controller_runtime_terminal_reconcile_errors_total", "Counter", ["controller"]],
  ["controller_runtime_reconcile_panics_total", "Counter", ["controller"]],
  ["controller_runtime_reconcile_timeouts_total", "Counter", ["controller"]],
  ["controller_runtime_reconcile_time_seconds", "Histogram", ["controller"]],
  ["controller_runtime_max_concurrent_reconciles", "Gauge", ["controller"]],
  ["controller_runtime_active_workers", "Gauge", ["controller"]],
  ["workqueue_depth", "Gauge", ["controller", "name"]],
  ["workqueue_adds_total", "Counter", ["controller", "name"]],
  ["workqueue_queue_duration_seconds", "Histogram", ["controller", "name"]],
  ["workqueue_work_duration_seconds", "Histogram", ["controller", "name"]],
  ["workqueue_unfinished_work_seconds", "Gauge", ["controller", "name"]],
  ["workqueue_longest_running_processor_seconds", "Gauge", ["controller", "name"]],
  ["workqueue_retries_total", "Counter", ["controller", "name"]],
  ["rest_client_requests_total", "Counter", ["code", "host", "method"]],
  ["rest_client_request_duration_seconds", "Histogram", ["host", "verb"]],
  ["leader_election_master_status", "Gauge", ["name"]]
]

/** A reconcile for each way in which one can end, and as which result controller-runtime counts it. */
const endings: ReadonlyArray<readonly [string, Effect.Effect<Outcome.Outcome, Treatment.Treatable>]> = [
  ["success", Effect.succeed(Outcome.done)],
  ["requeue-after", Effect.succeed(Outcome.requeueAfter("1 hour"))],
  ["error", Effect.succeed(Outcome.retry("not yet"))],
  ["terminal", Effect.succeed(Outcome.terminal("never"))],
  ["conflict", Effect.fail({ treatment: Treatment.conflict, message: "somebody was faster" })],
  ["panic", Effect.die(new Error("boom"))],
  ["timeout", Effect.never]
]

const callOnce = Effect.gen(function* () {
  const server = yield* scriptedServer()
  const file = yield* kubeconfig(server.url, { token: "t" })
  const call = Transport.use((transport) => transport.call({ method: "GET", path: "/version" })).pipe(
    Effect.provide(Transport.layer({ kubeconfig: file }))
  )
  const asking = yield* Effect.forkChild(call)
  yield* Effect.map(server.next, (asked) => asked.answer(200, {}))
  yield* Fiber.join(asking)
})

describe("the metrics", () => {
  it.effect("have the names, labels and kinds that dashboards for controller-runtime know", () =>
    Effect.gen(function* () {
      const ended = new Set<string>()
      for (const [name] of endings) yield* create(name)
      yield* Controller.make<ResourceStore>({
        name: "endings",
        sources: [Source.resource(Parcel)],
        timeout: "1 second",
        reconcile: ({ name }) => {
          const again = ended.has(name)
          ended.add(name)
          return again ? Effect.succeed(Outcome.done) : (endings.find(([one]) => one === name)?.[1] ?? Effect.die("?"))
        }
      })
      const election = yield* LeaderElection.make({ lease: { namespace: "default", name: "metrics" } })
      yield* Effect.forkScoped(election.lead(Effect.never))
      yield* until(() => ended.size === endings.length)
      // One of them ends by its timeout, and those that failed are tried again.
      yield* TestClock.adjust("1 minute")
      yield* until(election.isLeading)
      yield* callOnce
      const all = yield* Metric.snapshot
      for (const [id, type, labels] of expected) {
        const found = all.filter((one) => one.id === id)
        assert.isNotEmpty(found, id)
        for (const one of found) {
          assert.strictEqual(one.type, type, id)
          assert.deepStrictEqual(Object.keys(one.attributes ?? {}).toSorted(), labels, id)
        }
      }
      const results = all.flatMap((one) =>
        one.id === "controller_runtime_reconcile_total" && one.attributes?.["controller"] === "endings"
          ? [one.attributes["result"]]
          : []
      )
      assert.deepStrictEqual(new Set(results), new Set(["success", "error", "requeue", "requeue_after"]))
    }).pipe(Effect.scoped, Effect.provide(MemoryStore.layer()))
  )
})
