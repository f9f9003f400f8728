import { Effect, Result, Schema, Semaphore } from "effect"
import { decode } from "./answers.ts"
import type { ServerJournal } from "../journal/ServerJournal.ts"
import { DataplaneError } from "./DataplaneError.ts"
import { bodyOf, type RawConfiguration } from "./RawConfiguration.ts"
import type { ApiRequest, ApiResponse } from "./Transport.ts"
import { resultOf, type WriteResult } from "./WriteResult.ts"

/**
 * A transaction as the server lists it.
 *
 * @category models
 * @since 0.1.0
 */
export interface OpenTransaction {
  readonly id: string
  readonly status: string
  /** The version it was begun on; only of one that is in progress. */
  readonly version?: number
}

/** Requests about transactions. */
export interface Transactions {
  readonly list: Effect.Effect<ReadonlyArray<OpenTransaction>, DataplaneError>
  readonly begin: (version: number) => Effect.Effect<string, DataplaneError>
  readonly commit: (transaction: string) => Effect.Effect<WriteResult, DataplaneError>
  readonly abort: (transaction: string) => Effect.Effect<void, DataplaneError>
  readonly dropStale: Effect.Effect<number, DataplaneError>
  readonly isTouched: (transaction: string) => Effect.Effect<boolean, DataplaneError>
  /** Notes that something is written into a transaction. */
  readonly touch: (transaction: string) => void
  /** What HAProxy refuses stays in the server's list until it is deleted. */
  readonly forgetRefused: (error: DataplaneError) => Effect.Effect<void>
}

/** What transactions need of a client. */
export interface Asking {
  readonly send: (request: ApiRequest) => Effect.Effect<ApiResponse, DataplaneError>
  readonly version: Effect.Effect<number, DataplaneError>
  readonly journal: ServerJournal
  readonly raw: (query?: Readonly<Record<string, string>>) => Effect.Effect<RawConfiguration, DataplaneError>
}

const Started = Schema.Struct({ id: Schema.String })
const Listed = Schema.NullOr(
  Schema.Array(Schema.Struct({ id: Schema.String, status: Schema.String, _version: Schema.optionalKey(Schema.Number) }))
)

const collection = "/services/haproxy/transactions"
const pathOf = (id: string): string => `${collection}/${encodeURIComponent(id)}`

/**
 * Begins and ends transactions, one at a time: the server crashes when that is done side by side. What is begun is written down until
 * it has ended.
 */
export const makeTransactions = Effect.fnUntraced(function* ({ journal, raw, send, version }: Asking) {
  const lock = yield* Semaphore.make(1)
  // Those that this client has begun, with their versions, and those that it wrote into.
  const begun = new Map<string, number>()
  const touched = new Set<string>()

  const list = Effect.suspend(() => {
    const request: ApiRequest = { kind: "read", method: "GET", path: collection }
    return Effect.map(
      Effect.flatMap(send(request), (response) => decode(request, response, Listed)),
      (listed) =>
        (listed ?? []).map(({ _version, id, status }): OpenTransaction => ({
          id,
          status,
          ...(_version === undefined ? {} : { version: _version })
        }))
    )
  })
  const begin = (on: number) => {
    const request: ApiRequest = { kind: "begin", method: "POST", path: collection, query: { version: String(on) } }
    const started = Effect.flatMap(send(request), (response) => decode(request, response, Started))
    return lock.withPermits(1)(
      Effect.gen(function* () {
        const before = yield* Effect.result(list)
        const { id } = yield* Effect.catchIf(
          started,
          ({ reason }) => reason === "UnknownOutcome",
          (error) => Effect.flatMap(newSince(before, on), (ids) => Effect.fail(withSuspects(error, ids)))
        )
        begun.set(id, on)
        yield* journal.begun(id, on)
        return id
      })
    )
  }
  /** The transactions on a version that were not there before: of those of others nothing tells ours apart. */
  const newSince = Effect.fnUntraced(function* (
    before: Result.Result<ReadonlyArray<OpenTransaction>, DataplaneError>,
    on: number
  ) {
    const now = yield* Effect.result(list)
    if (Result.isFailure(before) || Result.isFailure(now)) return undefined
    const known = new Set(before.success.map(({ id }) => id))
    return now.success
      .filter((one) => one.status === "in_progress" && one.version === on && !known.has(one.id))
      .map(({ id }) => id)
  })
  const abort = (transaction: string) => {
    touched.delete(transaction)
    const version = begun.get(transaction)
    return lock.withPermits(1)(
      send({ kind: "abort", method: "DELETE", path: pathOf(transaction) }).pipe(
        Effect.asVoid,
        Effect.catchIf(
          (error) => error.reason === "NotFound" || error.reason === "TransactionGone",
          () => Effect.void
        ),
        // One that could not be deleted, or not in time, is left for whoever comes next.
        Effect.onExit((exit) =>
          exit._tag === "Success"
            ? ended(transaction)
            : version === undefined
              ? Effect.void
              : journal.abandoned(transaction, version)
        )
      )
    )
  }
  const ended = (transaction: string) => {
    begun.delete(transaction)
    return journal.ended(transaction)
  }
  return {
    list,
    begin,
    abort,
    commit: (transaction) => {
      touched.delete(transaction)
      return send({ kind: "commit", method: "PUT", path: pathOf(transaction) }).pipe(
        Effect.map(resultOf),
        Effect.tap(() => ended(transaction))
      )
    },
    dropStale: Effect.gen(function* () {
      const [held, listed] = [yield* version, yield* list]
      const stale = listed.filter((one) => one.status === "in_progress" && (one.version ?? held) < held)
      yield* Effect.forEach(stale, ({ id }) => abort(id), { discard: true })
      return stale.length
    }),
    isTouched: (transaction) =>
      touched.has(transaction)
        ? Effect.succeed(true)
        : Effect.zipWith(
            raw(),
            raw({ transaction_id: transaction }),
            (stored, own) => bodyOf(stored.text) !== bodyOf(own.text)
          ),
    touch: (transaction) => void touched.add(transaction),
    forgetRefused: ({ serverMessage = "" }) => {
      const id = /transactionId=([0-9a-f-]{36})/.exec(serverMessage)?.[1]
      return id === undefined ? Effect.void : Effect.ignore(abort(id))
    }
  } satisfies Transactions
})

/** The same error, with what the request may have left behind. */
const withSuspects = (error: DataplaneError, ids: ReadonlyArray<string> | undefined): DataplaneError => {
  const { reason, request, serverMessage = "" } = error
  if (ids?.length === 0) return error
  const left =
    ids === undefined
      ? "whether a transaction was begun can't be told"
      : `it may have begun the transaction ${ids.join(" or ")}, which is left alone, since somebody else may have`
  return new DataplaneError({
    reason,
    request,
    serverMessage: `${serverMessage}; ${left}`,
    ...(ids === undefined ? {} : { perhapsOurs: ids })
  })
}
