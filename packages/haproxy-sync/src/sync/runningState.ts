import { Effect, Schema } from "effect"
import { apiIn } from "../api/ApiVersion.ts"
import { DataplaneClient } from "../dataplane/DataplaneClient.ts"
import type { Operation } from "../diff/Operation.ts"

/**
 * A server as the running HAProxy has it.
 *
 * @category running state
 * @since 0.1.0
 */
export interface RunningServer {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly admin: "ready" | "maint" | "drain"
  readonly operational: string
  /** Its weight now; only servers from 3.4 on tell. */
  readonly weight?: number
}

const Servers = Schema.NullOr(
  Schema.Array(
    Schema.Struct({
      name: Schema.String,
      address: Schema.optionalKey(Schema.String),
      port: Schema.optionalKey(Schema.NullOr(Schema.Number)),
      admin_state: Schema.optionalKey(Schema.Literals(["ready", "maint", "drain"])),
      operational_state: Schema.optionalKey(Schema.String),
      weight: Schema.optionalKey(Schema.Number)
    })
  )
)

const decodeServers = Schema.decodeUnknownEffect(Servers)

/**
 * Reads the servers of a backend as the running HAProxy has them; none where it does not have the backend, undefined where the server
 * has no runtime socket or gives no sensible answer.
 *
 * @category running state
 * @since 0.1.0
 */
export const runningServers = Effect.fnUntraced(function* (backend: string) {
  const client = yield* DataplaneClient
  const { api } = yield* client.info
  const address = { path: `/services/haproxy/runtime/backends/${encodeURIComponent(backend)}/servers`, query: {} }
  return yield* client.get(address).pipe(
    Effect.flatMap(decodeServers),
    Effect.map((servers) =>
      (servers ?? []).map((one): RunningServer => ({
        name: one.name,
        address: one.address ?? "",
        port: one.port ?? 0,
        admin: one.admin_state ?? "ready",
        operational: one.operational_state ?? "",
        ...(one.weight !== undefined && apiIn(api, { since: "3.4" }) ? { weight: one.weight } : {})
      }))
    ),
    Effect.catchTag("SchemaError", () => Effect.succeed(undefined)),
    Effect.catchIf(
      (error) => error.reason === "NotFound",
      () => Effect.succeed<ReadonlyArray<RunningServer>>([])
    ),
    // Before 3.1 a backend that HAProxy doesn't have is an error of the server, as is a missing socket.
    Effect.catchIf(
      (error) => error.reason === "ServerFailure",
      (error) =>
        /no data for|not found/.test(error.serverMessage ?? "")
          ? Effect.succeed<ReadonlyArray<RunningServer>>([])
          : Effect.succeed(undefined)
    )
  )
})

/** What a server's item says of its state, against what the running one says; undefined where they agree. */
export const runningDifference = (
  item: Readonly<Record<string, unknown>>,
  running: RunningServer | undefined,
  fields?: ReadonlySet<string>
): string | undefined => {
  if (running === undefined) return "the running HAProxy does not have it"
  const concerns = (...names: ReadonlyArray<string>) => fields === undefined || names.some((name) => fields.has(name))
  const maintenance = item["maintenance"] === "enabled"
  if (concerns("maintenance") && maintenance !== (running.admin === "maint")) {
    return `its state is ${running.admin} instead of ${maintenance ? "maint" : "ready"}`
  }
  if (concerns("maintenance") && !maintenance && running.admin === "drain") return "its state is drain instead of ready"
  if (concerns("address") && isSettable(item["address"]) && !sameAddress(item["address"], running.address)) {
    return `its address is ${running.address} instead of ${item["address"]}`
  }
  if (concerns("port") && typeof item["port"] === "number" && item["port"] !== running.port) {
    return `its port is ${running.port} instead of ${item["port"]}`
  }
  if (concerns("weight") && typeof item["weight"] === "number" && running.weight !== undefined) {
    if (item["weight"] !== running.weight) return `its weight is ${running.weight} instead of ${item["weight"]}`
  }
  return undefined
}

/** An address in numbers: a name is resolved, a path is none. */
const isSettable = (address: unknown): address is string =>
  typeof address === "string" && (/^\d{1,3}(\.\d{1,3}){3}$/.test(address) || address.includes(":"))

const sameAddress = (written: string, running: string): boolean =>
  written === running || (written.includes(":") && normalized(written) === normalized(running))

/** An IPv6 address in one spelling. */
const normalized = (address: string): string => {
  const url = `http://[${address.replace(/^\[|\]$/g, "")}]`
  return URL.canParse(url) ? new URL(url).hostname : address
}

/** How many backends are asked side by side. */
const concurrency = 4

/**
 * Reads back what operations on servers have changed in the running HAProxy: answers the first that it does not have, in a sentence;
 * undefined where it has all, or can't be asked.
 *
 * @category running state
 * @since 0.1.0
 */
export const notRunning = Effect.fnUntraced(function* (operations: ReadonlyArray<Operation>) {
  const changes = operations.filter(({ field, keyword }) => keyword === "backend" && field === "servers")
  const backends = Map.groupBy(changes, ({ owner }) => owner)
  const found = yield* Effect.forEach(
    backends,
    Effect.fnUntraced(function* ([backend, own]) {
      const running = yield* runningServers(backend)
      if (running === undefined) return undefined
      const byName = new Map(running.map((server) => [server.name, server]))
      for (const { after = {}, changed, name = "" } of own) {
        const fields = new Set(changed.map(({ field }) => field))
        const difference = runningDifference(after, byName.get(name), fields)
        if (difference !== undefined) return `server '${name}' in backend '${backend}': ${difference}`
      }
      return undefined
    }),
    { concurrency }
  )
  return found.find((one) => one !== undefined)
})
