import { Telemetry } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import { TestConsole } from "effect/testing"

const environment = (env: Record<string, string>) => ConfigProvider.layer(ConfigProvider.fromEnv({ env }))

const told = (env: Record<string, string>, options?: Telemetry.LogOptions) =>
  Effect.gen(function* () {
    yield* Effect.gen(function* () {
      yield* Effect.logDebug("a detail")
      yield* Effect.logInfo("a fact").pipe(Effect.annotateLogs({ tracker: "team-a/pr-42" }))
    }).pipe(Effect.provide(Telemetry.layerLogs(options).pipe(Layer.provide(environment(env)))))
    return { out: yield* TestConsole.logLines, err: (yield* TestConsole.errorLines).map(String) }
  })

describe("Telemetry.layerLogs", () => {
  it.effect("writes to standard error and leaves standard output alone", () =>
    Effect.gen(function* () {
      for (const format of ["json", "pretty"] as const) {
        assert.deepStrictEqual((yield* told({}, { format })).out, [])
      }
    })
  )

  it.effect("writes one JSON object per line with its annotations", () =>
    Effect.gen(function* () {
      const { err } = yield* told({ LOCKSTEP_LOG_FORMAT: "json" })
      assert.strictEqual(err.length, 1)
      const line: unknown = JSON.parse(err[0]!)
      assert.include(line, { level: "INFO", message: "a fact" })
      assert.deepInclude(line, { annotations: { tracker: "team-a/pr-42" } })
    })
  )

  it.effect("tells details at the level debug, however it is spelt", () =>
    Effect.gen(function* () {
      for (const level of ["debug", "Debug"]) {
        const { err } = yield* told({ LOCKSTEP_LOG_LEVEL: level, LOCKSTEP_LOG_FORMAT: "json" })
        assert.isTrue(err.some((line) => line.includes("a detail")))
      }
    })
  )

  it.effect("refuses an unknown level and names the variable", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(told({ LOCKSTEP_LOG_LEVEL: "loud" }))
      assert.include(String(error), "LOCKSTEP_LOG_LEVEL")
    })
  )
})
