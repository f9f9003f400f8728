import { ApiError } from "../ApiError.ts"
import type { Host } from "../Host.ts"
import type { Call, Reply, Route } from "../Router.ts"
import { at, endpoint } from "./command.ts"

const list = (...texts: ReadonlyArray<string>): ReadonlySet<string> => new Set(texts.join(" ").split(" "))

/** The columns of the statistics that the API knows: those that hold words, and those that hold numbers. */
const wordColumns = list(
  "addr agent_desc agent_status algo check_desc check_status cookie hanafail last_agt last_chk mode status tracked"
)
const numberColumns = list(
  "act agent_code agent_duration agent_fall agent_health agent_rise bck bin bout check_code check_duration",
  "check_fall check_health check_rise chkdown chkfail cli_abrt comp_byp comp_in comp_out comp_rsp conn_rate",
  "conn_rate_max conn_tot ctime dcon downtime dreq dresp dses econ ereq eresp hrsp_1xx hrsp_2xx hrsp_3xx hrsp_4xx",
  "hrsp_5xx hrsp_other iid intercepted lastchg lastsess lbtot pid qcur qlimit qmax qtime rate rate_lim rate_max",
  "req_rate req_rate_max req_tot rtime scur sid slim smax srv_abrt stot throttle ttime weight wredis wretr"
)

/** The facts about the process that the API knows, by what they are called when blanks and signs are left out. */
const facts: ReadonlyMap<string, string> = new Map(
  [
    ...list(
      "active_peers busy_polling bytes_out_rate compress_bps_in compress_bps_out compress_bps_rate_lim conn_rate",
      "conn_rate_limit connected_peers cum_conns cum_req cum_ssl_conns curr_conns curr_ssl_conns dropped_logs",
      "failed_resolutions idle_pct jobs listeners max_conn_rate max_pipes max_sess_rate max_ssl_conns",
      "max_ssl_rate max_zlib_mem_usage nbthread node pid pipes_free pipes_used pool_alloc_mb pool_failed",
      "pool_used_mb process_num release_date run_queue sess_rate sess_rate_limit ssl_backend_key_rate",
      "ssl_backend_max_key_rate ssl_cache_lookups ssl_cache_misses ssl_frontend_key_rate",
      "ssl_frontend_max_key_rate ssl_rate ssl_rate_limit stopping tasks total_bytes_out ulimit_n version",
      "zlib_mem_usage max_conn max_sock hard_max_conn"
    )
  ]
    .map((field): readonly [string, string] => [field.replaceAll("_", ""), field])
    .concat([
      ["memmaxmb", "mem_max_mb"],
      ["nbproc", "processes"],
      ["sslfrontendsessionreusepct", "ssl_frontend_session_reuse"],
      ["unstoppablejobs", "unstoppable"],
      ["uptimesec", "uptime"]
    ])
)

const wordFacts = list("node release_date version")

/** What `show info` tells, as far as the API has a field for it. */
const processInfo = (output: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    output.split("\n").flatMap((line): ReadonlyArray<readonly [string, unknown]> => {
      const [name = "", value = ""] = line.split(": ", 2)
      const field = facts.get(name.toLowerCase().replaceAll(/[^a-z]/g, ""))
      if (field === undefined) return []
      const text = value.trim()
      if (!wordFacts.has(field)) return [[field, Number(text)]]
      return [[field, field === "release_date" ? text.replaceAll("/", "-") : text]]
    })
  )

type Row = Readonly<Record<string, string>>

/** A row without what is empty, and without what the API does not know. */
const shown = (row: Row): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([name, value]) => value !== "" && (wordColumns.has(name) || numberColumns.has(name)))
      .map(([name, value]) => [name, numberColumns.has(name) ? Number(value) : value])
  )

const types = ["frontend", "backend", "server"] as const

const typeOf = (row: Row): (typeof types)[number] =>
  row["svname"] === "FRONTEND" ? "frontend" : row["svname"] === "BACKEND" ? "backend" : "server"

/** The routes that tell of the HAProxy process. */
export const infoEndpoints = (host: Host): ReadonlyArray<Route> => {
  const info = async (): Promise<Reply> => {
    const runtime = host.runtime()
    const output = await runtime.execute("show info")
    return { status: 200, body: { info: processInfo(output), runtimeAPI: runtime.path } }
  }
  const stats = async ({ query }: Call): Promise<Reply> => {
    const runtime = host.runtime()
    const wanted = { name: query.get("name"), parent: query.get("parent"), type: query.get("type") }
    if (wanted.type !== null && !types.some((type) => type === wanted.type)) {
      throw host.dialect.oneOf("type", "query", ["frontend", "backend", "server"])
    }
    if (wanted.name !== null && wanted.type === null) throw new ApiError(400, "Type required when filtering by name")
    if (wanted.name !== null && wanted.type === "server" && wanted.parent === null) {
      throw new ApiError(400, "Parent backend required when filtering by server")
    }
    const output = await runtime.execute("show stat").catch(() => "")
    const [head = "", ...rows] = output.split("\n").filter((line) => line.trim() !== "")
    const keys = head.replace(/^# /, "").split(",")
    const all = rows.map((row) => Object.fromEntries(row.split(",").map((value, index) => [keys[index] ?? "", value])))
    const found = all.filter((row) => {
      const type = typeOf(row)
      const name = type === "server" ? row["svname"] : row["pxname"]
      return (
        (wanted.type === null || wanted.type === type) &&
        (wanted.name === null || wanted.name === name) &&
        (wanted.parent === null || type !== "server" || wanted.parent === row["pxname"])
      )
    })
    const items = found.map((row) => {
      const type = typeOf(row)
      return {
        ...(type === "server" ? { backend_name: row["pxname"], name: row["svname"] } : { name: row["pxname"] }),
        stats: shown(row),
        type
      }
    })
    return { status: 200, body: { runtimeAPI: runtime.path, ...(items.length === 0 ? {} : { stats: items }) } }
  }
  return [
    { path: `${at}/info`, verbs: { GET: endpoint(info) } },
    { path: "/services/haproxy/stats/native", verbs: { GET: endpoint(stats) } }
  ]
}
