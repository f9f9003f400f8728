import {
  DataplaneClient,
  defaultSyncOptions,
  dryRunOptions,
  type Guards,
  maxRetries,
  shouldApply,
  type SyncPolicy,
  SyncResult,
  Synchronizer,
  VersionAdapter
} from "@lockstep/haproxy-sync"
import { type EmulatorOptions, Faults } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { anotherBackend, smallConfig } from "./support/smallConfig.ts"
import { against as onServer, bring } from "./support/synchronizing.ts"

const config = (weight: number, rest = "") => smallConfig({ weight, rest })

const extra = anotherBackend("more")

/** Runs something against a server of its own that holds `config(10)`. */
const against = <A, E>(
  options: EmulatorOptions,
  run: (faults: Faults) => Effect.Effect<A, E, Synchronizer | DataplaneClient>
) => onServer({ config: config(10), ...options }, ({ faults }) => run(faults))

const openTransactions = DataplaneClient.use((client) => client.transactions)

describe("Synchronizer", () => {
  it.live("applies structural changes in one transaction, verifies them, and then finds nothing to do", () =>
    against({}, () =>
      Effect.gen(function* () {
        const result = yield* bring(config(10, extra))
        assert.deepStrictEqual(
          [
            result.success,
            result.status,
            result.verified,
            result.reloads,
            result.retries,
            result.appliedOperations.length
          ],
          [true, "applied", true, 1, 0, 2]
        )
        assert.deepStrictEqual(yield* openTransactions, [])
        assert.strictEqual((yield* bring(config(10, extra))).status, "in-sync")
      })
    )
  )

  it.live("looks at the server before it says that nothing is to do", () =>
    against({}, () =>
      Effect.gen(function* () {
        const { syncFromStrings } = yield* Synchronizer
        // What is said to be there is what is wanted; the server holds something else.
        const result = yield* syncFromStrings(config(20), config(20))
        assert.deepStrictEqual([result.status, result.verified], ["applied", true])
        const dry = yield* syncFromStrings(config(20), config(20), dryRunOptions)
        assert.deepStrictEqual([dry.status, dry.verified], ["in-sync", false])
      })
    )
  )

  it.live("speaks the second version of the API, and sends a text where that has no request", () =>
    against({ api: "2.9" }, () =>
      Effect.gen(function* () {
        const weight = yield* bring(config(20))
        assert.deepStrictEqual([weight.status, weight.verified, weight.reloads], ["applied", true, 0])
        const rule = (text: string) =>
          text.replace("  default_backend", "  http-request deny if { path /x }\n  default_backend")
        const items = yield* bring(rule(config(20)))
        assert.deepStrictEqual(
          items.plan?.operations.map(({ route }) => route),
          ["item"]
        )
        assert.deepStrictEqual([items.status, items.verified], ["applied", true])
        const whole = yield* bring(rule(config(20, extra)))
        assert.deepStrictEqual([whole.status, whole.verified], ["applied", true])
        assert.deepStrictEqual(new Set(whole.plan?.operations.map(({ route }) => route)), new Set(["raw"]))
        assert.deepStrictEqual(yield* openTransactions, [])
      })
    )
  )

  it.live("changes a weight without a reload", () =>
    against({}, () =>
      Effect.gen(function* () {
        const result = yield* bring(config(20))
        assert.deepStrictEqual([result.status, result.verified, result.reloads], ["applied", true, 0])
        assert.deepStrictEqual(result.notices, [])
      })
    )
  )

  it.live("says which weights it could not read back", () =>
    against({}, (faults) =>
      Effect.gen(function* () {
        faults.add(Faults.on("GET", /\/stats\/native/, Faults.status(501, "not here")))
        const result = yield* bring(config(20))
        assert.deepStrictEqual([result.status, result.verified, result.reloads], ["applied", true, 0])
        assert.match(result.notices.join(""), /the weight of server 's1' in backend 'app' .* could not be read back/)
      })
    )
  )

  it.live("changes nothing in a dry run, but lets the configuration be checked", () =>
    against({}, () =>
      Effect.gen(function* () {
        const before = yield* DataplaneClient.use((client) => client.raw)
        const dry = yield* bring(config(20, extra), dryRunOptions)
        assert.deepStrictEqual(
          [dry.success, dry.message, dry.appliedOperations],
          [true, "Dry-run completed successfully (no changes applied)", []]
        )
        assert.isTrue(SyncResult.hasChanges(dry))
        assert.deepStrictEqual(yield* DataplaneClient.use((client) => client.raw), before)
      })
    )
  )

  it.live("reads and decides again when somebody else was faster", () =>
    against({}, (faults) =>
      Effect.gen(function* () {
        faults.add(Faults.conflictStorm(2))
        const result = yield* bring(config(10, extra))
        assert.deepStrictEqual([result.success, result.retries, result.verified], [true, 2, true])
        assert.deepStrictEqual(
          (yield* openTransactions).filter(({ status }) => status === "in_progress"),
          []
        )
      })
    )
  )

  it.live("gives up after three more attempts, and says so", () =>
    against({}, (faults) =>
      Effect.gen(function* () {
        faults.add(Faults.conflictStorm(100))
        const result = yield* bring(config(10, extra))
        assert.deepStrictEqual([result.success, result.status, result.retries], [false, "failed", 3])
        assert.match(result.message, /^Version conflict/)
      })
    )
  )

  it.live("goes on without limit under apply-force, and can be interrupted", () =>
    against({}, (faults) =>
      Effect.gen(function* () {
        faults.add(Faults.conflictStorm(6))
        const forced = yield* bring(config(10, extra), { ...defaultSyncOptions, policy: "apply-force" })
        assert.deepStrictEqual([forced.success, forced.retries], [true, 6])

        faults.add(Faults.conflictStorm(1_000_000))
        const fiber = yield* Effect.forkChild(bring(config(10), { ...defaultSyncOptions, policy: "apply-force" }))
        const before = faults.requests
        yield* Effect.sync(() => faults.requests).pipe(Effect.repeat({ until: (count) => count > before + 12 }))
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(
          (yield* openTransactions).filter(({ status }) => status === "in_progress"),
          []
        )
      })
    )
  )

  it.live("finds out what happened when the answer to the commit is lost", () =>
    against({}, (faults) =>
      Effect.gen(function* () {
        faults.add(Faults.lostCommit(1))
        const result = yield* bring(config(10, extra))
        assert.deepStrictEqual([result.success, result.verified], [true, true])
        assert.strictEqual((yield* bring(config(10, extra))).status, "in-sync")
      })
    )
  )

  it.live("puts the last good configuration back when HAProxy can't be reloaded", () =>
    against({}, (faults) =>
      Effect.gen(function* () {
        faults.failReloads(1, "cannot bind\n")
        const result = yield* bring(config(10, extra))
        assert.deepStrictEqual([result.success, result.status], [false, "rolled-back"])
        assert.match(result.message, /cannot bind/)
        assert.strictEqual((yield* bring(config(10))).status, "in-sync")
      })
    )
  )

  it.live("commits nothing when the server refuses an operation, or the rest when that was asked for", () =>
    against({}, (faults) =>
      Effect.gen(function* () {
        const desired = config(20, `${extra}\nbackend third from main\n  server s1 127.0.0.1:82`)
        const refuse = () =>
          Faults.times(1, Faults.on("POST", /\/backends$/, Faults.status(422, "it doesn't like this")))

        faults.add(refuse())
        const stopped = yield* bring(desired)
        assert.deepStrictEqual([stopped.status, stopped.appliedOperations.length], ["failed", 0])
        assert.isTrue(SyncResult.hasFailures(stopped))
        assert.match(stopped.message, /it doesn't like this/)

        faults.add(refuse())
        const partial = yield* bring(desired, { ...defaultSyncOptions, continueOnError: true })
        assert.deepStrictEqual([partial.success, partial.status], [false, "partial"])
        assert.isNotEmpty(partial.appliedOperations)
        assert.isNotEmpty(partial.failedOperations)

        assert.deepStrictEqual([(yield* bring(desired)).status, (yield* bring(desired)).status], ["applied", "in-sync"])
      })
    )
  )

  it.live("refuses what the server would corrupt before it sends anything", () =>
    against({}, (faults) =>
      Effect.gen(function* () {
        const { text } = yield* DataplaneClient.use((client) => client.raw)
        const before = faults.requests
        const result = yield* Synchronizer.use((one) =>
          one.syncFromStrings(text, `.if defined(X)\n.endif\n${config(10, extra)}`)
        )
        assert.strictEqual(result.status, "refused")
        assert.strictEqual(faults.requests, before)
      })
    )
  )

  it.live("holds its guards also against what somebody else has changed in between", () =>
    against({}, (faults) =>
      Effect.gen(function* () {
        const client = yield* DataplaneClient
        const { text, version } = yield* client.raw
        yield* client.pushRaw(`${text}${extra}\n`, { version })
        const mine = `${config(20)}backend mine from main\n  server s1 127.0.0.1:83\n`
        const sync = (guards: Guards) =>
          Synchronizer.use((one) => one.syncFromStrings(text, mine, { ...defaultSyncOptions, guards }))

        const before = faults.requests
        const refused = yield* sync({ maxDeletes: 0 })
        assert.deepStrictEqual([refused.status, refused.requests], ["refused", 0])
        assert.match(refused.message, /the plan deletes 1, and 0 are allowed: backend 'more'/)
        assert.isAbove(faults.requests, before)

        const owned = yield* sync({ own: ["backend/mine"], maxDeletes: 0 })
        assert.deepStrictEqual([owned.status, owned.verified], ["applied", true])
        const after = (yield* client.raw).text
        assert.include(after, "backend more from main")
        assert.include(after, "backend mine from main")
        assert.include(after, "weight 10")
        assert.strictEqual((yield* sync({ own: ["backend/mine"] })).status, "in-sync")
      })
    )
  )

  it.live("tells which of two texts it can't read, and where", () =>
    against({}, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(
          Synchronizer.use((one) => one.syncFromStrings(config(1), 'global\n  log "x\n'))
        )
        assert.match(error.message, /^desired configuration: desired:2:7: error: this double quote is not closed/)
      })
    )
  )

  it.live("carries out operations inside a transaction of one's own", () =>
    against({}, () =>
      Effect.gen(function* () {
        const { text } = yield* DataplaneClient.use((client) => client.raw)
        const dry = yield* Synchronizer.use((one) => one.syncFromStrings(text, config(33), dryRunOptions))
        const synchronizer = yield* Synchronizer
        const { commit, value } = yield* VersionAdapter.executeTransaction(
          (transaction) => synchronizer.syncOperations(dry.diff?.operations ?? [], transaction),
          3
        )
        assert.isTrue(value.reloadTriggered)
        assert.isString(commit.reloadId)
        assert.strictEqual((yield* bring(config(33))).status, "in-sync")
      })
    )
  )
})

describe("SyncPolicy", () => {
  it.each([
    ["dry-run", 0, false],
    ["apply", 3, true],
    ["apply-force", -1, true]
  ] as ReadonlyArray<[SyncPolicy, number, boolean]>)(
    "%s has %i retries and applies: %s",
    (policy, retries, applies) => {
      assert.deepStrictEqual([maxRetries(policy), shouldApply(policy)], [retries, applies])
    }
  )

  it("applies nothing when it is none of them", () => {
    assert.isFalse(shouldApply("force" as SyncPolicy))
  })
})
