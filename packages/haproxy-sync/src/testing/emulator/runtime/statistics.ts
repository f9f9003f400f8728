import { ApiError } from "../ApiError.ts"
import type { Host } from "../Host.ts"
import type { Call, Reply, Route } from "../Router.ts"
import { at, endpoint } from "./command.ts"

/** The routes that tell of the HAProxy process. */
export const infoEndpoints = (host: Host): ReadonlyArray<Route> => {
  const info = async (): Promise<Reply> => {
    const runtime = host.runtime()
    const lines = (await runtime.execute("show info")).split("\n").map((line) => line.split(": ", 2))
    const value = (name: string) => lines.find(([key]) => key === name)?.[1]?.trim()
    return {
      status: 200,
      body: {
        info: { pid: Number(value("Pid")), version: value("Version"), uptime: Number(value("Uptime_sec")) },
        runtimeAPI: runtime.path
      }
    }
  }
  const stats = async ({ query }: Call): Promise<Reply> => {
    const runtime = host.runtime()
    const wanted = { name: query.get("name"), parent: query.get("parent"), type: query.get("type") }
    if (wanted.name !== null && wanted.type === null) throw new ApiError(400, "Type required when filtering by name")
    if (wanted.name !== null && wanted.type === "server" && wanted.parent === null) {
      throw new ApiError(400, "Parent backend required when filtering by server")
    }
    const output = await runtime.execute("show stat").catch(() => "")
    const [head = "", ...rows] = output.split("\n").filter((line) => line.trim() !== "")
    const keys = head.replace(/^# /, "").split(",")
    const all = rows.map((row) => Object.fromEntries(row.split(",").map((value, index) => [keys[index] ?? "", value])))
    const typeOf = (row: Readonly<Record<string, string>>) =>
      row["svname"] === "FRONTEND" ? "frontend" : row["svname"] === "BACKEND" ? "backend" : "server"
    const found = all.filter((row) => {
      const type = typeOf(row)
      const name = type === "server" ? row["svname"] : row["pxname"]
      return (
        (wanted.type === null || wanted.type === type) &&
        (wanted.name === null || wanted.name === name) &&
        (wanted.parent === null || type !== "server" || wanted.parent === row["pxname"])
      )
    })
    const shown = found.map((row) => {
      const type = typeOf(row)
      return {
        ...(type === "server" ? { backend_name: row["pxname"], name: row["svname"] } : { name: row["pxname"] }),
        stats: row,
        type
      }
    })
    return { status: 200, body: { runtimeAPI: runtime.path, ...(shown.length === 0 ? {} : { stats: shown }) } }
  }
  return [
    { path: `${at}/info`, verbs: { GET: endpoint(info) } },
    { path: "/services/haproxy/stats/native", verbs: { GET: endpoint(stats) } }
  ]
}
