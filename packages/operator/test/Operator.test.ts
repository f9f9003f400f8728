import { Lease, ResourceStore, SqliteStore } from "@lockstep/core"
import { Discovery, LabelVocabulary, PullRequestTracker } from "@lockstep/github-sync"
import { GitHubEmulator, GitHubFaults, GitHubWebhooks, serve, type GitHubSeed } from "@lockstep/github-sync/testing"
import { layerLocal, runLocalOperator, runOperator, teardown } from "@lockstep/operator"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Deferred, Effect, Exit, Fiber, Layer, Logger, Redacted, References } from "effect"
import { TestClock } from "effect/testing"
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { ask } from "./support/ask.ts"
import { until } from "./support/until.ts"

const acme = { owner: "acme", name: "web" } as const

const seed: GitHubSeed.GitHubSeed = {
  repositories: [
    {
      ...acme,
      pullRequests: [
        { title: "Faster start", checks: [{ name: "test" }] },
        { title: "Long done", merged: true }
      ]
    }
  ]
}

const world = layerLocal().pipe(
  Layer.provideMerge(GitHubEmulator.layerGitHub({ seed })),
  Layer.provideMerge(Layer.succeed(References.MinimumLogLevel, "None"))
)

const labelsOf = (number: number) =>
  Effect.map(GitHubEmulator, (emulator) => emulator.world.labelsOf({ repository: acme, number }))

