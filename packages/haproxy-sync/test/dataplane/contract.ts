import { DataplaneClient } from "@lockstep/haproxy-sync"
import { assert, it } from "@effect/vitest"
import { Effect, type Layer, Schedule } from "effect"

/** What the configuration of the contract is made for. */
export interface ContractSite {
  /** The directive of `global` that opens the runtime socket. */
  readonly statsSocket: string
  /** Where it listens. */
  readonly port: number
}

interface Address {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
}

/** The configuration that a server of the contract begins with. */
export const contractConfig = ({ port, statsSocket }: ContractSite): string =>
  [
    "global",
    `  ${statsSocket}`,
    "",
    "defaults main",
    "  mode http",
    "  timeout connect 1s",
    "  timeout client 1s",
    "  timeout server 1s",
    "",
    "frontend public from main",
    `  bind 127.0.0.1:${port} name public`,
    "  default_backend app",
    "",
    "backend app from main",
    "  server s1 127.0.0.1:9 weight 10",
    "  server s2 127.0.0.1:9 weight 10",
    ""
  ].join("\n")

const backends: Address = { path: "/services/haproxy/configuration/backends", query: {} }
const servers: Address = { path: `${backends.path}/app/servers`, query: {} }
const rules: Address = { path: "/services/haproxy/configuration/frontends/public/http_request_rules", query: {} }

const at = (address: Address, item: string | number): Address => ({ ...address, path: `${address.path}/${item}` })
const inTransaction = (address: Address, id: string): Address => ({
  ...address,
  query: { ...address.query, transaction_id: id }
})

const namesAt = (address: Address) =>
  DataplaneClient.use((client) => client.get(address)).pipe(
    Effect.map((items) => (items as ReadonlyArray<{ readonly name: string }> | null) ?? []),
    Effect.map((items) => items.map(({ name }) => name).toSorted())
  )

const reasonOf = <A, R>(effect: Effect.Effect<A, { readonly reason: string }, R>) =>
  Effect.map(Effect.flip(effect), ({ reason }) => reason)

/**
 * Declares what is relied on of a Data Plane API; each test has a server of its own, which holds {@link contractConfig}. The second
 * version of the API has no requests for lists and sections as a whole: `wholes` says whether this one does.
 */
