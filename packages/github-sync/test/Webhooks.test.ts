import { Webhooks, type Delivery, type WebhooksOptions } from "@lockstep/github-sync"
import { GitHubEmulator, GitHubWebhooks } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, PubSub, Redacted, Ref } from "effect"
import { acme, pr, seed } from "./fixtures/acme.ts"

const secret = "It's a Secret to Everybody"

const secrets = (...values: ReadonlyArray<string>) => Effect.succeed(values.map((value) => Redacted.make(value)))

const test = (
  title: string,
  effect: Effect.Effect<void, unknown, Webhooks | GitHubEmulator>,
  options: WebhooksOptions = { secrets: secrets(secret) }
) =>
  it.effect(title, () =>
    Effect.provide(effect, Webhooks.layerWith(options).pipe(Layer.provideMerge(GitHubEmulator.layer({ seed }))))
  )

const receive = (delivery: Delivery) => Webhooks.use((webhooks) => webhooks.receive(delivery))

/** What GitHub tells of a label that somebody adds. */
const labelled = (with_ = secret) =>
  Effect.map(GitHubEmulator, ({ world }) => {
    const deliveries = GitHubWebhooks.gather(world, with_)
    world.addLabels(pr(1), ["cd/rejected"])
    const delivery = deliveries.at(-1)
    if (delivery === undefined) throw new Error("nothing was delivered")
    return delivery
  })

describe("GitHubWebhooks.sign", () => {
  it("signs what GitHub documents as GitHub documents it", () =>
    assert.strictEqual(
      GitHubWebhooks.sign(secret, "Hello, World!"),
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    ))
})

describe("Webhooks.receive", () => {
  test(
    "takes nothing that is signed with an empty secret",
    Effect.gen(function* () {
      assert.strictEqual(yield* receive(yield* labelled("")), "unsigned")
    }),
    { secrets: secrets("") }
  )

  test(
    "takes what is signed, once, and tells what is worth looking at",
    Effect.gen(function* () {
      const webhooks = yield* Webhooks
      const notices = yield* webhooks.notices
      const delivery = yield* labelled()
      assert.strictEqual(yield* receive(delivery), "accepted")
      assert.strictEqual(yield* receive(delivery), "duplicate")
      const [notice, ...more] = yield* PubSub.takeAll(notices)
      assert.deepStrictEqual(notice, { repository: acme, numbers: [1], heads: [], labels: [] })
      assert.deepStrictEqual(more, [])
    }).pipe(Effect.scoped)
  )

  const wrong: ReadonlyArray<readonly [title: string, change: (delivery: Delivery) => Delivery, receipt: string]> = [
    [
      "no signature",
      ({ body, headers }) => ({ body, headers: { ...headers, "x-hub-signature-256": undefined } }),
      "unsigned"
    ],
    [
      "a signature that is none",
      ({ body, headers }) => ({ body, headers: { ...headers, "x-hub-signature-256": "sha1=abc" } }),
      "unsigned"
    ],
    ["another body", ({ body, headers }) => ({ body: body.replace("cd/rejected", "cd/merged"), headers }), "unsigned"],
    ["no body", ({ headers }) => ({ body: "", headers }), "unsigned"],
    [
      "a form",
      ({ body, headers }) => ({ body, headers: { ...headers, "content-type": "application/x-www-form-urlencoded" } }),
      "unsupported"
    ],
    [
      "no name",
      ({ body, headers }) => ({ body, headers: { ...headers, "x-github-delivery": undefined } }),
      "unreadable"
    ],
    [
      "an event nobody is interested in",
      ({ body, headers }) => ({ body, headers: { ...headers, "x-github-event": "star" } }),
      "ignored"
    ],
    [
      "an event about something else",
      ({ body, headers }) => ({ body, headers: { ...headers, "x-github-event": "status" } }),
      "ignored"
    ]
  ]
  for (const [title, change, receipt] of wrong) {
    test(
      `answers ${receipt} to ${title}`,
      Effect.gen(function* () {
        const delivery = yield* labelled()
        assert.strictEqual(yield* receive(change(delivery)), receipt)
        // Nothing of it is remembered: the right one is still new.
        assert.strictEqual(yield* receive(delivery), "accepted")
      })
    )
  }

  test(
    "answers unreadable to what is signed but isn't what GitHub sends",
    Effect.gen(function* () {
      const { headers } = yield* labelled()
      for (const body of ["{", "{}", "[1]"]) {
        const signed = { ...headers, "x-hub-signature-256": GitHubWebhooks.sign(secret, body) }
        assert.strictEqual(yield* receive({ body, headers: signed }), "unreadable")
      }
    })
  )

  test(
    "answers unsigned to whoever doesn't know the secret",
    Effect.flatMap(labelled("another secret"), (delivery) =>
      Effect.map(receive(delivery), (receipt) => assert.strictEqual(receipt, "unsigned"))
    )
  )

  it.effect("accepts the old and the new secret while one is exchanged for the other, and then the new one alone", () =>
    Effect.gen(function* () {
      const now = yield* Ref.make(["old"])
      const accepted = Effect.map(Ref.get(now), (values) => values.map((value) => Redacted.make(value)))
      yield* Effect.gen(function* () {
        const clean = Effect.map(GitHubEmulator, ({ world }) => world.removeLabel(pr(1), "cd/rejected"))
        assert.deepStrictEqual(yield* Effect.flatMap(labelled("old"), receive), "accepted")
        yield* clean
        yield* Ref.set(now, ["new", "old"])
        assert.deepStrictEqual(yield* Effect.flatMap(labelled("old"), receive), "accepted")
        yield* clean
        assert.deepStrictEqual(yield* Effect.flatMap(labelled("new"), receive), "accepted")
        yield* clean
        yield* Ref.set(now, ["new"])
        assert.deepStrictEqual(yield* Effect.flatMap(labelled("old"), receive), "unsigned")
      }).pipe(
        Effect.provide(
          Webhooks.layerWith({ secrets: accepted }).pipe(Layer.provideMerge(GitHubEmulator.layer({ seed })))
        )
      )
    })
  )

  test(
    "remembers only so many deliveries",
    Effect.gen(function* () {
      const first = yield* labelled()
      yield* receive(first)
      const { world } = yield* GitHubEmulator
      const others = GitHubWebhooks.gather(world, secret)
      world.removeLabel(pr(1), "cd/rejected")
      world.addLabels(pr(1), ["cd/rejected"])
      for (const delivery of others) yield* receive(delivery)
      assert.strictEqual(yield* receive(first), "accepted")
    }),
    { secrets: secrets(secret), remember: 1 }
  )
})