describe("runOperator", () => {
  it.effect("follows the open pull requests of its repositories and those it is told to", () =>
    Effect.gen(function* () {
      const options = { repositories: [acme], pullRequests: [{ repository: acme, number: 2 }] }
      const fiber = yield* Effect.forkChild(runOperator(options))
      yield* until(labelsOf(1), (labels) => labels.includes("cd/qualified"))
      yield* until(labelsOf(2), (labels) => labels.includes("cd/merged"))
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(world))
  )

  it.effect("follows trackers that are created while it runs", () =>
    Effect.gen(function* () {
      const started = yield* Deferred.make<void>()
      const onStarted = () => Effect.asVoid(Deferred.succeed(started, undefined))
      const fiber = yield* Effect.forkChild(runOperator({ onStarted }))
      yield* Deferred.await(started)
      yield* Discovery.track({ repository: acme, number: 1 })
      yield* until(labelsOf(1), (labels) => labels.includes("cd/qualified"))
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(world))
  )

  it.effect("finds pull requests that are opened later", () =>
    Effect.gen(function* () {
      const { world: github } = yield* GitHubEmulator
      const fiber = yield* Effect.forkChild(runOperator({ repositories: [acme] }))
      yield* until(labelsOf(1), (labels) => labels.length > 0)
      github.openPullRequest(acme, { title: "Another one" })
      yield* until(Effect.andThen(TestClock.adjust("1 minute"), labelsOf(3)), (labels) =>
        labels.includes("cd/discovered")
      )
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(world))
  )

  it.effect("goes on when GitHub fails, and recovers by itself", () =>
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      emulator.plan({ fault: GitHubFaults.badGateway({ applied: false }), times: 5 })
      const fiber = yield* Effect.forkChild(runOperator({ repositories: [acme] }))
      yield* until(Effect.andThen(TestClock.adjust("1 minute"), labelsOf(1)), (labels) =>
        labels.includes("cd/qualified")
      )
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(world))
  )

  it.effect("looks at once when GitHub tells of a change", () =>
    Effect.gen(function* () {
      const { world: github } = yield* GitHubEmulator
      const deliveries = GitHubWebhooks.gather(github, "s")
      const told: Array<string> = []
      const logs = Logger.make(({ message }) => void told.push(String(message)))
      const options = { repositories: [acme], webhooks: { secrets: Effect.succeed([Redacted.make("s")]) } }
      const fiber = yield* Effect.forkChild(
        runOperator(options).pipe(
          Effect.provide(Logger.layer([logs])),
          Effect.provideService(References.MinimumLogLevel, "Info")
        )
      )
      yield* until(labelsOf(1), (labels) => labels.includes("cd/qualified"))
      github.merge({ repository: acme, number: 1 })
      const [, address = ""] = /Webhooks are taken at (\S+)/u.exec(told.join("\n")) ?? []
      const send = (body: string | undefined, headers: Record<string, string>) =>
        Effect.promise(() => fetch(address, { method: "POST", headers, ...(body === undefined ? {} : { body }) })).pipe(
          Effect.map(({ status }) => status)
        )
      const closed = deliveries.at(-1)
      assert.strictEqual(yield* send("{}", { "content-type": "application/json" }), 401)
      assert.strictEqual(yield* send(closed?.body, { ...closed?.headers }), 202)
      yield* until(labelsOf(1), (labels) => labels.includes("cd/merged"))
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(world))
  )

  it.effect("works on one replica of several, and fails when it has lost its lease", () =>
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const lease = { namespace: "default", name: "operator" }
      const options = { repositories: [acme], election: { lease } }
      const one = yield* Effect.forkChild(runOperator(options))
      yield* until(labelsOf(1), (labels) => labels.includes("cd/qualified"))
      const held = yield* store.get(Lease, lease)
      const other = yield* Effect.forkChild(runOperator(options))
      yield* TestClock.adjust("1 minute")
      yield* until(store.get(Lease, lease), ({ spec }) => spec.renewTime !== held.spec.renewTime)
      assert.strictEqual((yield* store.get(Lease, lease)).spec.holderIdentity, held.spec.holderIdentity)
      const { spec, ...rest } = yield* store.get(Lease, lease)
      yield* store.update(Lease, { ...rest, spec: { ...spec, holderIdentity: "another" } })
      const lost = Effect.sync(() => one.pollUnsafe())
      yield* until(Effect.andThen(TestClock.adjust("1 second"), lost), (exit) => exit !== undefined)
      assert.strictEqual((yield* Effect.flip(Fiber.join(one)))._tag, "LeadershipLost")
      yield* Fiber.interrupt(other)
    }).pipe(Effect.provide(world))
  )

  it.effect("lets a running reconcile finish when it is interrupted, and leaves no half-done labels", () =>
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      const ref = { repository: acme, number: 1 }
      emulator.world.addLabels(ref, ["cd/discovered"])
      const reached = yield* Deferred.make<void>()
      emulator.plan({
        fault: GitHubFaults.meanwhile(() => Deferred.doneUnsafe(reached, Effect.void)),
        method: "DELETE"
      })
      const fiber = yield* Effect.forkChild(runOperator({ repositories: [acme] }))
      yield* Deferred.await(reached)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(emulator.world.labelsOf(ref), ["cd/qualified"])
      const store = yield* ResourceStore
      const [tracker] = (yield* store.list(PullRequestTracker)).items
      assert.strictEqual(tracker?.status?.labels?.lastApplied, "qualified")
    }).pipe(Effect.provide(world))
  )
})

