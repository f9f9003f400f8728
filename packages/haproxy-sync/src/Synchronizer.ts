import { Backoff } from "@lockstep/core"
import { Clock, Context, Duration, Effect, Layer, Result } from "effect"
import { DataplaneClient } from "./dataplane/DataplaneClient.ts"
import type { DataplaneError } from "./dataplane/DataplaneError.ts"
import { conflictBackoff, isVersionConflict, type Transaction } from "./dataplane/VersionAdapter.ts"
import type { Operation } from "./diff/Operation.ts"
import { parse, type StructuredConfig } from "./model/StructuredConfig.ts"
import { type CostModel, measuredCosts } from "./plan/Cost.ts"
import type { Plan } from "./plan/Plan.ts"
import { plan as makePlan } from "./plan/Planner.ts"
import { itemStep } from "./plan/steps.ts"
import { targetOf } from "./plan/target.ts"
import type { Attempt } from "./sync/Attempt.ts"
import { carryOut, type Outcome, send } from "./sync/carryOut.ts"
import { conclude, reloadHeld } from "./sync/conclude.ts"
import { cleanUp, type Ledger, openLedger } from "./sync/Ledger.ts"
import { type HeldConfiguration, mismatchOf, readHeld } from "./sync/verify.ts"
import { withoutSecrets } from "./sync/withoutSecrets.ts"
import { defaultSyncOptions, type SyncOptions } from "./SyncOptions.ts"
import { maxRetries, shouldApply } from "./SyncPolicy.ts"
import { SyncResult } from "./SyncResult.ts"
import type { HaproxyVersion } from "./text/HaproxyVersion.ts"
import type { ParseError } from "./text/ParseError.ts"

/**
 * What a list of operations caused. Inside a transaction the reload comes with the commit, so only that knows its id.
 *
 * @category models
 * @since 0.1.0
 */
export interface SyncOperationsResult {
  readonly reloadTriggered: boolean
  readonly reloadId?: string
}

/**
 * Brings a desired configuration to a running HAProxy.
 *
 * **When to use**
 *
 * Provide {@link Synchronizer.layer} over a `DataplaneClient`. Use `sync` for configurations you have parsed, `syncFromStrings` for
 * texts, `syncOperations` inside a transaction of your own.
 *
 * **Details**
 *
 * The server is read again before anything is sent: if it no longer holds `current`, the difference is worked out anew. The same
 * happens when somebody else changes it in between. After the reload the server is read once more; when HAProxy did not take the new
 * configuration, the last good one is put back. What one synchronization leaves open, because its process or the server ended in the
 * middle, the next one brings to its end: transactions it had begun are deleted, and whether HAProxy runs what is stored is made
 * certain. Beyond the life of the process it knows of that by the `Journal`. Once something was sent there is always a result, which tells what was done; the
 * error channel is for a server that could not even be read.
 *
 * **Example** (From two texts)
 *
 * ```ts
 * import { DataplaneClient, SyncResult, Synchronizer } from "@lockstep/haproxy-sync"
 * import { Effect, Layer, Redacted } from "effect"
 *
 * const server = DataplaneClient.layer({
 *   baseUrl: "http://localhost:5555",
 *   username: "admin",
 *   password: Redacted.make("secret")
 * })
 *
 * const program = Effect.gen(function* () {
 *   const synchronizer = yield* Synchronizer
 *   const { text } = yield* (yield* DataplaneClient).raw
 *   const result = yield* synchronizer.syncFromStrings(text, `${text}\nbackend app\n  server s1 10.0.0.1:80\n`)
 *   yield* Effect.log(SyncResult.toString(result))
 * }).pipe(Effect.provide(Synchronizer.layer.pipe(Layer.provideMerge(server))))
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class Synchronizer extends Context.Service<
  Synchronizer,
  {
    readonly sync: (
      current: StructuredConfig,
      desired: StructuredConfig,
      options?: SyncOptions
    ) => Effect.Effect<SyncResult, DataplaneError>
    readonly syncFromStrings: (
      current: string,
      desired: string,
      options?: SyncOptions
    ) => Effect.Effect<SyncResult, DataplaneError | ParseError>
    readonly syncOperations: (
      operations: ReadonlyArray<Operation>,
      transaction: Transaction
    ) => Effect.Effect<SyncOperationsResult, DataplaneError>
  }
>()("@lockstep/haproxy-sync/Synchronizer") {
  /** A synchronizer for the server of the client. */
  static readonly layer: Layer.Layer<Synchronizer, never, DataplaneClient> = Layer.effect(
    Synchronizer,
    Effect.gen(function* () {
      const client = yield* DataplaneClient
      const withClient = Effect.provideService(DataplaneClient, client)
      const sync = Effect.fn("Synchronizer.sync")(
        (current: StructuredConfig, desired: StructuredConfig, options: SyncOptions = defaultSyncOptions) =>
          (shouldApply(options.policy) ? cleanUp : Effect.succeed([])).pipe(
            Effect.flatMap(openLedger),
            Effect.flatMap((ledger) =>
              Effect.onExit(synchronize(current, desired, { ...options, ledger }), ledger.close)
            ),
            // What went well says nothing in the words of the server.
            Effect.map((result) => (result.success ? result : hidden(current, desired, result.plan).result(result))),
            Effect.mapError((error) => hidden(current, desired).error(error)),
            withClient
          )
      )
      return Synchronizer.of({
        sync,
        syncFromStrings: Effect.fn("Synchronizer.syncFromStrings")(function* (current, desired, options) {
          const [from, to] = yield* Effect.all([
            Effect.fromResult(parse(current, { file: "current", side: "current" })),
            Effect.fromResult(parse(desired, { file: "desired", side: "desired" }))
          ])
          return yield* sync(from, to, options)
        }),
        syncOperations: Effect.fn("Synchronizer.syncOperations")((operations, transaction) =>
          sendOperations(operations, transaction).pipe(withClient)
        )
      })
    })
  )
}

