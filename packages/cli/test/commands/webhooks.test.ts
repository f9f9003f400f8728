import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import { freePorts } from "../../../../tools/servers/Ports.ts"
import { bundleOfTest, file, folderOfTest, lockstep, withBundle } from "../support/program.ts"
import { started } from "../support/started.ts"

withBundle()

const example = join(import.meta.dirname, "../../../../examples/github/seed.json")

const run = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  started(process.execPath, [bundleOfTest, ...args], { HOME: folderOfTest, ...env })

describe("lockstep github emulator and operator run", () => {
  it.live(
    "correct a label as soon as GitHub tells of it, long before the next look",
    () =>
      Effect.gen(function* () {
        const [port] = yield* freePorts(1)
        const secret = ["--webhook-secret-file", file("webhook-secret", "s3cret\n")]
        const hook = ["--webhook-url", `http://127.0.0.1:${port}/webhooks/github`]
        const emulator = yield* run([
          "github",
          "emulator",
          "--listen",
          "127.0.0.1:0",
          "--seed",
          example,
          ...hook,
          ...secret
        ])
        yield* emulator.until((out) => out.includes("\n"))
        const { url } = JSON.parse(yield* emulator.out)
        const operator = yield* run(
          [
            ["operator", "run", "--repo", "acme/web", "--interval", "3600", "--listen", "127.0.0.1:0"],
            ["--webhook-listen", `127.0.0.1:${port}`, ...secret]
          ].flat(),
          { LOCKSTEP_GITHUB_URL: url, LOCKSTEP_GITHUB_TOKEN: "any" }
        )
        yield* operator.until((_, errors) => errors.includes("acme/web#41 is qualified: +cd/qualified"))
        yield* Effect.promise(() =>
          fetch(`${url}/repos/acme/web/issues/41/labels/cd%2Fqualified`, { method: "DELETE" })
        )
        yield* operator.until((_, errors) => errors.includes("the label of 'qualified' was gone"))
        yield* Effect.promise(() => fetch(`${url}/repos/acme/web/pulls/41/merge`, { method: "PUT", body: "{}" }))
        yield* operator.until((_, errors) => errors.includes("acme/web#41 is merged: +cd/merged -cd/qualified"))
        assert.strictEqual(yield* operator.end("SIGTERM"), 0)
        assert.notInclude(yield* operator.errors, "s3cret")
      }).pipe(Effect.scoped),
    60_000
  )

  it("refuse webhooks that nobody could check", () => {
    const emulator = (...args: ReadonlyArray<string>) => lockstep(["github", "emulator", ...args])
    assert.deepInclude(emulator("--webhook-url", "http://127.0.0.1:1/"), { status: 64 })
    assert.deepInclude(emulator("--webhook-url", "nowhere"), { status: 64 })
    const empty = ["--webhook-secret-file", file("empty-secret", "\n")]
    assert.include(emulator("--webhook-url", "http://127.0.0.1:1/", ...empty).stderr, "holds no secret")
  })
})
