import { Context, Effect, Layer, Schema, Semaphore } from "effect"
import { apiRoot, type ApiVersion, parseApiVersion } from "../api/ApiVersion.ts"
import { toVersionTwo, unwrapped } from "../api/versionTwo.ts"
import type { DataplaneConfig } from "./DataplaneConfig.ts"
import { DataplaneError } from "./DataplaneError.ts"
import { type Address, configurationPath } from "../api/Routes.ts"
import { type ApiRequest, type ApiResponse, type ApiRoot, makeTransport } from "./Transport.ts"

/**
 * What the server says of itself.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServerInfo {
  /** The address it is spoken to at. */
  readonly url: string
  /** Its version text, such as `v3.2.13 ab12cd34`. */
  readonly version: string
  /** The release line whose routes it has. */
  readonly api: ApiVersion
}

/**
 * The configuration as it lies on the server's disk.
 *
 * @category models
 * @since 0.1.0
 */
export interface RawConfiguration {
  readonly text: string
  /** The version the server has in memory; after a failed reload the text on disk may name another one. */
  readonly version: number
  /** The server's MD5 of the text, where it gives one. */
  readonly checksum?: string
}

/**
 * What a request that changes something is part of: an open transaction, or alone on top of a version.
 *
 * @category models
 * @since 0.1.0
 */
export type Scope = { readonly transaction: string } | { readonly version: number }

/**
 * What a change caused.
 *
 * @category models
 * @since 0.1.0
 */
export interface WriteResult {
  readonly status: number
  /** HAProxy will be reloaded, or was. */
  readonly reloadTriggered: boolean
  readonly reloadId?: string
  /** The version the configuration has now, where the server tells. */
  readonly version?: number
}

/**
 * How a text is handed over.
 *
 * @category models
 * @since 0.1.0
 */
export interface PushOptions {
  /** The version it replaces: the server refuses it when somebody was faster. */
  readonly version: number
  /** Store it without a reload; the running HAProxy is then brought along by `actions`. */
  readonly skipReload?: boolean
  /** Changes that the running HAProxy takes at once, in the server's own notation; they go with `skipReload`. */
  readonly actions?: ReadonlyArray<string>
}

/**
 * How a reload ended, or that it has not yet.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReloadStatus {
  readonly status: "in_progress" | "succeeded" | "failed"
  readonly response: string
  /** Its id, where the server tells: of one that is under way it may not. */
  readonly id?: string
}

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

/**
 * Speaks to a HAProxy Data Plane API.
 *
 * **When to use**
 *
 * Provide {@link DataplaneClient.layer} for a server. To bring a configuration there, use the Synchronizer, which stands on this.
 *
 * **Details**
 *
 * One pool of connections; each request has a deadline. What only reads is repeated, once when a connection breaks and twice when the
 * server fails; what changes something never is: whether it took effect is then `UnknownOutcome`.
 *
 * @category services
 * @since 0.1.0
 */
export class DataplaneClient extends Context.Service<
  DataplaneClient,
  {
    /** What the server says of itself; asked once. */
    readonly info: Effect.Effect<ServerInfo, DataplaneError>
    readonly version: Effect.Effect<number, DataplaneError>
    readonly raw: Effect.Effect<RawConfiguration, DataplaneError>
    /** The configuration as it was in an earlier version, where the server keeps backups; else `NotFound`. */
    readonly backup: (version: number) => Effect.Effect<string, DataplaneError>
    readonly pushRaw: (text: string, options: PushOptions) => Effect.Effect<WriteResult, DataplaneError>
    /** Lets HAProxy check a text as it is; nothing is stored. */
    readonly validate: (text: string) => Effect.Effect<void, DataplaneError>
    readonly begin: (version: number) => Effect.Effect<string, DataplaneError>
    readonly commit: (transaction: string) => Effect.Effect<WriteResult, DataplaneError>
    /** Abandons a transaction; one that is gone already is fine. */
    readonly abort: (transaction: string) => Effect.Effect<void, DataplaneError>
    readonly transactions: Effect.Effect<ReadonlyArray<OpenTransaction>, DataplaneError>
    /** Reports whether anything was written into a transaction; where it can't be known, it says yes. */
    readonly isTouched: (transaction: string) => Effect.Effect<boolean, DataplaneError>
    readonly get: (address: Address) => Effect.Effect<unknown, DataplaneError>
    readonly write: (
      method: "POST" | "PUT" | "DELETE",
      address: Address,
      scope: Scope,
      body?: unknown
    ) => Effect.Effect<WriteResult, DataplaneError>
    readonly reload: (id: string) => Effect.Effect<ReloadStatus, DataplaneError>
    /** The reloads the server remembers: those that failed, the last that succeeded, the one under way. */
    readonly reloads: Effect.Effect<ReadonlyArray<ReloadStatus>, DataplaneError>
    /** Deletes transactions that can't be committed any more, since the configuration has moved on; answers how many. */
    readonly dropStale: Effect.Effect<number, DataplaneError>
    /** Sends a request of one's own; the path is behind `/v3`. */
    readonly send: (request: ApiRequest) => Effect.Effect<ApiResponse, DataplaneError>
  }