const hidden = (current: StructuredConfig, desired: StructuredConfig, plan?: Plan) =>
  withoutSecrets([current.document.text, desired.document.text, plan?.desired.text ?? ""])

const sendOperations = Effect.fnUntraced(function* (operations: ReadonlyArray<Operation>, { id }: Transaction) {
  const results = yield* Effect.forEach(operations, (operation) => send(itemStep(operation), { transaction: id }))
  return { reloadTriggered: results.flat().some(({ status }) => status === 202) } satisfies SyncOperationsResult
})

/** What was asked for, and what the last synchronizations have left open. */
interface Settings extends SyncOptions {
  readonly ledger: Ledger
}

const synchronize = Effect.fnUntraced(function* (
  current: StructuredConfig,
  desired: StructuredConfig,
  options: Settings
) {
  const client = yield* DataplaneClient
  const start = yield* Clock.currentTimeMillis
  const elapsed = Effect.map(Clock.currentTimeMillis, (now) => Duration.millis(now - start))
  const { policy } = options
  const planned = makePlan(current, desired, options)
  const refusal = refusalOf(planned)
  if (refusal !== undefined) {
    return SyncResult.failure(policy, planned, [], [], yield* elapsed, 0, refusal, { plan: planned, status: "refused" })
  }
  const nothing = planned.operations.length === 0
  if (nothing && !shouldApply(policy)) {
    const facts = factsInStep(current, planned, desired, options)
    return SyncResult.noChanges(policy, yield* elapsed, { ...facts, verified: false })
  }
  // Whether the server still holds what it is said to hold is looked at below, also where nothing seems to be to do.
  if (!nothing && (!shouldApply(policy) || options.validateBeforeApply)) {
    const refused = yield* client.validate(planned.desired.text).pipe(
      Effect.as(undefined),
      Effect.catchIf(
        (error) => error.reason === "Refused",
        (error) => Effect.succeed(error)
      )
    )
    if (refused !== undefined) {
      const message = `HAProxy refuses the desired configuration: ${refused.serverMessage ?? ""}`
      return SyncResult.failure(policy, planned, [], [], yield* elapsed, 0, message, { plan: planned, requests: 0 })
    }
  }
  if (!shouldApply(policy)) {
    return SyncResult.success(policy, planned, [], yield* elapsed, 0, {
      plan: planned,
      message: "Dry-run completed successfully (no changes applied)"
    })
  }
  return yield* attempts(desired, options, elapsed)
})

const refusalOf = ({ refusals: [first] }: Plan): string | undefined =>
  first === undefined
    ? undefined
    : `${first.line === undefined ? "" : `line ${first.line}: `}${first.reason}; ${first.hint}`

const onlyReloaded = "The configuration was in step; HAProxy was reloaded, since it was not certain that it runs it"

/** Where words that differ are left as they are, that there is nothing to do is not all there is to say. */
const factsInStep = (
  held: StructuredConfig,
  plan: Plan,
  desired: StructuredConfig,
  { verification }: SyncOptions
): { readonly verified?: false; readonly notices?: ReadonlyArray<string> } => {
  const mismatch = verification === "warn" ? mismatchOf(held, targetOf(plan, desired)) : undefined
  return mismatch === undefined
    ? {}
    : { verified: false, notices: [`the server does not hold the same words: ${mismatch.difference}`] }
}

/** Where memory and disk of the server have come apart, a transaction would bring what is in memory to the disk: only a text is sent. */
const onlyWhole = ({ costs = measuredCosts }: SyncOptions): CostModel => {
  const never = { fixed: Number.POSITIVE_INFINITY, perMegabyte: 0 }
  return { ...costs, transaction: never, direct: never }
}

