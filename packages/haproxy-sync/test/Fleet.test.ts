import {
  defaultSyncOptions,
  type FleetInstance,
  type FleetOptions,
  fleetState,
  parse,
  syncFleet
} from "@lockstep/haproxy-sync"
import { type Emulator, Faults, startEmulator } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Result } from "effect"
import { smallConfig } from "./support/smallConfig.ts"

const config = (weight: number, rest = "") => smallConfig({ weight, rest })

const desired = Result.getOrThrow(parse(config(20, "backend more from main")))

/** A fleet of five servers of their own. */
const fleet = Effect.acquireRelease(
  Effect.promise(() =>
    Promise.all(Array.from({ length: 5 }, () => startEmulator({ config: config(10), reloadDelay: 10 })))
  ),
  (emulators) => Effect.promise(() => Promise.all(emulators.map(({ stop }) => stop())))
)

const instancesOf = (emulators: ReadonlyArray<Emulator>): ReadonlyArray<FleetInstance> =>
  emulators.map(({ password, url, user }, index) => ({
    name: `edge-${index + 1}`,
    server: { baseUrl: url, username: user, password: Redacted.make(password) }
  }))

const brought = Effect.fnUntraced(function* (emulators: ReadonlyArray<Emulator>, options: Partial<FleetOptions> = {}) {
  const report = yield* syncFleet(instancesOf(emulators), desired, { ...defaultSyncOptions, batch: 2, ...options })
  return { ...report, outcomes: report.instances.map(({ outcome }) => outcome) }
})

/** Lets a server refuse all transactions. */
const spoil = (emulator: Emulator | undefined) =>
  emulator?.faults.add(Faults.on("POST", /\/transactions$/, Faults.status(400, "not today")))

const test = <A, E>(title: string, run: (emulators: ReadonlyArray<Emulator>) => Effect.Effect<A, E>) =>
  it.live(title, () => Effect.scoped(Effect.flatMap(fleet, run)))

describe("syncFleet", () => {
  test("brings a configuration to all, and then finds nothing to do", (emulators) =>
    Effect.gen(function* () {
      const first = yield* brought(emulators)
      assert.deepStrictEqual([first.success, first.stopped], [true, false])
      assert.isTrue((yield* fleetState(instancesOf(emulators))).consistent)
      const second = yield* brought(emulators)
      assert.isTrue(second.instances.every(({ result }) => result?.status === "in-sync"))
    }))

  test("leaves all others alone when the canary fails", (emulators) =>
    Effect.gen(function* () {
      spoil(emulators[0])
      const { outcomes, stopped, success } = yield* brought(emulators, { continueOnFailure: true })
      assert.deepStrictEqual([success, stopped], [false, true])
      assert.deepStrictEqual(outcomes, ["failed", "skipped", "skipped", "skipped", "skipped"])
      for (const { loaded } of emulators) assert.include(loaded() ?? "", "weight 10")
    }))

  test("ends the batch in which one fails, and stops", (emulators) =>
    Effect.gen(function* () {
      spoil(emulators[1])
      const { outcomes } = yield* brought(emulators)
      assert.deepStrictEqual(outcomes, ["done", "failed", "done", "skipped", "skipped"])
      const state = yield* fleetState(instancesOf(emulators))
      assert.isFalse(state.consistent)
      assert.deepStrictEqual(state.groups, [
        ["edge-2", "edge-4", "edge-5"],
        ["edge-1", "edge-3"]
      ])
    }))

  test("goes on with the next batch where that is asked for, and tells of one that can't be reached", (emulators) =>
    Effect.gen(function* () {
      yield* Effect.promise(async () => emulators[2]?.crash())
      const { instances, outcomes, stopped } = yield* brought(emulators, { continueOnFailure: true })
      assert.deepStrictEqual([outcomes, stopped], [["done", "done", "failed", "done", "done"], false])
      assert.strictEqual(instances[2]?.error?.reason, "Unreachable")
      assert.isFalse((yield* fleetState(instancesOf(emulators))).consistent)
    }))

  test("goes on where it stopped when it is called again", (emulators) =>
    Effect.gen(function* () {
      const off = spoil(emulators[1])
      yield* brought(emulators)
      off?.()
      const { outcomes, instances } = yield* brought(emulators)
      assert.deepStrictEqual(new Set(outcomes), new Set(["done"]))
      assert.deepStrictEqual(
        instances.map(({ result }) => result?.status),
        ["in-sync", "applied", "in-sync", "applied", "applied"]
      )
    }))
})