>()("@lockstep/haproxy-sync/dataplane/DataplaneClient") {
  /** A client for one server. */
  static readonly layer = (config: DataplaneConfig): Layer.Layer<DataplaneClient, DataplaneError> =>
    Layer.effect(DataplaneClient, make(config))
}

const Info = Schema.Struct({ api: Schema.Struct({ version: Schema.String }) })
const Started = Schema.Struct({ id: Schema.String })
const Listed = Schema.Array(
  Schema.Struct({ id: Schema.String, status: Schema.String, _version: Schema.optionalKey(Schema.Number) })
)
const Reload = Schema.Struct({
  id: Schema.optionalKey(Schema.String),
  status: Schema.Literals(["in_progress", "succeeded", "failed"]),
  response: Schema.optionalKey(Schema.String)
})
const Reloads = Schema.NullOr(Schema.Array(Reload))
const statusOf = ({ id, response, status }: typeof Reload.Type): ReloadStatus => ({
  status,
  response: response ?? "",
  ...(id === undefined ? {} : { id })
})

const make = Effect.fnUntraced(function* (config: DataplaneConfig) {
  const transport = yield* makeTransport(config)
  // The server crashes when transactions are begun and deleted side by side.
  const transactionLock = yield* Semaphore.make(1)

  const infoAt = (root: ApiRoot) => {
    const request: ApiRequest = { kind: "read", method: "GET", path: "/info" }
    return Effect.flatMap(transport.send(request, root), (response) => decode(request, response, Info))
  }
  const askInfo = infoAt("/v3").pipe(
    Effect.catchIf(
      ({ reason }) => reason === "NotFound",
      (error) =>
        Effect.catchIf(
          infoAt("/v2"),
          ({ reason }) => reason === "NotFound",
          () => Effect.fail(error)
        )
    ),
    Effect.flatMap(({ api: { version } }) => {
      const api = parseApiVersion(version) ?? (version.startsWith("dev") || version === "" ? "3.0" : undefined)
      return api === undefined
        ? Effect.fail(
            new DataplaneError({
              reason: "Unsupported",
              request: "GET /info",
              serverMessage: `version ${version} is older than 2.9`
            })
          )
        : Effect.succeed<ServerInfo>({ url: config.baseUrl, version, api })
    })
  )

  // Only an answer is kept: a server that could not tell is asked again.
  let known: ServerInfo | undefined
  const info = Effect.suspend(() =>
    known === undefined
      ? Effect.tap(askInfo, (answer) =>
          Effect.sync(() => {
            known = answer
          })
        )
      : Effect.succeed(known)
  )
  const send = (request: ApiRequest): Effect.Effect<ApiResponse, DataplaneError> =>
    Effect.flatMap(info, ({ api }) => {
      if (apiRoot(api) === "/v3") return transport.send(request, "/v3")
      const two = toVersionTwo({ ...request, query: request.query ?? {} })
      return two === undefined
        ? Effect.fail(
            new DataplaneError({
              reason: "Unsupported",
              request: `${request.method} ${request.path}`,
              serverMessage: `the Data Plane API ${api} replaces neither lists nor whole sections`
            })
          )
        : Effect.map(
            transport.send({ ...request, path: two.path, query: two.query, body: two.body }, "/v2"),
            (response) => ({ ...response, text: unwrapped(two.path, response.text) })
          )
    })

  const read = <A>(path: string, schema: Schema.Decoder<A>, query: Readonly<Record<string, string>> = {}) => {
    const request: ApiRequest = { kind: "read", method: "GET", path, query }
    return Effect.flatMap(send(request), (response) => decode(request, response, schema))
  }

  const raw = (query: Readonly<Record<string, string>> = {}) =>
    Effect.flatMap(send({ kind: "read", method: "GET", path: `${configurationPath}/raw`, query }), rawOf)
  // The transactions that this client wrote into.
  const touched = new Set<string>()
  const version = read(`${configurationPath}/version`, Schema.Number)
  const transactions = Effect.map(read("/services/haproxy/transactions", Schema.NullOr(Listed)), (listed) =>
    (listed ?? []).map(({ _version, id, status }): OpenTransaction => ({
      id,
      status,
      ...(_version === undefined ? {} : { version: _version })
    }))
  )
  const abort = (transaction: string) => {
    touched.delete(transaction)
    return transactionLock.withPermits(1)(
      send({ kind: "abort", method: "DELETE", path: transactionPath(transaction) }).pipe(
        Effect.asVoid,
        Effect.catchIf(
          (error) => error.reason === "NotFound" || error.reason === "TransactionGone",
          () => Effect.void
        )
      )
    )
  }
  /** What HAProxy refuses stays in the server's list until it is deleted. */
  const forgetRefused = (error: DataplaneError) => {
    const id = /transactionId=([0-9a-f-]{36})/.exec(error.serverMessage ?? "")?.[1]
    return id === undefined ? Effect.void : Effect.ignore(abort(id))
  }

  return DataplaneClient.of({
    info,
    version,
    raw: raw(),
    backup: (earlier) => Effect.map(raw({ version: String(earlier) }), ({ text }) => text),
    pushRaw: (text, { actions, skipReload, version: replaced }) =>
      send({
        kind: "raw",
        method: "POST",
        path: `${configurationPath}/raw`,
        query: { version: String(replaced), ...(skipReload === true ? { skip_reload: "true" } : {}) },
        ...(actions === undefined || actions.length === 0
          ? {}
          : { headers: { "x-runtime-actions": actions.join(";") } }),
        body: text
      }).pipe(Effect.tapError(forgetRefused), Effect.map(resultOf)),
    validate: (text) =>
      Effect.asVoid(
        send({
          kind: "raw",
          method: "POST",
          path: `${configurationPath}/raw`,
          query: { only_validate: "true", skip_version: "true" },
          repeatable: true,
          body: text
        })
      ),
    begin: (version) => {
      const request: ApiRequest = {
        kind: "begin",
        method: "POST",
        path: "/services/haproxy/transactions",
        query: { version: String(version) }
      }
      return transactionLock.withPermits(1)(
        Effect.map(
          Effect.flatMap(send(request), (response) => decode(request, response, Started)),
          ({ id }) => id
        )
      )
    },
    commit: (transaction) => {
      touched.delete(transaction)
      return Effect.map(send({ kind: "commit", method: "PUT", path: transactionPath(transaction) }), resultOf)
    },
    isTouched: (transaction) =>
      touched.has(transaction)
        ? Effect.succeed(true)
        : Effect.zipWith(raw(), raw({ transaction_id: transaction }), (stored, own) => bodyOf(stored) !== bodyOf(own)),
    abort,
    transactions,
    dropStale: Effect.gen(function* () {
      const [held, listed] = [yield* version, yield* transactions]
      const stale = listed.filter((one) => one.status === "in_progress" && (one.version ?? held) < held)
      yield* Effect.forEach(stale, ({ id }) => abort(id), { discard: true })
      return stale.length
    }),
    send,
    get: ({ path, query }) => read(path, Schema.Unknown, query),
    write: (method, { path, query }, scope, body) => {
      if ("transaction" in scope) touched.add(scope.transaction)
      const request = send({
        kind: "write",
        method,
        path,
        query: { ...query, ...scopeQuery(scope) },
        ...(body === undefined ? {} : { body })
      })
      return Effect.map("version" in scope ? Effect.tapError(request, forgetRefused) : request, resultOf)
    },
    reload: (id) => Effect.map(read(`/services/haproxy/reloads/${encodeURIComponent(id)}`, Reload), statusOf),
    reloads: Effect.map(read("/services/haproxy/reloads", Reloads), (listed) => (listed ?? []).map(statusOf))
  })
})

