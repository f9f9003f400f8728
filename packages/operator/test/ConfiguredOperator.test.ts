import { Conditions, MemoryStore, Resource, ResourceStore } from "@lockstep/core"
import { OperatorConfig, PullRequestTracker } from "@lockstep/github-sync"
import { serve, type GitHubSeed } from "@lockstep/github-sync/testing"
import { runConfigured, Secrets, type ConfiguredOptions } from "@lockstep/operator"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Fiber, Layer, References, Schema, type Scope } from "effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ask } from "./support/ask.ts"
import { until } from "./support/until.ts"

const web = { owner: "acme", name: "web" }

const shop = { owner: "acme", name: "shop" }

const seed: GitHubSeed.GitHubSeed = {
  repositories: [web, shop].map((repository) => ({
    ...repository,
    pullRequests: [{ title: "Faster start", checks: [{ name: "test" }] }]
  }))
}

const specOf = Schema.decodeUnknownSync(OperatorConfig.spec)

const create = (spec: OperatorConfig["spec"]) =>
  ResourceStore.use((store) => store.create(OperatorConfig, { metadata: { name: "lockstep" }, spec }))

const stored = ResourceStore.use((store) => store.get(OperatorConfig, Resource.key("lockstep")))

// The operator may write the status in between.
const change = (spec: OperatorConfig["spec"]) =>
  Effect.retry(
    ResourceStore.use((store) => Effect.flatMap(stored, (object) => store.update(OperatorConfig, { ...object, spec }))),
    { times: 20 }
  )

const ready = Effect.map(stored, ({ status }) => Conditions.get(status?.conditions, "Ready"))

/** An operator against a GitHub of its own that takes the token `t`. */
const running = (options: ConfiguredOptions = {}, env: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const { emulator, url } = yield* serve({ seed, token: "t" })
    const all = { LOCKSTEP_GITHUB_URL: url.href, LOCKSTEP_GITHUB_TOKEN: "t", ...env }
    const fiber = yield* runConfigured({ secretsInterval: "50 millis", ...options }).pipe(
      Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: all }))),
      Effect.forkScoped
    )
    const labelsOf = (repository: typeof web) => Effect.sync(() => emulator.world.labelsOf({ repository, number: 1 }))
    return { emulator, fiber, labelsOf, url }
  })

const secrets: Record<string, string | undefined> = {}

const test = (title: string, effect: Effect.Effect<void, unknown, ResourceStore | Secrets | Scope.Scope>) =>
  it.live(title, () =>
    effect.pipe(
      Effect.scoped,
      Effect.provide(Layer.mergeAll(MemoryStore.layer(), Secrets.layerLocal(secrets))),
      Effect.provideService(References.MinimumLogLevel, "None")
    )
  )

