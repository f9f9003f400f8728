import { connect } from "node:net"
import { Effect } from "effect"
import type { Place } from "./place.ts"

/** What a running HAProxy answers on its socket. */
export const asked = (socket: string, command: string) =>
  Effect.tryPromise(
    () =>
      new Promise<string>((resolve, reject) => {
        let answer = ""
        connect(socket)
          .on("error", reject)
          .on("data", (data) => (answer += data.toString()))
          .on("end", () => resolve(answer))
          .end(`${command}\n`)
      })
  )

/** That the configuration has put a server into maintenance is remembered where it has left that since. */
const byConfiguration = 4

/** The rows of a table, of which only some columns are the configuration's doing. */
const columns = (
  table: string,
  separator: string,
  wanted: ReadonlyArray<string>,
  limits: ReadonlySet<string> = new Set()
): ReadonlyArray<string> => {
  const [head = "", ...rows] = table.replace(/^1\n/, "").replace(/^# /, "").trim().split("\n")
  const names = head.split(separator)
  return rows
    .filter((row) => row.trim() !== "")
    .map((row) => {
      const cells = row.split(separator)
      return wanted
        .map((name) => {
          const cell = cells[names.indexOf(name)] ?? ""
          if (name === "slim") return limits.has(cell) ? cell : ""
          return name === "srv_admin_state" ? String(Number(cell) & ~byConfiguration) : cell
        })
        .join(" ")
    })
    .toSorted()
}

const ofProxies = ["pxname", "svname", "type", "mode", "algo", "weight", "bck", "act", "rate_lim", "slim", "cookie"]
const ofTraffic = ["pxname", "svname", "stot", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx"]
const ofServers = ["be_name", "srv_name", "srv_addr", "srv_port", "srv_uweight", "srv_admin_state", "srv_fqdn"]

/** What HAProxy counts: the sum of what has come through each of its parts. */
export const counted = (socket: string) =>
  Effect.map(asked(socket, "show stat"), (table) => columns(table, ",", ofTraffic))

/** What a running HAProxy says of itself, as far as its configuration decides it: limits that it does not name come from the machine. */
export const runningState = Effect.fnUntraced(function* (
  { directory, socket }: Pick<Place, "directory" | "socket">,
  text: string
) {
  const limits = new Set([...text.matchAll(/\bmaxconn\s+(\d+)/g)].map(([, limit = ""]) => limit))
  const plain = (text: string) =>
    text
      .replaceAll(directory, "")
      .replaceAll(/ file '\S*' line \d+/g, "")
      .replaceAll(/0x[0-9a-f]+ ?/g, "")
      .split("\n")
      .toSorted()
  const entries = Effect.fnUntraced(function* (list: "map" | "acl") {
    const lists = yield* asked(socket, `show ${list}`)
    const files = [...lists.matchAll(/^\d+ \((\/[^)]+)\)/gm)].map(([, file = ""]) => file)
    return [
      plain(lists.replaceAll(/^\d+ /gm, "").replaceAll(/(?:curr|next)_ver=\d+|entry_cnt=\d+/g, "")),
      ...(yield* Effect.forEach(files.toSorted(), (file) => Effect.map(asked(socket, `show ${list} ${file}`), plain)))
    ]
  })
  return {
    statistics: columns(yield* asked(socket, "show stat"), ",", ofProxies, limits),
    servers: columns(yield* asked(socket, "show servers state"), " ", ofServers),
    acls: yield* entries("acl"),
    maps: yield* entries("map"),
    certificates: plain(yield* asked(socket, "show ssl cert")),
    tables: plain((yield* asked(socket, "show table")).replaceAll(/, used:\d+/g, "")),
    traces: plain(yield* asked(socket, "show trace"))
  }
})
