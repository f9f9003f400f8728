import type { Draft } from "../../../grammar/Args.ts"
import { ApiError } from "../ApiError.ts"
import type { Host } from "../Host.ts"
import type { Call, Reply, Route } from "../Router.ts"
import { at, endpoint, run } from "./command.ts"

/** What the API can put into an entry; fields that it does not know are left out without a word. */
const storable = new Set(
  [
    "bytes_in_cnt bytes_in_rate bytes_out_cnt bytes_out_rate conn_cnt conn_cur conn_rate glitch_cnt glitch_rate",
    "gpc0 gpc0_rate gpc1 gpc1_rate gpt0 http_err_cnt http_err_rate http_fail_cnt http_fail_rate http_req_cnt",
    "http_req_rate server_id sess_cnt sess_rate"
  ].flatMap((fields) => fields.split(" "))
)

/** The routes of the stick tables of the running HAProxy. */
export const tableEndpoints = (host: Host): ReadonlyArray<Route> => {
  const failure = (message: string) => new ApiError(500, `${host.runtime().path} ${message}`)
  const fieldsOf = (name: string): ReadonlyArray<Draft> => {
    const config = host.transactions.config()
    const section = config.section("backend", name) ?? config.section("frontend", name)
    const table = section?.base()["stick_table"] as Draft | undefined
    return String(table?.["store"] ?? "")
      .split(",")
      .filter((field) => field !== "")
      .map((field) => {
        const [, base = field, period] = /^(\w+)(?:\((\d+)\w*\))?$/.exec(field) ?? []
        return period === undefined
          ? { field: base, type: "counter" }
          : { field: base, period: Number(period), type: "rate" }
      })
  }
  const tables = async () =>
    (await run(host.runtime(), "show table", failure))
      .split("\n")
      .filter((line) => line.startsWith("# table:"))
      .map((line) => {
        const part = (name: string) => new RegExp(`${name}:\\s*([^,]+)`).exec(line)?.[1]?.trim() ?? ""
        const name = part("# table")
        return {
          fields: fieldsOf(name),
          name,
          size: Number(part("size")),
          type: part("type"),
          used: Number(part("used"))
        }
      })
  const entries = async (call: Call): Promise<Reply> => {
    const filters = (call.query.get("filter") ?? "").split(",").filter((filter) => filter !== "")
    const key = call.query.get("key") ?? ""
    const command = [
      `show table ${call.params["name"] ?? ""}`,
      ...filters.map((filter) => `data.${filter}`),
      ...(key === "" ? [] : [`key ${key}`])
    ]
    const output = await run(host.runtime(), command.join(" "), failure)
    const all = output
      .split("\n")
      .filter((line) => line.trim() !== "" && !line.startsWith("#"))
      .map((line) => {
        const [id = "", ...rest] = line.split(":")
        const item: Draft = { id }
        for (const word of rest.join(":").trim().split(/\s+/)) {
          const [key = "", value = ""] = word.split("=", 2)
          if (key === "use" || key === "shard") continue
          item[key] = key === "key" ? value : Number(value)
        }
        return item
      })
    const offset = Number(call.query.get("offset") ?? 0)
    const count = Number(call.query.get("count") ?? all.length)
    return { status: 200, body: all.slice(offset, offset + count) }
  }
  const set = async (call: Call): Promise<Reply> => {
    const body = JSON.parse(call.body.toString()) as { readonly key?: string; readonly data_type?: Draft }
    for (const name of ["data_type", "key"] as const) {
      if (body[name] === undefined) {
        throw host.dialect.unfit([{ message: `stick_table_entry.${name} in body is required`, code: 602 }])
      }
    }
    const data = Object.entries(body.data_type ?? {})
      .filter(([field]) => storable.has(field))
      .map(([field, value]) => `data.${field} ${String(value)}`)
    await run(
      host.runtime(),
      [`set table ${call.params["name"] ?? ""} key ${body.key ?? ""}`, ...data].join(" "),
      failure
    )
    return { status: 204 }
  }
  return [
    { path: `${at}/stick_tables`, verbs: { GET: endpoint(async () => ({ status: 200, body: await tables() })) } },
    {
      path: `${at}/stick_tables/{name}`,
      verbs: {
        GET: endpoint(async ({ params: { name = "" } }) => {
          const found = (await tables()).find((table) => table.name === name)
          if (found === undefined) throw new ApiError(404, `Stick table ${name} not found`)
          return { status: 200, body: found }
        })
      }
    },
    { path: `${at}/stick_tables/{name}/entries`, verbs: { GET: endpoint(entries), POST: endpoint(set) } }
  ]
}