describe("runConfigured", () => {
  test(
    "works by the configuration, says so in its status, and takes up what changes in it",
    Effect.gen(function* () {
      yield* create(specOf({ repositories: [web], labels: { prefix: "flow/" } }))
      const { emulator, fiber, labelsOf } = yield* running({ syncInterval: "50 millis" })
      yield* until(labelsOf(web), (labels) => labels.includes("flow/qualified"))
      const first = yield* until(ready, (condition) => condition !== undefined)
      assert.deepInclude(first, { status: "True", reason: "InUse", observedGeneration: 1 })
      assert.deepStrictEqual(yield* labelsOf(shop), [])

      yield* change(
        specOf({
          repositories: [web, shop],
          labels: { prefix: "flow/" },
          qualification: { approvals: 1 },
          clusters: ["eu-west-1"]
        })
      )
      yield* until(labelsOf(shop), (labels) => labels.includes("flow/discovered"))
      // The policy is another one now, and what was settled under the old one is looked at again.
      yield* until(labelsOf(web), (labels) => labels.includes("flow/discovered"))
      yield* until(stored, ({ status }) => status?.observedGeneration === 2)
      const { metadata } = yield* stored
      const seen = emulator.exchanges.length
      yield* until(
        Effect.sync(() => emulator.exchanges.length),
        (count) => count > seen + 6
      )
      assert.strictEqual((yield* stored).metadata.resourceVersion, metadata.resourceVersion)
      yield* Fiber.interrupt(fiber)
    })
  )

  test(
    "refuses a configuration that can't be used, says why, and goes on with the one before",
    Effect.gen(function* () {
      yield* create(specOf({ repositories: [web] }))
      const { emulator, fiber, labelsOf } = yield* running({ syncInterval: "50 millis" })
      yield* until(labelsOf(web), (labels) => labels.includes("cd/qualified"))
      yield* change(specOf({ repositories: [shop], labels: { names: { merged: "Closed" } } }))
      const refused = yield* until(ready, (condition) => condition?.status === "False")
      assert.deepInclude(refused, { reason: "LabelsInvalid", observedGeneration: 2 })
      assert.match(refused?.message ?? "", /would stand for .*; the one before goes on$/u)

      emulator.world.merge({ repository: web, number: 1 })
      yield* until(labelsOf(web), (labels) => labels.includes("cd/merged"))
      assert.deepStrictEqual(yield* labelsOf(shop), [])

      yield* change(specOf({ repositories: [shop] }))
      yield* until(labelsOf(shop), (labels) => labels.includes("cd/qualified"))
      yield* until(ready, (condition) => condition?.status === "True")
      yield* Fiber.interrupt(fiber)
    })
  )

  test(
    "is not ready, and follows nothing, until there is a configuration that can be used",
    Effect.gen(function* () {
      yield* create(specOf({ repositories: [web], labels: { names: { merged: "Closed" } } }))
      let address: URL | undefined
      const onStarted = (found: URL | undefined) => Effect.sync(() => void (address = found))
      const { fiber, labelsOf } = yield* running({ probes: {}, onStarted })
      const refused = yield* until(ready, (condition) => condition?.status === "False")
      assert.match(refused?.message ?? "", /nothing is followed until that is corrected$/u)
      const probed = yield* ask(new URL("/readyz", address))
      assert.strictEqual(probed.status, 503)
      assert.deepStrictEqual(yield* labelsOf(web), [])
      yield* change(specOf({ repositories: [web] }))
      yield* until(labelsOf(web), (labels) => labels.includes("cd/qualified"))
      yield* until(ask(new URL("/readyz", address)), ({ status }) => status === 200)
      yield* Fiber.interrupt(fiber)
    })
  )

  test(
    "reads the token from the secret that is named, waits for one that is missing, and takes up one that was exchanged",
    Effect.gen(function* () {
      const { emulator, url } = yield* serve({ seed, token: "t" })
      yield* create(
        specOf({
          repositories: [web],
          syncIntervalSeconds: 10,
          github: { url: url.href, tokenSecretRef: { name: "github", key: "token" } }
        })
      )
      const env = { LOCKSTEP_GITHUB_URL: "", LOCKSTEP_GITHUB_TOKEN: "", GITHUB_TOKEN: "of-somebody-else" }
      const options = { syncInterval: "50 millis" as const }
      const fiber = yield* runConfigured({ secretsInterval: "20 millis", ...options }).pipe(
        Effect.provide(
          ConfigProvider.layer(
            ConfigProvider.fromEnv({
              env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""))
            })
          )
        ),
        Effect.forkScoped
      )
      const missing = yield* until(ready, (condition) => condition?.status === "False")
      assert.strictEqual(missing?.reason, "SecretMissing")
      assert.include(missing?.message, "LOCKSTEP_SECRET_GITHUB_TOKEN")
      assert.strictEqual(emulator.exchanges.length, 0)

      secrets["LOCKSTEP_SECRET_GITHUB_TOKEN"] = "old"
      yield* until(
        Effect.sync(() => emulator.exchanges),
        (exchanges) => exchanges.some(({ status }) => status === 401)
      )
      secrets["LOCKSTEP_SECRET_GITHUB_TOKEN"] = "t\n"
      const labels = Effect.sync(() => emulator.world.labelsOf({ repository: web, number: 1 }))
      yield* until(labels, (shown) => shown.includes("cd/qualified"))
      secrets["LOCKSTEP_SECRET_GITHUB_TOKEN"] = undefined
      const gone = yield* until(ready, (condition) => condition?.status === "False")
      assert.match(gone?.message ?? "", /the one before goes on$/u)
      emulator.world.merge({ repository: web, number: 1 })
      yield* until(labels, (shown) => shown.includes("cd/merged"))
      const { items } = yield* ResourceStore.use((store) => store.list(PullRequestTracker))
      assert.notInclude(JSON.stringify([items, yield* stored]), '"t"')
      yield* Fiber.interrupt(fiber)
    })
  )

  test(
    "works by what else it is told where there is no configuration",
    Effect.gen(function* () {
      const { fiber, labelsOf } = yield* running({ repositories: [web] })
      yield* until(labelsOf(web), (labels) => labels.includes("cd/qualified"))
      yield* Fiber.interrupt(fiber)
    })
  )

  test(
    "goes by a file, reads it again when it changes, and refuses what is wrong with it",
    Effect.gen(function* () {
      const folder = mkdtempSync(join(tmpdir(), "lockstep-config-"))
      yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder, { recursive: true, force: true })))
      const configFile = join(folder, "lockstep.yaml")
      const head = { apiVersion: "lockstep.dev/v1alpha1", kind: "OperatorConfig", metadata: { name: "lockstep" } }
      const write = (spec: object) => writeFileSync(configFile, JSON.stringify({ ...head, spec }, null, 2))
      write({ repositories: [{ owner: "acme" }] })
      const early = yield* Effect.flip(runConfigured({ configFile }))
      assert.match(early.message, /lockstep\.yaml:9:7: spec\.repositories\[0\]\.name: Missing key/u)

      write({ repositories: [web] })
      const { fiber, labelsOf } = yield* running({ configFile })
      yield* until(labelsOf(web), (labels) => labels.includes("cd/qualified"))
      writeFileSync(configFile, "kind: [")
      const refused = yield* until(ready, (condition) => condition?.status === "False")
      assert.strictEqual(refused?.reason, "FileInvalid")
      assert.match(refused?.message ?? "", /lockstep\.yaml:1:\d+: .*the one before goes on$/u)
      write({ repositories: [web, shop] })
      yield* until(labelsOf(shop), (labels) => labels.includes("cd/qualified"))
      yield* until(ready, (condition) => condition?.status === "True")
      yield* Fiber.interrupt(fiber)
    })
  )
})
