import { GitHub, type GitHubClient } from "@lockstep/github-sync"
import { GitHubEmulator, GitHubWebhooks, type Emulator } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Redacted, Stream } from "effect"
import { generateKeyPairSync } from "node:crypto"
import { acme, pr, seed } from "../fixtures/acme.ts"
import { deviations, pathOf, webhookDeviations, type Spoken } from "../support/openapi.ts"
import { differences } from "./differences.ts"

const parse = (text: string): unknown => (text === "" ? undefined : JSON.parse(text))

/** Carries requests to the in-process GitHub and keeps what was said. */
const recording = (emulator: Emulator) => {
  const spoken: Array<Spoken> = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const requestBody = parse(await request.clone().text())
    const response = await emulator.fetch(request)
    const url = new URL(request.url)
    // Links name a repository by its number; the description knows them by their names.
    url.pathname = url.pathname.replace(/^\/repositories\/\d+/u, "/repos/acme/web")
    const { method } = request
    spoken.push({
      method,
      url,
      requestBody,
      status: response.status,
      responseBody: parse(await response.clone().text())
    })
    return response
  }
  return { spoken, fetch }
}

/** Everything that the client can ask for, with answers of every kind. */
const everything = (github: GitHubClient, { world }: Emulator) =>
  Effect.gen(function* () {
    const { sha } = world.pullRequest(pr(1)).head
    world.setStatus(acme, sha, "scan", "pending")
    world.review(pr(1), "ann", "APPROVED")
    const failing = <A, E>(effect: Effect.Effect<A, E>) => Effect.flip(Effect.asVoid(effect))
    yield* Effect.forEach([1, 2, 3, 4, 5], (number) => github.getPR(pr(number)))
    yield* github.getPR(pr(1))
    yield* failing(github.getPR(pr(99)))
    for (const state of ["open", "closed", "all"] as const) yield* Stream.runDrain(github.listPRs(acme, { state }))
    yield* github.addLabel(pr(1), "cd/qualified")
    yield* failing(github.addLabel(pr(1), "x".repeat(51)))
    yield* github.listLabels(pr(1))
    yield* github.removeLabel(pr(1), "cd/qualified")
    yield* github.removeLabel(pr(1), "cd/qualified")
    yield* github.listChecks(acme, sha)
    yield* github.listReviews(pr(1))
    yield* github.listRepositoryLabels(acme)
    yield* github.createLabel(acme, { name: "cd/merged", color: "5319e7", description: "Merged" })
    yield* failing(github.createLabel(acme, { name: "cd/merged" }))
    yield* github.updateLabel(acme, "cd/merged", { name: "cd/done", color: "000000" })
    const comment = yield* github.createComment(pr(1), "Hello")
    yield* github.updateComment(acme, comment.id, "Hello again")
    yield* github.listComments(pr(1))
    yield* github.listLabelEvents(pr(1))
    yield* github.compare(acme, "main", "topic-1")
    yield* failing(github.compare(acme, "main", "nowhere"))
    yield* failing(github.merge(pr(1), { head: "0".repeat(40), method: "squash", title: "One", message: "Two" }))
    yield* failing(github.merge(pr(3), { head: world.pullRequest(pr(3)).head.sha }))
    yield* github.merge(pr(1), { head: sha })
  })

/** What others may ask the in-process GitHub for. */
const others: ReadonlyArray<readonly [method: string, path: string, body?: unknown]> = [
  ["GET", "/rate_limit"],
  ["GET", "/repos/acme/web"],
  ["GET", "/repos/acme/gone"],
  ["GET", "/repos/acme/web/labels/bug"],
  ["PUT", "/repos/acme/web/issues/2/labels", { labels: ["bug"] }],
  ["PUT", "/repos/acme/web/issues/2/labels", { labels: [] }],
  ["DELETE", "/repos/acme/web/issues/2/labels"],
  ["DELETE", "/repos/acme/web/issues/2/labels/absent"],
  ["POST", "/repos/acme/web/pulls", { title: "New", head: "new", base: "main" }],
  ["PATCH", "/repos/acme/web/pulls/2", { title: "Other", state: "closed" }],
  ["POST", "/repos/acme/web/pulls/3/reviews", { event: "APPROVE" }],
  ["POST", "/repos/acme/web/check-runs", { name: "test", head_sha: "a".repeat(40), status: "in_progress" }],
  ["POST", `/repos/acme/web/statuses/${"a".repeat(40)}`, { state: "success" }],
  ["DELETE", "/repos/acme/web/labels/bug"]
]

