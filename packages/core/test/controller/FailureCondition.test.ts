import { Controller, FailureCondition, MemoryStore, Outcome, ResourceStore, Source, Treatment } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { Parcel } from "../resource/Parcel.ts"
import { change, create, key, read } from "../support/parcels.ts"

type Ending = Effect.Effect<Outcome.Outcome, Treatment.Treatable>

/** What the conditions say after reconciles that ended so, and when they succeed again. */
const conditions = (ending: Ending) =>
  Effect.gen(function* () {
    yield* create("a")
    let broken = true
    yield* Controller.make<ResourceStore>({
      name: "parcels",
      sources: [Source.resource(Parcel)],
      reconcile: () => Effect.suspend(() => (broken ? ending : Effect.succeed(Outcome.done))),
      report: FailureCondition.make(Parcel),
      timeout: "30 seconds"
    })
    const when = (status: "True" | "False") =>
      Effect.gen(function* () {
        const parcel = yield* read("a")
        yield* TestClock.adjust("1 second")
        return parcel.status?.conditions ?? []
      }).pipe(
        Effect.repeat({ until: (found) => found.some((condition) => condition.status === status) }),
        Effect.map((found) =>
          found.map(({ message, observedGeneration, reason, type }) => ({ type, reason, message, observedGeneration }))
        )
      )
    const first = yield* when("False")
    broken = false
    yield* change("a", 1)
    return { first, second: yield* when("True") }
  }).pipe(Effect.provide(MemoryStore.layer()))

const succeeded = {
  type: "Reconciled",
  reason: "Succeeded",
  message: "The last reconcile came to its end",
  observedGeneration: 2
}

const cases: ReadonlyArray<readonly [string, Ending, string, string]> = [
  ["a terminal outcome", Effect.succeed(Outcome.terminal("no such repository")), "Stalled", "no such repository"],
  [
    "a failure that stays",
    Effect.fail({ treatment: Treatment.terminal, message: "no such repository" }),
    "Stalled",
    "no such repository"
  ],
  [
    "a failure that passes",
    Effect.fail({ treatment: Treatment.retry("1 hour"), message: "rate limit" }),
    "Retrying",
    "rate limit"
  ],
  [
    "a defect, without its text",
    Effect.die(new TypeError("token s3cret")),
    "Defect",
    "The reconcile ended by a mistake in the program (TypeError); see its log. It is tried again"
  ],
  ["a timeout", Effect.never, "TimedOut", "The reconcile took longer than 30s and was interrupted; it is tried again"]
]

describe("FailureCondition.make", () => {
  for (const [title, ending, reason, message] of cases) {
    it.effect(`tells of ${title}, and of the success after it`, () =>
      Effect.gen(function* () {
        const { first, second } = yield* conditions(ending)
        assert.deepStrictEqual(first, [{ type: "Reconciled", reason, message, observedGeneration: 1 }])
        assert.deepStrictEqual(second, [succeeded])
      })
    )
  }

  it.effect("leaves an object alone that never failed, and writes nothing twice", () =>
    Effect.gen(function* () {
      const before = yield* create("a")
      const report = FailureCondition.make(Parcel)
      yield* report(key("a"), { _tag: "Succeeded" })
      assert.deepStrictEqual(yield* read("a"), before)
      yield* report(key("a"), { _tag: "Defect", message: "broken" })
      const failed = yield* read("a")
      yield* report(key("a"), { _tag: "Defect", message: "broken" })
      assert.deepStrictEqual(yield* read("a"), failed)
    }).pipe(Effect.provide(MemoryStore.layer()))
  )

  it.effect("puts right what a process before this one has left", () =>
    Effect.gen(function* () {
      yield* create("a")
      yield* FailureCondition.make(Parcel)(key("a"), { _tag: "Defect", message: "broken" })
      yield* FailureCondition.make(Parcel)(key("a"), { _tag: "Succeeded" })
      assert.strictEqual((yield* read("a")).status?.conditions?.[0]?.status, "True")
    }).pipe(Effect.provide(MemoryStore.layer()))
  )

  it.effect("doesn't mind that the object is gone", () =>
    FailureCondition.make(Parcel)(key("gone"), { _tag: "Defect", message: "broken" }).pipe(
      Effect.provide(MemoryStore.layer())
    )
  )
})
