import { MemoryStore, ResourceStore } from "@lockstep/core"
import { OperatorConfig } from "@lockstep/github-sync"
import { GitHubEmulator } from "@lockstep/github-sync/testing"
import { Configuration, layerLocal, runOperator } from "@lockstep/operator"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Logger, Option, References, Schema } from "effect"
import { until } from "./support/until.ts"

const acme = { owner: "acme", name: "web" }

const spec = Schema.decodeUnknownSync(OperatorConfig.spec)({
  repositories: [{ ...acme, labels: { none: ["hands-off"] } }],
  labels: { prefix: "flow: ", names: { qualified: "ready" }, lost: "hold" },
  qualification: { checks: "none", approvals: 1 },
  clusters: ["eu-west-1"],
  syncIntervalSeconds: 30,
  prune: "ended"
})

const read = (drafts: ReadonlyArray<{ readonly name: string; readonly spec: OperatorConfig["spec"] }>) =>
  Effect.gen(function* () {
    const store = yield* ResourceStore
    for (const draft of drafts)
      yield* store.create(OperatorConfig, { metadata: { name: draft.name }, spec: draft.spec })
    return yield* Configuration.read
  }).pipe(Effect.provide(MemoryStore.layer()))

describe("Configuration.read", () => {
  it.effect("warns that it doesn't read how GitHub is reached", () =>
    Effect.gen(function* () {
      const told: Array<string> = []
      const logs = Logger.layer([Logger.make(({ message }) => void told.push(String(message)))])
      const github = { tokenSecretRef: { name: "github", key: "token" } }
      yield* Effect.provide(read([{ name: "lockstep", spec }]), logs)
      assert.deepStrictEqual(told, [])
      yield* Effect.provide(read([{ name: "lockstep", spec: { ...spec, github } }]), logs)
      assert.match(told.join(), /The part github of the OperatorConfig lockstep is not read: .*LOCKSTEP_GITHUB_TOKEN/u)
    })
  )

  it.effect("is nothing where there is none of that name", () =>
    Effect.map(read([{ name: "other", spec }]), (found) => assert.isTrue(Option.isNone(found)))
  )

  it.effect("is what the configuration says, and what the operator does by default where it says nothing", () =>
    Effect.gen(function* () {
      const found = Option.getOrThrow(yield* read([{ name: "lockstep", spec }]))
      assert.deepInclude(found, {
        repositories: [{ ...acme, labels: { none: ["hands-off"] } }],
        clusters: ["eu-west-1"],
        syncInterval: Duration.seconds(30),
        prune: "ended",
        lostLabel: "hold",
        qualification: { checks: "none", approvals: 1 }
      })
      assert.strictEqual(found.vocabulary?.labels.qualified.name, "flow: ready")
      const bare = Schema.decodeUnknownSync(OperatorConfig.spec)({ repositories: [] })
      const little = Option.getOrThrow(yield* read([{ name: "lockstep", spec: bare }]))
      assert.deepInclude(little, {
        clusters: [],
        syncInterval: Duration.minutes(2),
        prune: "keep",
        lostLabel: "recreate"
      })
    })
  )

  it.effect("says which names of labels can't be used", () =>
    Effect.map(
      Effect.flip(read([{ name: "lockstep", spec: { ...spec, labels: { names: { merged: "Closed" } } } }])),
      (error) => assert.include(error.message, "would stand for")
    )
  )

  it.effect("runs an operator as it says", () =>
    Effect.gen(function* () {
      const configured = Option.getOrThrow(yield* read([{ name: "lockstep", spec }]))
      const seed = {
        repositories: [
          {
            ...acme,
            pullRequests: [
              { title: "One", reviews: [{ author: "ann", state: "APPROVED" as const }] },
              { title: "Two" },
              { title: "Three", labels: ["hands-off"] }
            ]
          }
        ]
      }
      yield* Effect.gen(function* () {
        const { world } = yield* GitHubEmulator
        const fiber = yield* Effect.forkChild(runOperator(configured))
        const shown = (number: number) => Effect.sync(() => world.labelsOf({ repository: acme, number }))
        yield* until(shown(1), (labels) => labels.includes("flow: ready"))
        yield* until(shown(2), (labels) => labels.includes("flow: discovered"))
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(yield* shown(3), ["hands-off"])
      }).pipe(
        Effect.provide(
          layerLocal(configured).pipe(
            Layer.provideMerge(GitHubEmulator.layerGitHub({ seed })),
            Layer.provideMerge(Layer.succeed(References.MinimumLogLevel, "None"))
          )
        )
      )
    })
  )
})
