import { GitHub, type GitHubClient } from "@lockstep/github-sync"
import { GitHubEmulator } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Redacted, Schema } from "effect"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { recordedDifferences } from "./differences.ts"

const Recorded = Schema.Struct({
  method: Schema.String,
  path: Schema.String,
  body: Schema.Unknown,
  status: Schema.Int,
  response: Schema.Unknown,
  headers: Schema.Record(Schema.String, Schema.Unknown)
})

type Recorded = typeof Recorded.Type

const recordings = (scenario: string): ReadonlyArray<Recorded> => {
  const name = `@octokit/fixtures/scenarios/api.github.com/${scenario}/normalized-fixture.json`
  // The package exports its program only; what it holds besides lies beside it.
  const file = createRequire(import.meta.url)
    .resolve("@octokit/fixtures")
    .replace(/index\.js$/u, name.slice("@octokit/fixtures/".length))
  return Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Array(Recorded)))(readFileSync(file, "utf8"))
}

const Label = Schema.Struct({
  name: Schema.String,
  color: Schema.String,
  description: Schema.NullOr(Schema.String)
})

const labelsIn = (response: unknown) =>
  Schema.decodeUnknownSync(Schema.Array(Label))(response).map(({ color, description, name }) => ({
    name,
    color,
    ...(description === null ? {} : { description })
  }))

/** A client that is answered from a recording: to each request what was answered to it then, in the same order. */
const replaying = (scenario: string) => {
  const left = [...recordings(scenario)]
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    const text = await request.text()
    const found = left.findIndex(
      ({ method, path }) => method === request.method.toLowerCase() && path.split("?")[0] === url.pathname
    )
    const [recorded] = found < 0 ? [] : left.splice(found, 1)
    if (recorded === undefined) throw new Error(`nothing like ${request.method} ${url.pathname} was recorded`)
    if (text !== "") assert.deepStrictEqual(JSON.parse(text), recorded.body)
    return new Response(recorded.status === 204 ? null : JSON.stringify(recorded.response), {
      status: recorded.status,
      headers: Object.entries(recorded.headers).map(([name, value]): [string, string] => [name, String(value)])
    })
  }
  const layer = GitHub.layerWith({
    baseUrl: new URL("https://api.github.com"),
    token: Redacted.make("t"),
    timeout: Duration.seconds(10),
    pace: { writeInterval: 0 },
    fetch
  })
  return <A, E>(use: (github: GitHubClient) => Effect.Effect<A, E>) => Effect.provide(GitHub.use(use), layer)
}

const answerOf = (scenario: string, method: string, part: string): Recorded => {
  const found = recordings(scenario).find((one) => one.method === method && one.path.includes(part))
  if (found === undefined) throw new Error(`nothing like ${method} ${part} was recorded`)
  return found
}

const of = (name: string) => ({ owner: "octokit-fixture-org", name })

describe("The recordings of GitHub, replayed through our client", () => {
  it.effect("list, create and rename labels with the requests and results that were recorded", () =>
    Effect.gen(function* () {
      const client = replaying("labels")
      const listed = yield* client((github) => github.listRepositoryLabels(of("labels")))
      assert.deepStrictEqual(listed, labelsIn(answerOf("labels", "get", "/labels/labels").response))
      assert.isAtLeast(listed.length, 5)
      const created = yield* client((github) =>
        github.createLabel(of("labels"), { name: "test-label", color: "663399" })
      )
      assert.deepStrictEqual([created], labelsIn([answerOf("labels", "post", "/labels").response]))
      const changed = yield* client((github) =>
        github.updateLabel(of("labels"), "test-label", { name: "test-label-updated", color: "BADA55" })
      )
      assert.deepStrictEqual([changed], labelsIn([answerOf("labels", "patch", "/labels").response]))
    })
  )

  it.effect("tell of a colour that is none as GitHub does", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        replaying("errors")((github) => github.createLabel(of("errors"), { name: "foo", color: "invalid" }))
      )
      assert.strictEqual(error.reason._tag, "Invalid")
      assert.include(error.message, "Validation Failed (Label color invalid)")
    })
  )
})

/** What is the same in an answer, wherever it comes from. */
const comparable = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(comparable)
    : typeof value === "object" && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([field]) => !(field in recordedDifferences))
            .map(([field, one]): [string, unknown] => [field, comparable(one)])
            .toSorted(([a], [b]) => a.localeCompare(b))
        )
      : value

const played: ReadonlyArray<readonly [scenario: string, from: number]> = [
  ["labels", 0],
  ["errors", 0],
  // Its first request opens an issue, which is no pull request.
  ["add-labels-to-issue", 1]
]

describe("The recordings of GitHub, played on the in-process GitHub", () => {
  for (const [scenario, from] of played) {
    it.effect(`${scenario} is answered as it was, but for the differences that are listed`, () =>
      Effect.gen(function* () {
        const all = recordings(scenario)
        const first = all[0]
        const labels = first?.method === "get" ? labelsIn(first.response) : []
        const seed = { repositories: [{ ...of(scenario), labels, pullRequests: [{ title: "One" }] }] }
        const emulator = yield* GitHubEmulator.make({ seed })
        for (const { body, method, path, response, status } of all.slice(from)) {
          const answer = yield* Effect.promise(() =>
            emulator.fetch(`https://api.github.com${path}`, {
              method: method.toUpperCase(),
              headers: { "user-agent": "test" },
              ...(body === "" ? {} : { body: JSON.stringify(body) })
            })
          )
          const text = yield* Effect.promise(() => answer.text())
          assert.strictEqual(answer.status, status, path)
          assert.deepStrictEqual(comparable(text === "" ? "" : JSON.parse(text)), comparable(response), path)
        }
      })
    )
  }
})
