import { Resource, ResourceStore } from "@lockstep/core"
import { PullRequestTracker, TrackerReconciler, Webhooks, WebhookSource } from "@lockstep/github-sync"
import { GitHubEmulator, GitHubWebhooks, type GitHubWorld } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema } from "effect"
import { acme, pr } from "../fixtures/acme.ts"
import { until } from "../support/until.ts"
import { labelsOf, track, world, writesSoFar, type World } from "../support/world.ts"

const secret = "s"

const webhooks = Webhooks.layerWith({ secrets: Effect.succeed([Redacted.make(secret)]) })

/** An operator that learns of changes by webhooks alone. */
const running = Effect.gen(function* () {
  const deliveries = GitHubWebhooks.gather((yield* GitHubEmulator).world, secret)
  const controller = yield* TrackerReconciler.start({
    syncInterval: "1000 days",
    sources: [WebhookSource.source({ repositories: [acme] })]
  })
  yield* controller.synced
  yield* controller.idle
  return { controller, deliveries }
})

const receive = (delivery: GitHubWebhooks.SignedDelivery) => Webhooks.use((one) => one.receive(delivery))

const test = (title: string, effect: Effect.Effect<void, unknown, World | Webhooks>) =>
  it.effect(title, () => Effect.provide(Effect.asVoid(effect), Layer.merge(world(), webhooks)))

const act = (change: (github: GitHubWorld) => unknown) => Effect.map(GitHubEmulator, (one) => void change(one.world))

const events: ReadonlyArray<readonly [title: string, change: (github: GitHubWorld) => unknown, shown: string]> = [
  [
    "a check",
    (github) => github.setCheck(acme, github.pullRequest(pr(1)).head.sha, "test", "failure"),
    "cd/discovered"
  ],
  [
    "a status",
    (github) => github.setStatus(acme, github.pullRequest(pr(1)).head.sha, "scan", "error"),
    "cd/discovered"
  ],
  ["a review", (github) => github.review(pr(1), "ann", "CHANGES_REQUESTED"), "cd/discovered"],
  ["a merge", (github) => github.merge(pr(1)), "cd/merged"],
  ["a push", (github) => github.push(acme, "topic-1"), "cd/discovered"],
  ["a label that was added", (github) => github.setLabels(pr(1), ["cd/rejected"]), "cd/rejected"],
  ["a label that was taken away", (github) => github.removeLabel(pr(1), "cd/qualified"), "cd/qualified"],
  ["a label that was deleted from the catalogue", (github) => github.deleteLabel(acme, "cd/qualified"), "cd/qualified"],
  [
    "a label that was renamed in the catalogue",
    (github) => github.changeLabel(acme, "cd/qualified", { name: "x" }),
    "cd/qualified"
  ]
]

describe("WebhookSource.source", () => {
  for (const [title, change, shown] of events) {
    test(
      `has ${title} looked at`,
      Effect.gen(function* () {
        yield* track(1)
        const { controller, deliveries } = yield* running
        const before = (yield* GitHubEmulator).exchanges.length
        yield* act(change)
        for (const delivery of deliveries.slice()) yield* receive(delivery)
        yield* until(
          Effect.map(GitHubEmulator, ({ exchanges }) => exchanges.length),
          (now) => now > before
        )
        yield* controller.idle
        const { items } = yield* ResourceStore.use((store) => store.list(PullRequestTracker))
        assert.deepStrictEqual(items.map(Resource.keyOf), [{ namespace: "default", name: "acme-web-1" }])
        assert.include(yield* labelsOf(1), shown)
      }).pipe(Effect.scoped)
    )
  }

  test(
    "finds a pull request that was opened in a repository that is followed",
    Effect.gen(function* () {
      const { deliveries } = yield* running
      yield* act((github) => github.openPullRequest(acme, { number: 9, title: "Another one" }))
      const opened = deliveries.find(({ body }) => body.includes(`"opened"`))
      if (opened !== undefined) yield* receive(opened)
      yield* until(labelsOf(9), (labels) => labels.includes("cd/discovered"))
    }).pipe(Effect.scoped)
  )

  it.effect.prop(
    "ends the same however events are lost, doubled or reordered, as long as the last look comes after the last change",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 30 })))],
    ([order]) =>
      Effect.gen(function* () {
        yield* track(1)
        const { controller, deliveries } = yield* running
        for (const [, change] of events.filter(([title]) => !title.includes("catalogue"))) {
          yield* act((github) => {
            if (github.pullRequest(pr(1)).open || github.labelsOf(pr(1)).includes("cd/merged")) {
              try {
                change(github)
              } catch {
                // It can't happen any more.
              }
            }
          })
          for (const index of order) {
            const delivery = deliveries[index % Math.max(1, deliveries.length)]
            if (delivery !== undefined) yield* receive(delivery)
          }
        }
        yield* controller.enqueue(Resource.key("acme-web-1", "default"))
        yield* controller.idle
        assert.deepStrictEqual(
          (yield* labelsOf(1)).filter((label) => label.startsWith("cd/")),
          ["cd/merged"]
        )
        const writes = yield* writesSoFar
        for (const delivery of deliveries) yield* receive(delivery)
        yield* controller.idle
        assert.strictEqual(yield* writesSoFar, writes)
      }).pipe(Effect.scoped, Effect.provide(Layer.merge(world(), webhooks))),
    { arbitrary: { runs: 15 }, timeout: 30_000 }
  )
})