const played = Effect.gen(function* () {
  const emulator = yield* GitHubEmulator.make({ seed })
  const { fetch, spoken } = recording(emulator)
  const layer = GitHub.layerWith({
    baseUrl: new URL("https://api.github.com"),
    token: Redacted.make("t"),
    timeout: Duration.seconds(10),
    pace: { writeInterval: 0 },
    fetch
  })
  yield* Effect.provide(
    GitHub.use((github) => everything(github, emulator)),
    layer
  )
  const ours = spoken.length
  for (const [method, path, body] of others) {
    yield* Effect.promise(() =>
      fetch(`https://api.github.com${path}`, {
        method,
        headers: { "user-agent": "test" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      })
    )
  }
  return { ours: spoken.slice(0, ours), all: spoken }
})

/** Speaks as an App once. */
const asApp = Effect.gen(function* () {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" }
  })
  const emulator = yield* GitHubEmulator.make({ seed, app: { id: "7", installation: 11, publicKey } })
  const { fetch, spoken } = recording(emulator)
  const app = { id: "7", installation: 11, privateKey: Redacted.make(privateKey) }
  const layer = GitHub.layerWith({
    baseUrl: new URL("https://api.github.com"),
    timeout: Duration.seconds(10),
    app,
    fetch
  })
  yield* Effect.provide(
    GitHub.use((github) => github.getPR(pr(1))),
    layer
  )
  return spoken
})

const isOfRequest = (deviation: string) => /: (request|no such|the query|it takes)/u.test(deviation)

describe("GitHub's description of its API", () => {
  it.effect("has every request of our client, as the client sends it", () =>
    Effect.map(played, ({ ours }) => {
      assert.deepStrictEqual(ours.flatMap(deviations).filter(isOfRequest), [])
      assert.isAtLeast(new Set(ours.map(({ method, url }) => `${method} ${pathOf(url.pathname)}`)).size, 17)
    })
  )

  it.live("has what an App says and is answered", () =>
    Effect.map(asApp, (spoken) => {
      assert.deepStrictEqual(spoken.flatMap(deviations), [])
      assert.strictEqual(spoken[0]?.method, "POST")
    })
  )

  it.effect(
    "has every answer of the in-process GitHub, as it gives them, but for the differences that are listed",
    () =>
      Effect.map(played, ({ all }) => {
        const found = [...new Set(all.flatMap(deviations))].toSorted((a, b) => a.localeCompare(b))
        assert.deepStrictEqual(
          found,
          differences.map(({ difference }) => difference)
        )
      })
  )

  it.effect("has every webhook of the in-process GitHub, as it sends them", () =>
    Effect.gen(function* () {
      const { world } = yield* GitHubEmulator.make({ seed })
      const deliveries = GitHubWebhooks.gather(world, "s")
      const { sha } = world.pullRequest(pr(1)).head
      world.addLabels(pr(1), ["new"])
      world.removeLabel(pr(1), "new")
      world.setCheck(acme, sha, "test", "failure")
      world.setCheck(acme, sha, "test", null)
      world.setStatus(acme, sha, "scan", "error")
      world.review(pr(1), "ann", "approved")
      world.push(acme, "topic-1")
      world.close(pr(1))
      world.reopen(pr(1))
      world.merge(pr(2), { force: true })
      world.openPullRequest(acme, { title: "Another one" })
      world.createLabel(acme, "fresh", "00ff00", null)
      world.changeLabel(acme, "fresh", { name: "stale" })
      world.deleteLabel(acme, "stale")
      const events = deliveries.map(({ body, headers }) => ({
        event: headers["x-github-event"] ?? "",
        body: parse(body)
      }))
      const found = [...new Set(events.flatMap(({ body, event }) => webhookDeviations(event, body)))]
      assert.deepStrictEqual(found, [])
      assert.strictEqual(new Set(events.map(({ event }) => event)).size, 5)
    })
  )

  it("finds what is not as it says", () => {
    const spoken = { method: "POST", url: new URL("https://api.github.com/repos/acme/web/labels"), status: 201 }
    const label = { id: 1, node_id: "a", url: "https://api.github.com/x", name: "a", color: "ffffff", default: false }
    const wrong = { ...spoken, requestBody: { color: 1 }, responseBody: { ...label, description: 7 } }
    assert.deepStrictEqual(deviations(wrong), [
      "POST /repos/{owner}/{repo}/labels: request must have required property 'name'",
      "POST /repos/{owner}/{repo}/labels: request/color must be string",
      "POST /repos/{owner}/{repo}/labels: 201/description must be null",
      "POST /repos/{owner}/{repo}/labels: 201/description must be string",
      "POST /repos/{owner}/{repo}/labels: 201/description must match a schema in anyOf"
    ])
  })
})
