import { Webhooks } from "@lockstep/github-sync"
import { GitHubWebhooks } from "@lockstep/github-sync/testing"
import { WebhookServer } from "@lockstep/operator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"

const webhooks = Webhooks.layerWith({ secrets: Effect.succeed([Redacted.make("s")]) })

const send = (url: URL, init: RequestInit) =>
  Effect.map(
    Effect.promise(() => fetch(url, init)),
    ({ status }) => status
  )

const payload = JSON.stringify({
  action: "labeled",
  repository: { name: "web", owner: { login: "acme" } },
  pull_request: { number: 1 },
  // Signatures are over bytes, also where those are no ASCII.
  title: "Größe ändern ✓"
})

const headers = (body: string) => ({
  "content-type": "application/json",
  "x-github-event": "pull_request",
  "x-github-delivery": "1",
  "x-hub-signature-256": GitHubWebhooks.sign("s", body)
})

describe("WebhookServer.serve", () => {
  it.live("takes what is signed at its path, and nothing else anywhere", () =>
    Effect.gen(function* () {
      const url = yield* WebhookServer.serve({})
      assert.strictEqual(url.pathname, WebhookServer.webhookPath)
      assert.strictEqual(yield* send(url, { method: "POST", body: payload, headers: headers(payload) }), 202)
      assert.strictEqual(yield* send(url, { method: "POST", body: payload, headers: headers("other") }), 401)
      assert.strictEqual(yield* send(url, { method: "POST" }), 401)
      assert.strictEqual(yield* send(url, { method: "GET" }), 404)
      assert.strictEqual(
        yield* send(new URL("/", url), { method: "POST", body: payload, headers: headers(payload) }),
        404
      )
    }).pipe(Effect.scoped, Effect.provide(webhooks))
  )

  it.live("refuses what is larger than GitHub ever sends", () =>
    Effect.gen(function* () {
      const url = yield* WebhookServer.serve({})
      const body = " ".repeat(26_000_000)
      assert.strictEqual(yield* send(url, { method: "POST", body, headers: headers(body) }), 413)
    }).pipe(Effect.scoped, Effect.provide(webhooks))
  )

  it.live("says that an address is taken", () =>
    Effect.gen(function* () {
      const url = yield* WebhookServer.serve({})
      const error = yield* Effect.flip(WebhookServer.serve({ port: Number(url.port) }))
      assert.include(error.message, "choose another address")
    }).pipe(Effect.scoped, Effect.provide(webhooks))
  )
})
