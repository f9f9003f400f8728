import { Backoff } from "@lockstep/core"
import { Clock, Context, Duration, Effect, Layer } from "effect"
import { DataplaneClient } from "./dataplane/DataplaneClient.ts"
import { DataplaneError } from "./dataplane/DataplaneError.ts"
import { conflictBackoff, isVersionConflict, type Transaction } from "./dataplane/VersionAdapter.ts"
import type { Operation } from "./diff/Operation.ts"
import { parse, type StructuredConfig } from "./model/StructuredConfig.ts"
import type { Plan, PlannedOperation } from "./plan/Plan.ts"
import { plan as makePlan } from "./plan/Planner.ts"
import { itemStep } from "./plan/steps.ts"
import { targetOf } from "./plan/target.ts"
import { carryOut, type Outcome, send } from "./sync/carryOut.ts"
import { differenceOf, type HeldConfiguration, readHeld } from "./sync/verify.ts"
import { watchReload } from "./sync/watchReload.ts"
import { defaultSyncOptions, type SyncOptions } from "./SyncOptions.ts"
import { maxRetries, shouldApply } from "./SyncPolicy.ts"
import { type ResultFacts, SyncResult } from "./SyncResult.ts"
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
 * configuration, the last good one is put back. Once something was sent there is always a result, which tells what was done; the
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
          synchronize(current, desired, options).pipe(withClient)
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

const sendOperations = Effect.fnUntraced(function* (operations: ReadonlyArray<Operation>, { id }: Transaction) {
  const results = yield* Effect.forEach(operations, (operation) => send(itemStep(operation), { transaction: id }))
  return { reloadTriggered: results.flat().some(({ status }) => status === 202) } satisfies SyncOperationsResult
})