export const dataplaneContract = <E>(
  server: () => Layer.Layer<DataplaneClient, E>,
  { wholes = true }: { readonly wholes?: boolean } = {}
): void => {
  const test = <A, F>(title: string, body: Effect.Effect<A, F, DataplaneClient>) =>
    it.live(title, () => Effect.scoped(body.pipe(Effect.provide(server()))), 30_000)

  test(
    "tells its version and that of the configuration",
    Effect.gen(function* () {
      const client = yield* DataplaneClient
      assert.match((yield* client.info).api, /^(2\.9|3\.\d)$/)
      assert.strictEqual(yield* client.version, 1)
      assert.strictEqual((yield* client.raw).version, 1)
    })
  )

  test(
    "lets a transaction take effect with its commit, and not before",
    Effect.gen(function* () {
      const client = yield* DataplaneClient
      const id = yield* client.begin(1)
      yield* client.write("POST", backends, { transaction: id }, { name: "more", from: "main" })
      assert.deepStrictEqual(yield* namesAt(backends), ["app"])
      assert.deepStrictEqual(yield* namesAt(inTransaction(backends, id)), ["app", "more"])
      const commit = yield* client.commit(id)
      assert.deepStrictEqual(yield* namesAt(backends), ["app", "more"])
      assert.strictEqual(commit.version, 2)
      assert.isTrue(commit.reloadTriggered)
    })
  )

  test(
    "takes the first of two transactions on one version",
    Effect.gen(function* () {
      const client = yield* DataplaneClient
      const [first, second] = [yield* client.begin(1), yield* client.begin(1)]
      yield* client.write("POST", backends, { transaction: first }, { name: "first" })
      yield* client.write("POST", backends, { transaction: second }, { name: "second" })
      yield* client.commit(first)
      assert.include(["TransactionGone", "VersionConflict"], yield* reasonOf(client.commit(second)))
      const late = client.write("POST", backends, { transaction: second }, { name: "late" })
      assert.strictEqual(yield* reasonOf(late), "TransactionGone")
      yield* client.abort(second)
      assert.deepStrictEqual(yield* client.transactions, [])
      assert.deepStrictEqual(yield* namesAt(backends), ["app", "first"])
    })
  )

  test(
    "begins on the version that counts, and on no other",
    DataplaneClient.use((client) =>
      Effect.map(reasonOf(client.begin(7)), (reason) => assert.strictEqual(reason, "VersionConflict"))
    )
  )

  test(
    "forgets an abandoned transaction",
    Effect.gen(function* () {
      const client = yield* DataplaneClient
      const id = yield* client.begin(1)
      yield* client.write("DELETE", at(servers, "s2"), { transaction: id })
      yield* client.abort(id)
      yield* client.abort(id)
      assert.deepStrictEqual(yield* namesAt(servers), ["s1", "s2"])
      assert.strictEqual(yield* client.version, 1)
    })
  )

  test(
    "keeps twenty transactions open",
    Effect.gen(function* () {
      const client = yield* DataplaneClient
      const open = yield* Effect.forEach(Array.from({ length: 20 }), () => client.begin(1))
      assert.strictEqual(new Set(open).size, 20)
      assert.strictEqual(yield* reasonOf(client.begin(1)), "TooManyTransactions")
      yield* Effect.forEach(open, client.abort)
      yield* client.abort(yield* client.begin(1))
    })
  )

  test(
    "commits nothing that HAProxy refuses",
    Effect.gen(function* () {
      const client = yield* DataplaneClient
      const id = yield* client.begin(1)
      yield* client.write("DELETE", at(backends, "app"), { transaction: id })
      const error = yield* Effect.flip(client.commit(id))
      assert.strictEqual(error.reason, "Refused")
      assert.include(error.serverMessage ?? "", "unable to find required default_backend: 'app'")
      assert.strictEqual(yield* reasonOf(client.commit(id)), "Refused")
      yield* client.abort(id)
      assert.strictEqual(yield* client.version, 1)
    })
  )

  test(
    `inserts a rule before the one at its place, and ${wholes ? "replaces a list in one request" : "replaces no list"}`,
    Effect.gen(function* () {
      const client = yield* DataplaneClient
      const header = (name: string) => ({ type: "set-header", hdr_name: name, hdr_format: "1" })
      const transaction = yield* client.begin(1)
      for (const name of ["A", "B", "C"]) yield* client.write("POST", at(rules, 0), { transaction }, header(name))
      const list = Effect.map(client.get(inTransaction(rules, transaction)), (items) =>
        (items as ReadonlyArray<{ readonly hdr_name: string }>).map((item) => item.hdr_name)
      )
      assert.deepStrictEqual(yield* list, ["C", "B", "A"])
      yield* client.write("DELETE", at(rules, 1), { transaction })
      assert.deepStrictEqual(yield* list, ["C", "A"])
      const replaced = client.write("PUT", rules, { transaction }, ["X", "Y"].map(header))
      if (wholes) {
        yield* replaced
        assert.deepStrictEqual(yield* list, ["X", "Y"])
      } else assert.strictEqual(yield* reasonOf(replaced), "Unsupported")
      yield* client.write("PUT", at(rules, 0), { transaction }, header("Z"))
      assert.strictEqual((yield* list)[0], "Z")
      assert.strictEqual(yield* reasonOf(client.write("PUT", at(rules, 9), { transaction }, header("Z"))), "NotFound")
      yield* client.abort(transaction)
    })
  )

  test(
    "has no request that replaces all servers",
    Effect.gen(function* () {
      const client = yield* DataplaneClient
      assert.strictEqual(yield* reasonOf(client.write("PUT", servers, { version: 1 }, [])), "Unsupported")
    })
  )

  test(
    wholes ? "reads and writes a section with its children" : "reads and writes no section with its children",
    Effect.gen(function* () {
      const client = yield* DataplaneClient
      const whole = { ...at(backends, "app"), query: { full_section: "true" } }
      if (!wholes) return assert.strictEqual(yield* reasonOf(client.get(whole)), "Unsupported")
      const held = (yield* client.get(whole)) as { readonly servers: Readonly<Record<string, object>> }
      assert.deepStrictEqual(Object.keys(held.servers).toSorted(), ["s1", "s2"])
      const { s1 } = held.servers
      yield* client.write("PUT", whole, { version: 1 }, { ...held, servers: { s1 } })
      assert.deepStrictEqual(yield* namesAt(servers), ["s1"])
    })
  )

  test(
    "tells what is wrong with a body",
    Effect.gen(function* () {
      const client = yield* DataplaneClient
      const error = yield* Effect.flip(client.write("POST", backends, { version: 1 }, { mode: "http" }))
      assert.deepStrictEqual([error.reason, error.status], ["Refused", 422])
      assert.include(error.serverMessage ?? "", "name")
      const nowhere = { path: "/services/haproxy/nowhere", query: {} }
      assert.strictEqual(yield* reasonOf(client.get(nowhere)), "NotFound")
    })
  )

  test(
    "stores a text, with the version it replaces",
    Effect.gen(function* () {
      const client = yield* DataplaneClient
      const { text } = yield* client.raw
      const pushed = yield* client.pushRaw(`${text}\nbackend more from main\n  server s1 127.0.0.1:9\n`, { version: 1 })
      assert.isDefined(pushed.reloadId)
      assert.deepStrictEqual(yield* namesAt(backends), ["app", "more"])
      assert.strictEqual(yield* reasonOf(client.pushRaw(text, { version: 1 })), "VersionConflict")
      const ended = yield* client
        .reload(pushed.reloadId ?? "")
        .pipe(
          Effect.repeat({ schedule: Schedule.spaced("50 millis"), until: ({ status }) => status !== "in_progress" })
        )
      assert.strictEqual(ended.status, "succeeded")
    })
  )

  test(
    "checks a text without storing it",
    Effect.gen(function* () {
      const client = yield* DataplaneClient
      const { text } = yield* client.raw
      yield* client.validate(text)
      const wrong = text.replace("default_backend app", "default_backend nowhere")
      assert.strictEqual(yield* reasonOf(client.validate(wrong)), "Refused")
      assert.strictEqual(yield* client.version, 1)
    })
  )

  test(
    "changes a weight in the running HAProxy without a reload",
    Effect.gen(function* () {
      const client = yield* DataplaneClient
      const server = { name: "s1", address: "127.0.0.1", port: 9, weight: 30 }
      const direct = yield* client.write("PUT", at(servers, "s1"), { version: 1 }, server)
      assert.deepStrictEqual([direct.status, direct.reloadTriggered], [200, false])
      const { text } = yield* client.raw
      const pushed = yield* client.pushRaw(text.replace("weight 30", "weight 40"), {
        version: 2,
        skipReload: true,
        actions: ["SetServerWeight app s1 40"]
      })
      assert.isFalse(pushed.reloadTriggered)
      assert.include((yield* client.raw).text, "weight 40")
    })
  )
}