/** A text without the lines at its head that the server counts versions in. */
const bodyOf = ({ text }: RawConfiguration): string => text.replace(/^(#.*\n)*\n*/, "").trimEnd()

const transactionPath = (id: string): string => `/services/haproxy/transactions/${encodeURIComponent(id)}`

const scopeQuery = (scope: Scope): Readonly<Record<string, string>> =>
  "transaction" in scope ? { transaction_id: scope.transaction } : { version: String(scope.version) }

const decode = <A>(
  request: ApiRequest,
  { status, text }: ApiResponse,
  schema: Schema.Decoder<A>
): Effect.Effect<A, DataplaneError> =>
  Effect.try({ try: (): unknown => JSON.parse(text), catch: () => unexpected(request, status, text) }).pipe(
    Effect.flatMap((json) =>
      Schema.decodeUnknownEffect(schema)(json).pipe(Effect.mapError(() => unexpected(request, status, text)))
    )
  )

const unexpected = ({ method, path }: ApiRequest, status: number, text: string): DataplaneError =>
  new DataplaneError({ reason: "Unexpected", request: `${method} ${path}`, status, serverMessage: text.slice(0, 200) })

const rawOf = ({ headers, status, text }: ApiResponse): Effect.Effect<RawConfiguration, DataplaneError> => {
  const version = Number(headers["configuration-version"] ?? Number.NaN)
  const checksum = headers["configuration-checksum"]
  return Number.isNaN(version)
    ? Effect.fail(unexpected({ kind: "read", method: "GET", path: `${configurationPath}/raw` }, status, text))
    : Effect.succeed({ text, version, ...(typeof checksum === "string" ? { checksum } : {}) })
}

const resultOf = ({ headers, status }: ApiResponse): WriteResult => {
  const reloadId = headers["reload-id"]
  const version = Number(headers["configuration-version"] ?? Number.NaN)
  return {
    status,
    reloadTriggered: typeof reloadId === "string",
    ...(typeof reloadId === "string" ? { reloadId } : {}),
    ...(Number.isNaN(version) ? {} : { version })
  }
}