const synchronize = Effect.fnUntraced(function* (
  current: StructuredConfig,
  desired: StructuredConfig,
  options: SyncOptions
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
  if (planned.operations.length === 0) return SyncResult.noChanges(policy, yield* elapsed)
  if (!shouldApply(policy) || options.validateBeforeApply) {
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

/** What the attempts so far have cost. */
interface Progress {
  readonly retries: number
  readonly requests: number
}

const attempts = Effect.fnUntraced(function* (
  desired: StructuredConfig,
  options: SyncOptions,
  elapsed: Effect.Effect<Duration.Duration>
) {
  const { policy } = options
  const limit = maxRetries(policy)
  let progress: Progress = { retries: 0, requests: 0 }
  for (;;) {
    const held = yield* readHeld
    const planned = makePlan(held.config, desired, options)
    const { retries } = progress
    const refusal = refusalOf(planned)
    if (refusal !== undefined) {
      return SyncResult.failure(policy, planned, [], [], yield* elapsed, retries, refusal, {
        plan: planned,
        status: "refused"
      })
    }
    if (planned.operations.length === 0) {
      return SyncResult.noChanges(policy, yield* elapsed, { requests: progress.requests })
    }
    const outcome = yield* carryOut(planned, held.raw, options)
    progress = { ...progress, requests: progress.requests + outcome.requests }
    const end = yield* conclude(planned, outcome, held, targetOf(planned, desired))
    if (end._tag === "again" && (limit < 0 || retries < limit)) {
      yield* Effect.logDebug(`somebody else changed the configuration, attempt ${retries + 2} follows`)
      yield* Effect.sleep(yield* Backoff.delay(conflictBackoff, retries + 1))
      progress = { ...progress, retries: retries + 1 }
      continue
    }
    const facts = { plan: planned, requests: progress.requests, ...end.facts }
    const took = yield* elapsed
    return end._tag === "done"
      ? SyncResult.success(policy, planned, outcome.applied, took, retries, facts)
      : SyncResult.failure(policy, planned, end.applied, outcome.failed, took, retries, end.message, facts)
  }
})

type End =
  | { readonly _tag: "done"; readonly facts: ResultFacts }
  | {
      readonly _tag: "again" | "failed"
      readonly applied: ReadonlyArray<PlannedOperation>
      readonly message: string
      readonly facts: ResultFacts
    }

const failed = (message: string, applied: ReadonlyArray<PlannedOperation>, facts: ResultFacts = {}): End => ({
  _tag: "failed",
  applied,
  message,
  facts
})

/** Finds out how an attempt ended: by its error, by the reload, and by what the server holds now. */
const conclude = Effect.fnUntraced(function* (
  planned: Plan,
  outcome: Outcome,
  before: HeldConfiguration,
  desired: StructuredConfig
) {
  const { applied, error, reloadId } = outcome
  if (error !== undefined) return yield* concludeError(error, outcome, desired, before)
  if (reloadId !== undefined) {
    const reload = yield* watchReload(reloadId).pipe(
      Effect.catch((cause) => Effect.succeed({ status: "unknown" as const, response: cause.message }))
    )
    if (reload === undefined || reload.status === "unknown") {
      const why = reload === undefined ? "it has not ended within a minute" : reload.response
      return failed(`The configuration is stored, but how the reload ${reloadId} ended is not known: ${why}`, applied, {
        reloads: 1
      })
    }
    if (reload.status === "failed") {
      return yield* rollBack(before, `HAProxy could not be reloaded: ${reload.response.trim()}`, applied)
    }
  }
  const reloads = reloadId === undefined ? 0 : 1
  const after = yield* Effect.result(readHeld)
  if (after._tag === "Failure") {
    return failed(
      `The changes were sent, but the server could not be read afterwards: ${after.failure.message}`,
      applied,
      { reloads }
    )
  }
  if (outcome.failed.length > 0) {
    const [first] = outcome.failed
    return failed(
      `${outcome.failed.length} of ${planned.operations.length} operations failed: ${first?.cause.message ?? ""}`,
      applied,
      {
        reloads,
        status: "partial"
      }
    )
  }
  const difference = differenceOf(after.success.config, desired)
  if (difference === undefined) return { _tag: "done", facts: { reloads, verified: true } } satisfies End
  // Somebody else may have been here since: then it is theirs, and everything is decided again.
  if (outcome.version !== undefined && after.success.raw.version !== outcome.version) {
    return {
      _tag: "again",
      applied,
      message: `Version conflict: somebody else changed the configuration; ${difference}`,
      facts: { reloads }
    } satisfies End
  }
  return yield* rollBack(before, `The server does not hold what was sent: ${difference}`, applied)
})

const concludeError = Effect.fnUntraced(function* (
  error: DataplaneError,
  { applied, failed: refused, version }: Outcome,
  desired: StructuredConfig,
  before: HeldConfiguration
) {
  if (isVersionConflict(error)) {
    const message = `Version conflict (expected: ${before.raw.version}): ${error.serverMessage ?? ""}`
    return { _tag: "again", applied, message, facts: {} } satisfies End
  }
  if (error.reason === "UnknownOutcome") {
    const now = yield* Effect.result(readHeld)
    if (now._tag === "Success") {
      if (differenceOf(now.success.config, desired) === undefined) {
        return {
          _tag: "done",
          facts: {
            verified: true,
            message:
              "Synchronization completed successfully; the answer to the last request was lost, and the server was read to see it"
          }
        } satisfies End
      }
      if (now.success.raw.version === (version ?? before.raw.version)) {
        return {
          _tag: "again",
          applied,
          message: `The connection broke and nothing was changed: ${error.message}`,
          facts: {}
        } satisfies End
      }
    }
    return failed(`It is not known what was changed: ${error.message}`, applied)
  }
  const [first] = refused
  return failed(first === undefined ? error.message : first.cause.message, applied)
})

/** Puts the configuration back that HAProxy was running with. */
const rollBack = Effect.fnUntraced(function* (
  before: HeldConfiguration,
  reason: string,
  applied: ReadonlyArray<PlannedOperation>
) {
  const client = yield* DataplaneClient
  const back = yield* Effect.gen(function* () {
    const version = yield* client.version
    const { reloadId } = yield* client.pushRaw(before.raw.text, { version })
    return reloadId === undefined ? undefined : yield* watchReload(reloadId)
  }).pipe(Effect.result)
  if (back._tag === "Success" && back.success?.status !== "failed") {
    return failed(`${reason}. The configuration before was put back`, [], { status: "rolled-back", reloads: 2 })
  }
  const why = back._tag === "Failure" ? back.failure.message : (back.success?.response ?? "")
  return failed(`${reason}. The configuration before could not be put back: ${why}`, applied, {
    status: "failed",
    reloads: 1
  })
})
