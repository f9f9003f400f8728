import { Effect } from "effect"
import { DataplaneClient } from "../dataplane/DataplaneClient.ts"
import { RuntimeClient, type RunningServer } from "../dataplane/RuntimeClient.ts"
import { askedOneByOne, type ServerName, weightKey } from "../dataplane/runningWeights.ts"
import type { Operation } from "../diff/Operation.ts"
import type { StructuredConfig } from "../model/StructuredConfig.ts"

/**
 * Says in what a running server differs from its item in the configuration; undefined where they agree, or `fields` are not
 * concerned. What HAProxy does not tell, or resolves by itself, is passed over.
 *
 * @category running state
 * @since 0.1.0
 */
export const runningDifference = (
  item: Readonly<Record<string, unknown>>,
  running: RunningServer | undefined,
  fields?: ReadonlySet<string>
): string | undefined => {
  if (running === undefined) return "the running HAProxy does not have it"
  const concerns = (name: string) => fields === undefined || fields.has(name)
  const state = item["maintenance"] === "enabled" ? "maint" : "ready"
  if (concerns("maintenance") && state !== running.admin) return `its state is ${running.admin} instead of ${state}`
  const { address, port, weight } = item
  if (concerns("address") && isSettable(address) && !sameAddress(address, running.address)) {
    return `its address is ${running.address} instead of ${address}`
  }
  if (concerns("port") && typeof port === "number" && port !== running.port) {
    return `its port is ${running.port} instead of ${port}`
  }
  // While it starts slowly, a server has another weight than it was given.
  const isSteady = item["slowstart"] === undefined
  if (concerns("weight") && isSteady && typeof weight === "number" && (running.weight ?? weight) !== weight) {
    return `its weight is ${running.weight} instead of ${weight}`
  }
  return undefined
}

/** An address in numbers: a name is resolved, a path is none. */
const isSettable = (address: unknown): address is string =>
  typeof address === "string" &&
  (/^\d{1,3}(\.\d{1,3}){3}$/.test(address) || /^\[?[0-9a-fA-F:]*:[0-9a-fA-F:.]*\]?$/.test(address))

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
 * What the running HAProxy has of what operations on servers have changed.
 *
 * @category running state
 * @since 0.1.0
 */
export interface ReadBack {
  /** The first that it does not have, in a sentence; undefined where it has all, or can't be asked. */
  readonly lacking: string | undefined
  /** Servers whose weight was changed and can't be read back. */
  readonly unread: ReadonlyArray<string>
}

const sentenceOf = ({ backend, name }: ServerName): string => `server '${name}' in backend '${backend}'`

/**
 * Reads back what operations on servers have changed in the running HAProxy.
 *
 * @category running state
 * @since 0.1.0
 */
export const readBack = Effect.fnUntraced(function* (operations: ReadonlyArray<Operation>, desired: StructuredConfig) {
  const runtime = yield* RuntimeClient
  const changes = operations.filter(({ field, keyword }) => keyword === "backend" && field === "servers")
  const found = yield* Effect.forEach(
    Map.groupBy(changes, ({ owner }) => owner),
    Effect.fnUntraced(function* ([backend, own]) {
      const running = yield* runtime.servers(backend)
      const byName = new Map(running?.map((server) => [server.name, server]))
      return running === undefined
        ? []
        : own.map(({ after = {}, changed, name = "" }) => ({
            at: { backend, name },
            item: after,
            fields: new Set(changed.map(({ field }) => field)),
            running: byName.get(name)
          }))
    }),
    { concurrency }
  )
  const all = found.flat()
  const weighed = all.filter(
    ({ fields, item, running }) =>
      running?.weight === undefined && fields.has("weight") && typeof item["weight"] === "number"
  )
  const weights = yield* weightsOf(
    weighed.map(({ at }) => at),
    serversIn(desired)
  )
  const differences = all.flatMap(({ at, fields, item, running }) => {
    const difference = runningDifference(item, withWeight(running, weights.get(weightKey(at))), fields)
    return difference === undefined ? [] : [`${sentenceOf(at)}: ${difference}`]
  })
  return {
    lacking: differences[0],
    unread: weighed.filter(({ at }) => !weights.has(weightKey(at))).map(({ at }) => sentenceOf(at))
  } satisfies ReadBack
}, Effect.provide(RuntimeClient.layer))

/** The statistics of so many servers at once take no more than a second or two. */
const most = 3000

/**
 * The weights of servers, as far as they can be read in a short time.
 *
 * **Details**
 *
 * `all` is how many servers the configuration has, where it matters how long it takes: the statistics of many take the server and us
 * longer than the change itself.
 */
export const weightsOf = Effect.fnUntraced(function* (servers: ReadonlyArray<ServerName>, all = 0) {
  const { socket } = yield* DataplaneClient
  if (socket === undefined && servers.length > askedOneByOne && all > most) return new Map<string, number>()
  const runtime = yield* RuntimeClient
  return yield* runtime
    .weights(servers)
    .pipe(
      Effect.catch(({ message }) =>
        Effect.as(Effect.logDebug(`weights can't be read: ${message}`), new Map<string, number>())
      )
    )
})

/** How many servers a configuration has. */
const serversIn = (config: StructuredConfig): number =>
  config.ofKind("backend").reduce((sum, section) => sum + section.named("servers").length, 0)

/** A running server with its weight, where only something else tells it. */
export const withWeight = (running: RunningServer | undefined, weight: number | undefined): RunningServer | undefined =>
  running === undefined || weight === undefined || running.weight !== undefined ? running : { ...running, weight }
