import { Context, Effect, Layer, Schema } from "effect"
import { apiRoot } from "../api/ApiVersion.ts"
import { type Address, configurationPath } from "../api/Routes.ts"
import { toVersionTwo, unwrapped } from "../api/versionTwo.ts"
import { journalOf, type ServerJournal } from "../journal/ServerJournal.ts"
import { decode } from "./answers.ts"
import type { DataplaneConfig } from "./DataplaneConfig.ts"
import { DataplaneError } from "./DataplaneError.ts"
import { type RawConfiguration, rawOf } from "./RawConfiguration.ts"
import { Reload, Reloads, type ReloadStatus, statusOf } from "./ReloadStatus.ts"
import { type RuntimeSocket, runtimeSocketAt } from "./RuntimeSocket.ts"
import { askingOnce, type ServerInfo } from "./ServerInfo.ts"
import { makeTransactions, type OpenTransaction } from "./Transactions.ts"
import { type ApiRequest, type ApiResponse, makeTransport } from "./Transport.ts"
import { resultOf, type Scope, scopeQuery, type WriteResult } from "./WriteResult.ts"

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
 * Speaks to a HAProxy Data Plane API.
 *
 * **When to use**
 *
 * Provide {@link DataplaneClient.layer} for a server. To bring a configuration there, use the Synchronizer, which stands on this.
 *
 * **Details**
 *
 * One pool of connections; each request has a deadline. What only reads is repeated, once when a connection breaks and twice when the
 * server fails; what changes something never is: whether it took effect is then `UnknownOutcome`. The transactions it begins are
 * written down in the `Journal` that is around when the layer is built, else in memory, until they have ended.
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
    /** What is remembered of this server, beyond the life of this process where a `Journal` is provided. */
    readonly journal: ServerJournal
    /** HAProxy's own socket, where the configuration of the client names it. */
    readonly socket: RuntimeSocket | undefined
    /** Sends a request of one's own; the path is behind `/v3`. */
    readonly send: (request: ApiRequest) => Effect.Effect<ApiResponse, DataplaneError>
  }
>()("@lockstep/haproxy-sync/dataplane/DataplaneClient") {
  /** A client for one server. */
  static readonly layer = (config: DataplaneConfig): Layer.Layer<DataplaneClient, DataplaneError> =>
    Layer.effect(DataplaneClient, make(config))
}

const make = Effect.fnUntraced(function* (config: DataplaneConfig) {
  const transport = yield* makeTransport(config)
  const journal = yield* journalOf(config.baseUrl)
  const info = askingOnce(transport, config.baseUrl)
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
  const version = read(`${configurationPath}/version`, Schema.Number)
  const { list, forgetRefused, touch, ...transactions } = yield* makeTransactions({ journal, send, raw, version })

  return DataplaneClient.of({
    info,
    version,
    raw: raw(),
    backup: (earlier) => Effect.map(raw({ version: String(earlier) }), ({ text }) => text),
    ...transactions,
    transactions: list,
    journal,
    socket: config.runtimeSocket === undefined ? undefined : runtimeSocketAt(config.runtimeSocket),
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
    send,
    get: ({ path, query }) => read(path, Schema.Unknown, query),
    write: (method, { path, query }, scope, body) => {
      if ("transaction" in scope) touch(scope.transaction)
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
