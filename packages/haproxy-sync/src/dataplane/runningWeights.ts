import { Effect, Schema } from "effect"
import type { DataplaneClient } from "./DataplaneClient.ts"
import { DataplaneError } from "./DataplaneError.ts"

/** A server by its backend and its name. */
export interface ServerName {
  readonly backend: string
  readonly name: string
}

/** What a server is found by among the weights. */
export const weightKey = ({ backend, name }: ServerName): string => `${backend}/${name}`

const Amount = Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.Number, Schema.NumberFromString])))
const Native = Schema.Struct({
  stats: Schema.optionalKey(
    Schema.NullOr(
      Schema.Array(
        Schema.Struct({
          backend_name: Schema.optionalKey(Schema.String),
          name: Schema.optionalKey(Schema.String),
          stats: Schema.optionalKey(Schema.Struct({ weight: Amount, uweight: Amount }))
        })
      )
    )
  )
})

/** Up to so many servers are asked for one by one: all of them at once can be megabytes. */
export const askedOneByOne = 8
const concurrency = 4

/**
 * Reads the weights of running servers: over the socket where that is at hand, else from the statistics, which all servers offer, also
 * those before 3.4 that don't tell them elsewhere. One that nothing tells the weight of is left out.
 */
export const runningWeights = ({ get, socket }: DataplaneClient["Service"]) => {
  const fromSocket = (answer: string): ReadonlyMap<string, number> => {
    const [names = [], ...rows] = answer
      .split("\n")
      .filter((line) => line !== "" && line !== "1")
      .map((line) => line.replace(/^# /, "").split(" "))
    const at = (name: string) => names.indexOf(name)
    const [backend, server, weight] = [at("be_name"), at("srv_name"), at("srv_uweight")]
    return new Map(
      rows.flatMap((row): ReadonlyArray<readonly [string, number]> => {
        const value = Number(row[weight] ?? Number.NaN)
        return Number.isNaN(value) ? [] : [[weightKey({ backend: row[backend] ?? "", name: row[server] ?? "" }), value]]
      })
    )
  }
  const path = "/services/haproxy/stats/native"
  const fromStatistics = (query: Readonly<Record<string, string>>) =>
    get({ path, query }).pipe(
      Effect.flatMap(Schema.decodeUnknownEffect(Native)),
      Effect.map(({ stats }) =>
        (stats ?? []).flatMap(
          ({ backend_name: backend, name, stats: own }): ReadonlyArray<readonly [string, number]> => {
            // What it was set to counts, where it is told beside what it is while the server starts slowly.
            const weight = own?.uweight ?? own?.weight
            return backend === undefined || name === undefined || typeof weight !== "number"
              ? []
              : [[weightKey({ backend, name }), weight]]
          }
        )
      ),
      Effect.catchTag("SchemaError", ({ message }) =>
        Effect.fail(new DataplaneError({ reason: "Unexpected", request: `GET ${path}`, serverMessage: message }))
      )
    )
  return Effect.fnUntraced(function* (servers: ReadonlyArray<ServerName>) {
    if (servers.length === 0) return new Map<string, number>()
    if (socket !== undefined) return fromSocket(yield* socket.execute("show servers state"))
    const found = yield* servers.length > askedOneByOne
      ? Effect.map(fromStatistics({ type: "server" }), (all) => [all])
      : Effect.forEach(servers, ({ backend, name }) => fromStatistics({ type: "server", name, parent: backend }), {
          concurrency
        })
    return new Map(found.flat())
  })
}