describe("runLocalOperator", () => {
  it.live("tells what it would do in a dry run, and does nothing", () =>
    Effect.gen(function* () {
      const { emulator, url } = yield* serve({ seed, token: "t" })
      const told: Array<string> = []
      const env = { LOCKSTEP_GITHUB_URL: url.href, LOCKSTEP_GITHUB_TOKEN: "t" }
      const fiber = yield* Effect.forkChild(
        runLocalOperator({ repositories: [acme], dryRun: true }).pipe(
          Effect.provide(Logger.layer([Logger.make(({ message }) => void told.push(String(message)))])),
          Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env })))
        )
      )
      yield* until(
        Effect.sync(() => told),
        (lines) => lines.includes("Would add the label cd/qualified to acme/web#1")
      )
      yield* Fiber.interrupt(fiber)
      assert.isFalse(emulator.exchanges.some(({ method }) => method !== "GET"))
    }).pipe(Effect.scoped)
  )

  it.live("keeps what a dry run makes of trackers to itself", () =>
    Effect.gen(function* () {
      const { emulator, url } = yield* serve({ seed, token: "t" })
      const env = { LOCKSTEP_GITHUB_URL: url.href, LOCKSTEP_GITHUB_TOKEN: "t" }
      const told: Array<string> = []
      const folder = mkdtempSync(join(tmpdir(), "lockstep-operator-"))
      yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder, { recursive: true, force: true })))
      const storeFile = join(folder, "operator.db")
      const dryRun = (until: Effect.Effect<unknown>) =>
        runLocalOperator({
          repositories: [acme],
          storeFile,
          dryRun: true,
          onIntendedWrite: (write) => Effect.sync(() => void told.push(write))
        }).pipe(
          Effect.raceFirst(until),
          Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env }))),
          Effect.provideService(References.MinimumLogLevel, "None")
        )
      const tells = (count: number) =>
        until(
          Effect.sync(() => told.length),
          (length) => length === count
        )
      yield* dryRun(tells(1))
      assert.deepStrictEqual(readdirSync(folder), [])

      yield* Effect.provide(Discovery.track({ repository: acme, number: 2 }), SqliteStore.layer({ path: storeFile }))
      const before = readFileSync(storeFile)
      yield* dryRun(tells(3))
      const [first, ...rest] = told
      assert.strictEqual(first, "add the label cd/qualified to acme/web#1")
      assert.deepStrictEqual(rest.toSorted(), ["add the label cd/merged to acme/web#2", first])
      assert.deepStrictEqual(readFileSync(storeFile), before)
      assert.isFalse(existsSync(`${storeFile}-github`))
      const { items } = yield* ResourceStore.use((store) => store.list(PullRequestTracker)).pipe(
        Effect.provide(SqliteStore.layer({ path: storeFile }))
      )
      assert.deepStrictEqual(
        items.map(({ spec, status }) => [spec.number, status]),
        [[2, undefined]]
      )
      assert.isFalse(emulator.exchanges.some(({ method }) => method !== "GET"))

      writeFileSync(storeFile, "something else of at least some length".repeat(100))
      const error = yield* Effect.flip(dryRun(Effect.never))
      assert.include(error.message, "it can't be copied for a dry run")
    }).pipe(Effect.scoped)
  )
})

describe("teardown", () => {
  it("ends with 0 after an interruption, and with 1 after a failure", () => {
    const codes: Array<number> = []
    teardown(Exit.interrupt(), (code) => void codes.push(code))
    teardown(Exit.fail("boom"), (code) => void codes.push(code))
    teardown(Exit.void, (code) => void codes.push(code))
    assert.deepStrictEqual(codes, [0, 1, 0])
  })
})

describe("an operator as a process", () => {
  it.live("reconciles, answers probes, and ends with 0 on SIGTERM", () =>
    Effect.gen(function* () {
      const { emulator, url } = yield* serve({ seed, token: "t" })
      const program = fileURLToPath(new URL("fixtures/operator.ts", import.meta.url))
      const child = spawn(process.execPath, ["--conditions=@lockstep/source", program], {
        env: { PATH: process.env["PATH"], LOCKSTEP_GITHUB_URL: url.href, LOCKSTEP_GITHUB_TOKEN: "t" },
        stdio: ["ignore", "pipe", "pipe"]
      })
      yield* Effect.addFinalizer(() => Effect.sync(() => void child.kill("SIGKILL")))
      const told: Array<string> = []
      child.stderr.on("data", (chunk) => void told.push(String(chunk)))
      const address = yield* Effect.callback<URL>((resume) => {
        child.stdout.once("data", (chunk) => resume(Effect.succeed(new URL(String(chunk).trim()))))
      })
      const shown = Effect.sync(() => emulator.world.labelsOf({ repository: acme, number: 1 }))
      yield* until(shown, (labels) => labels.includes(LabelVocabulary.standard.labels.qualified.name))
      assert.strictEqual((yield* ask(new URL("/readyz", address))).status, 200)
      const ended = Effect.callback<number | null>((resume) => {
        child.once("exit", (code) => resume(Effect.succeed(code)))
      })
      child.kill("SIGTERM")
      assert.strictEqual(yield* ended, 0, told.join(""))
      assert.include(told.join(""), "Operator stopped")
      assert.notInclude(told.join(""), '"level":"ERROR"')
    }).pipe(Effect.scoped)
  )
})