/** Brings the server's memory to what is on its disk, which HAProxy is running already. */
const mend = Effect.fnUntraced(function* ({ raw }: HeldConfiguration) {
  const client = yield* DataplaneClient
  yield* Effect.logWarning(
    "the server has another configuration in memory than on disk: that on disk is put into its memory"
  )
  yield* client
    .pushRaw(raw.text, { version: raw.version, skipReload: true })
    .pipe(Effect.catchIf(isVersionConflict, () => Effect.void))
})

/** What the attempts so far have cost. */
interface Progress {
  readonly retries: number
  readonly requests: number
  readonly notices: ReadonlyArray<string>
}

/** What a request whose answer was lost may have left on the server. */
const noticesOf = ({ error }: Outcome): ReadonlyArray<string> =>
  (error?.perhapsOurs ?? []).map(
    (id) =>
      `the transaction ${id} may have been begun by a request whose answer was lost, or by somebody else; it was left alone. Delete it if nobody uses it`
  )

/** The same text as a server of another version understands it: the two sides have to be read alike. */
const readFor = (version: HaproxyVersion, config: StructuredConfig): StructuredConfig =>
  version === config.version
    ? config
    : Result.getOrElse(parse(config.document.text, { file: config.document.file, version }), () => config)

/** What an earlier synchronization left open is only known behind a reload. */
const concluded = Effect.fnUntraced(function* (attempt: Attempt, unsettled: boolean) {
  const end = yield* conclude(attempt)
  return end._tag === "done" && unsettled && (end.facts.reloads ?? 0) === 0
    ? yield* reloadHeld(
        attempt,
        "Synchronization completed successfully; HAProxy was reloaded, to be certain of what it runs"
      )
    : end
})

const attempts = Effect.fnUntraced(function* (
  wanted: StructuredConfig,
  options: Settings,
  elapsed: Effect.Effect<Duration.Duration>
) {
  const { policy } = options
  const limit = maxRetries(policy)
  let progress: Progress = { retries: 0, requests: 0, notices: [] }
  // An earlier synchronization, or an earlier attempt of this one, left open whether HAProxy runs what is stored.
  let { unsettled } = options.ledger
  // The server has no request for something of it: the text as a whole is sent then.
  let whole = false
  for (;;) {
    const held = yield* readHeld
    const desired = readFor(held.config.version, wanted)
    const planned = makePlan(
      held.config,
      desired,
      held.apart || whole ? { ...options, costs: onlyWhole(options) } : options
    )
    const { retries } = progress
    const refusal = refusalOf(planned)
    if (refusal !== undefined) {
      return SyncResult.failure(policy, planned, [], [], yield* elapsed, retries, refusal, {
        plan: planned,
        status: "refused"
      })
    }
    const nothing = planned.operations.length === 0
    const inStep = nothing ? factsInStep(held.config, planned, desired, options) : {}
    if (nothing) {
      if (held.apart) yield* mend(held)
      if (!unsettled) {
        const notices = [...progress.notices, ...(inStep.notices ?? [])]
        return SyncResult.noChanges(policy, yield* elapsed, { ...inStep, requests: progress.requests, notices })
      }
    }
    if (!nothing) yield* options.ledger.sending(held.raw)
    const outcome = yield* carryOut(planned, held.raw, options)
    progress = {
      ...progress,
      requests: progress.requests + (nothing ? 1 : outcome.requests),
      notices: [...progress.notices, ...noticesOf(outcome)]
    }
    if (outcome.error?.reason === "Unsupported" && !whole) {
      whole = true
      continue
    }
    // What is stored may be what HAProxy did not take: that is found out where nothing else is to be done.
    const before = nothing ? { ...held, raw: yield* options.ledger.goodOf(held.raw) } : held
    const attempt = {
      plan: planned,
      outcome,
      before,
      desired: targetOf(planned, desired),
      verification: options.verification ?? "rollback"
    }
    const end = yield* nothing ? reloadHeld(attempt, onlyReloaded) : concluded(attempt, unsettled)
    if (end._tag === "again" && (limit < 0 || retries < limit)) {
      yield* Effect.logDebug(`somebody else changed the configuration, attempt ${retries + 2} follows`)
      yield* Effect.sleep(yield* Backoff.delay(conflictBackoff, retries + 1))
      progress = { ...progress, retries: retries + 1 }
      unsettled ||= end.facts.unsettled !== undefined
      continue
    }
    const facts = {
      plan: planned,
      requests: progress.requests,
      skippedOperations: outcome.skipped,
      ...end.facts,
      ...(end._tag === "done" ? inStep : {}),
      notices: [...progress.notices, ...(end.facts.notices ?? []), ...(inStep.notices ?? [])]
    }
    const took = yield* elapsed
    return end._tag === "done"
      ? SyncResult.success(policy, planned, outcome.applied, took, retries, facts)
      : SyncResult.failure(policy, planned, end.applied, outcome.failed, took, retries, end.message, facts)
  }
})
