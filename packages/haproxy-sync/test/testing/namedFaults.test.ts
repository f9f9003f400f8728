import { addFault, type FaultName, faultNames, faultSpec, namedFaults } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Schedule } from "effect"
import { type caller, calling, services } from "../support/calling.ts"

type Call = ReturnType<typeof caller>

const version = (call: Call) => call("GET", `${services}/configuration/version`)

/** Begins a transaction on the version that counts, and commits it. */
const commit = (call: Call) =>
  Effect.gen(function* () {
    const begun = yield* call("POST", `${services}/transactions?version=${(yield* version(call)).text.trim()}`)
    if (begun.status !== 201) return begun.status
    const { id } = begun.body as { readonly id: string }
    return (yield* call("PUT", `${services}/transactions/${id}`)).status
  })

const statusOf = (call: Call) => Effect.map(version(call), ({ status }) => status)

const twice = (one: Effect.Effect<number>) => Effect.all([one, one])

/** What a fault that is switched on once shows, and what is there when it is over. */
const shown: Readonly<Record<FaultName, (call: Call) => Effect.Effect<readonly [unknown, unknown]>>> = {
  "conflict-storm": (call) => twice(commit(call)),
  "slow-commits": (call) => Effect.map(commit(call), (status) => [status, status]),
  "lost-commits": (call) =>
    Effect.gen(function* () {
      const lost = yield* commit(call)
      return [lost, (yield* version(call)).body]
    }),
  "lost-requests": (call) => twice(statusOf(call)),
  "lost-answers": (call) => twice(statusOf(call)),
  "failing-reloads": (call) =>
    Effect.gen(function* () {
      const write = call("POST", `${services}/configuration/backends?version=1`, { name: "more" })
      yield* write
      const reloads = yield* Effect.repeat(call("GET", `${services}/reloads`), {
        until: ({ text }) => text.includes("status") && !text.includes("in_progress"),
        schedule: Schedule.spaced("5 millis")
      })
      const [{ status } = { status: "" }] = reloads.body as ReadonlyArray<{ readonly status: string }>
      return [status, (yield* call("GET", `${services}/configuration/raw`)).text.includes("backend more")]
    }),
  "too-many-transactions": (call) => twice(commit(call)),
  "too-many-requests": (call) => twice(statusOf(call)),
  "server-errors": (call) => twice(statusOf(call)),
  unavailable: (call) => twice(statusOf(call)),
  "crash-before": (call) => twice(statusOf(call)),
  "crash-after": (call) => twice(statusOf(call)),
  "crash-after-commit": (call) =>
    Effect.gen(function* () {
      const lost = yield* commit(call)
      return [lost, (yield* version(call)).body]
    })
}

const expected: Readonly<Record<FaultName, readonly [unknown, unknown]>> = {
  "conflict-storm": [409, 202],
  "slow-commits": [202, 202],
  "lost-commits": [0, 2],
  "lost-requests": [0, 200],
  "lost-answers": [0, 200],
  "failing-reloads": ["failed", false],
  "too-many-transactions": [429, 202],
  "too-many-requests": [429, 200],
  "server-errors": [500, 200],
  unavailable: [503, 200],
  "crash-before": [0, 200],
  "crash-after": [0, 200],
  "crash-after-commit": [0, 2]
}

describe("A fault that has a name", () => {
  it.live.each(faultNames)("%s does what it says, and is over then", (name) =>
    Effect.gen(function* () {
      const { call, emulator } = yield* calling()
      addFault(emulator.faults, { name, amount: 1 })
      assert.deepStrictEqual(yield* shown[name](call), expected[name])
    }).pipe(Effect.scoped)
  )

  it.live("lets commits take as long as it says", () =>
    Effect.gen(function* () {
      const { call, emulator } = yield* calling()
      const off = addFault(emulator.faults, { name: "slow-commits", amount: 300 })
      const [slow] = yield* Effect.timed(commit(call))
      assert.isAtLeast(Duration.toMillis(slow), 299)
      off()
      assert.strictEqual(yield* commit(call), 202)
    }).pipe(Effect.scoped)
  )

  it("is read from a name with an amount, which is 1 where it is left out", () => {
    assert.deepStrictEqual(faultSpec("slow-commits=2000"), { name: "slow-commits", amount: 2000 })
    assert.deepStrictEqual(faultSpec("lost-answers"), { name: "lost-answers", amount: 1 })
    for (const text of ["", "=3", "nonsense", "nonsense=1", "toString", "lost-answers=0", "lost-answers=x"]) {
      assert.isUndefined(faultSpec(text), text)
    }
  })

  it("tells what it does", () => {
    for (const name of faultNames) assert.isAbove(namedFaults[name].does.length, 10)
  })
})
