import { type ApiVersion } from "../../api/ApiVersion.ts"
import { ApiError } from "./ApiError.ts"
import type { BodyReader } from "./Body.ts"
import type { Dialect } from "./Dialect.ts"
import type { ReloadAgent } from "./ReloadAgent.ts"
import type { Call, Reply } from "./Router.ts"
import type { Runtime } from "./runtime/Runtime.ts"
import type { Target, Transactions } from "./Transactions.ts"

/** Where the server keeps its files. */
export interface Folders {
  readonly root: string
  readonly maps: string
  readonly ssl: string
  readonly general: string
  readonly spoe: string
  readonly spoeTransactions: string
}

/** What handlers work on. */
export interface Host {
  readonly api: ApiVersion
  readonly dialect: Dialect
  readonly bodies: BodyReader
  readonly folders: Folders
  readonly transactions: Transactions
  readonly reloads: ReloadAgent
  /** HAProxy's runtime socket; fails where the configuration has none. */
  readonly runtime: () => Runtime
}

/** A boolean parameter of the query. */
export const flag = (host: Host, { query }: Call, name: string): boolean => {
  const value = query.get(name)
  if (value === null) return false
  if (/^(true|1|t|yes|ok|y|on)$/i.test(value)) return true
  const error = /^(false|0|f)$/i.test(value) ? undefined : host.dialect.wrongBoolean(name, value)
  if (error !== undefined) throw error
  return false
}

/** An integer parameter of the query; undefined where it is absent. */
export const integer = (host: Host, { query }: Call, name: string): number | undefined => {
  const value = query.get(name)
  if (value === null || (value === "" && host.dialect.pathFirst)) return undefined
  if (!/^[+-]?\d+$/.test(value)) throw host.dialect.wrongInteger(name, "query", value)
  return Number(value)
}

/** The index at the end of a path. */
export const indexOf = (host: Host, { params }: Call): number => {
  const value = params["index"] ?? ""
  if (!/^[+-]?\d+$/.test(value)) throw host.dialect.wrongInteger("index", "path", value)
  return Number(value)
}

/** The transaction a request names, or the empty string. */
export const transactionOf = (host: Host, { query }: Call): string => {
  const value = query.get("transaction_id") ?? ""
  const error = value === "" && query.has("transaction_id") ? host.dialect.emptyTransaction() : undefined
  if (error !== undefined) throw error
  return value
}

/** A list; from 3.4 on an empty one may be `null`. */
export const listReply = ({ dialect }: Host, items: ReadonlyArray<unknown>, nullable = true): Reply =>
  items.length === 0 && nullable && dialect.nullLists
    ? { status: 200, text: "null\n", type: "application/json" }
    : { status: 200, body: items }

/** What a write is made to, and whether it has to be in force at once. */
export interface Write {
  readonly target: Target
  readonly force: boolean
}

/** Reads the parameters that every write takes. */
export const writeOf = (host: Host, call: Call): Write => {
  const force = flag(host, call, "force_reload")
  const transaction = transactionOf(host, call)
  const version = integer(host, call, "version") ?? 0
  if (force && transaction !== "") {
    throw new ApiError(400, "Both force_reload and transaction specified, specify only one")
  }
  return { target: { transaction, version }, force }
}

/** How a write was carried out: in HAProxy while it runs, or in the file alone. */
export type Effect = "runtime" | "file"

/** Answers a write: reloads are asked for outside of transactions only. */
export const written = async (
  host: Host,
  { force, target }: Write,
  verb: "create" | "replace" | "delete",
  body?: unknown,
  effect: Effect = "file"
): Promise<Reply> => {
  const done = { create: 201, replace: 200, delete: 204 }[verb]
  const payload = verb === "delete" ? {} : { body }
  if (target.transaction !== "") return { status: 202, ...payload }
  if (effect === "runtime") return { status: done, ...payload }
  if (force) {
    await host.reloads.force()
    return { status: done, ...payload }
  }
  return { status: 202, headers: { "Reload-Id": host.reloads.schedule() }, ...payload }
}
