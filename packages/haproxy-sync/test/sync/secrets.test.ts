import {
  DataplaneClient,
  defaultSyncOptions,
  describe as describeOperation,
  driftFrom,
  planToJson,
  SyncResult,
  type SyncOptions
} from "@lockstep/haproxy-sync"
import { type Emulator, Faults } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Schema } from "effect"
import { config, section } from "../support/configs.ts"
import { lines, secret, secrets } from "../support/secretLines.ts"
import { smallConfig } from "../support/smallConfig.ts"
import { against, bring } from "../support/synchronizing.ts"

/** All that people and programs read of a result. */
const told = (result: SyncResult): string =>
  [
    SyncResult.toString(result),
    result.message,
    ...result.notices,
    ...result.appliedOperations.map(describeOperation),
    ...result.failedOperations.map(({ cause, operation }) => `${describeOperation(operation)}: ${cause.message}`),
    ...result.skippedOperations.map(
      ({ because, operation }) => describeOperation(operation) + describeOperation(because)
    ),
    JSON.stringify(result.plan === undefined ? null : planToJson(result.plan))
  ].join("\n")

/** A server that quotes all of what it refuses: as it stands there, and each word alone. */
const quoting = (text: string): string => `${text}\n${text.split(/\s+/).join("' '")}\n${JSON.stringify(text)}`

const desiredWith = (header: string, line: string): string =>
  header === "global" ? smallConfig({ global: [line] }) : `${smallConfig()}${section(header, line)}`

/** What can happen to what is brought to a server. */
const endings: Readonly<Record<string, (emulator: Emulator, desired: string) => Partial<SyncOptions>>> = {
  "goes well": () => ({}),
  "is refused when it is checked": ({ faults }, desired) => {
    faults.add(Faults.on("POST", /\/raw$/, Faults.status(400, quoting(desired))))
    return {}
  },
  "is refused in its parts": ({ faults }, desired) => {
    for (const method of ["POST", "PUT"])
      faults.add(Faults.on(method, /\/configuration\//, Faults.status(422, quoting(desired))))
    return { validateBeforeApply: false, continueOnError: true }
  },
  "can't be loaded": ({ faults }, desired) => {
    faults.failReloads(2, quoting(desired))
    return { validateBeforeApply: false }
  },
  "meets a server that breaks": ({ faults }, desired) => {
    faults.add(Faults.on("POST", /\/transactions$/, Faults.status(500, quoting(desired))))
    faults.add(Faults.on("POST", /\/raw$/, Faults.status(500, quoting(desired))))
    return { validateBeforeApply: false }
  }
}

describe.each(Object.entries(endings))("A secret in a configuration that %s", (_, ending) => {
  it.live.each(lines)(
    "in %s is nowhere in what is told of the synchronization: %s",
    ([header, line]) =>
      against({ config: smallConfig(), check: () => undefined, reloadDelay: 5 }, (emulator) =>
        Effect.gen(function* () {
          const desired = desiredWith(header, line)
          const options = { ...defaultSyncOptions, ...ending(emulator, desired) }
          const result = yield* Effect.result(bring(desired, options))
          assert.notInclude(result._tag === "Success" ? told(result.success) : result.failure.message, secret)
        })
      ),
    30_000
  )
})

describe("A secret of a server", () => {
  it.live.each(lines)("in %s is nowhere in what is told of drift: %s", ([header, line]) =>
    against({ config: desiredWith(header, line), check: () => undefined }, () =>
      Effect.gen(function* () {
        const { configuration, running } = yield* driftFrom(config(smallConfig()))
        assert.notInclude(JSON.stringify([planToJson(configuration), running]), secret)
      })
    )
  )

  it.live("is nowhere in what is told when it was there before, and is to change", () =>
    against({ config: desiredWith("userlist u", `user ines insecure-password ${secret}`) }, ({ faults }) =>
      Effect.gen(function* () {
        const held = yield* DataplaneClient.use((client) => client.raw)
        faults.failReloads(2, quoting(held.text))
        const other = desiredWith("userlist u", "user ines insecure-password other")
        const result = yield* bring(other, { ...defaultSyncOptions, validateBeforeApply: false })
        assert.isFalse(result.success)
        assert.notInclude(told(result), secret)
      })
    )
  )
})

describe("Any secrets, several at once", () => {
  const chosen = Arbitrary.array(
    Arbitrary.all({ line: Arbitrary.schema(Schema.Literals(lines.map((_, index) => index))), value: secrets }),
    { minLength: 1, maxLength: 5 }
  )

  it.live.prop("are nowhere in what is told of a refused configuration", [chosen], ([all]) => {
    const own = [...new Map(all.map((one) => [one.line, one])).values()]
    const desired = own.reduce((text, { line, value }) => {
      const [header = "", words = ""] = lines[line] ?? []
      const written = words.replace(secret, value)
      return header === "global"
        ? text.replace("\ndefaults", `\n  ${written}\ndefaults`)
        : text + section(`${header}${line}`, written)
    }, smallConfig())
    return against({ config: smallConfig(), check: () => undefined }, ({ faults }) =>
      Effect.gen(function* () {
        faults.add(Faults.on("POST", /\/raw$/, Faults.status(400, quoting(desired))))
        const result = yield* Effect.result(bring(desired))
        const all = result._tag === "Success" ? told(result.success) : result.failure.message
        for (const { value } of own) assert.notInclude(all, value)
      })
    )
  })
})
