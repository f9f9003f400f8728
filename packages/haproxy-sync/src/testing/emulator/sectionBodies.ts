import { type ApiVersion, apiIn } from "../../api/ApiVersion.ts"
import type { Draft } from "../../grammar/Args.ts"
import { confError } from "./ApiError.ts"
import type { HeldConfig } from "./HeldConfig.ts"
import { type HeldSection, isChild } from "./HeldSection.ts"

/** Writes a section's own attributes, without its children. */
export const writeBase = (section: HeldSection, body: Readonly<Draft>): void => {
  const base = Object.fromEntries(Object.entries(body).filter(([field]) => !isChild(field)))
  section.setBase(asWritten(section.keyword, base))
  if (section.keyword === "crt-store") section.addEmpty({ "crt-base": "", "key-base": "" })
  if (section.keyword === "log-profile") section.addEmpty({ "log-tag": "" })
}

/** What of a body makes it into lines: a health check of a type that may have parameters only does with them. */
const asWritten = (keyword: string, body: Draft): Draft => {
  if (keyword === "log-profile") {
    const steps = (body["steps"] ?? []) as ReadonlyArray<Draft>
    return { ...body, steps: steps.map((step) => ({ drop: "disabled", ...step })) }
  }
  const parameters = keyword === "healthcheck" ? checkParameters[String(body["type"])] : undefined
  return parameters === undefined || body[parameters] !== undefined ? body : { ...body, type: undefined }
}

const checkParameters: Readonly<Record<string, string>> = {
  httpchk: "httpchk_params",
  "mysql-check": "mysql_check_params",
  "pgsql-check": "pgsql_check_params",
  smtpchk: "smtpchk_params"
}

/** The name to show in statistics is there even where there is none. */
export const withNulls = (draft: Draft): Draft =>
  typeof draft["stats_options"] === "object"
    ? { ...draft, stats_options: { stats_show_node_name: null, ...draft["stats_options"] } }
    : draft

/** From 3.4 on a body is filled up with the defaults of the API's description. */
export const completed = (keyword: string, body: Draft, api: ApiVersion): Draft =>
  keyword === "fcgi-app" && apiIn(api, { since: "3.4" }) ? { max_reqs: 1, ...body } : body

/** Writes a whole section: attributes, lists, and maps by name. */
export const fill = (config: HeldConfig, section: HeldSection, body: Readonly<Draft>): void => {
  inherit(config, section, body)
  writeBase(section, body)
  for (const [field, value] of Object.entries(body)) {
    if (!isChild(field) || typeof value !== "object" || value === null) continue
    const items = Array.isArray(value)
      ? (value as ReadonlyArray<Draft>)
      : Object.entries(value as Record<string, Draft>)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([, item]) => item)
    section.setLines(
      field,
      items.map((item) => section.lineOf(field, item))
    )
  }
}

/** A section may only inherit from one that is there. */
export const inherit = (config: HeldConfig, section: HeldSection, body: Readonly<Draft>): void => {
  const from = body["from"]
  if (typeof from !== "string" || from === "" || config.section("defaults", from) !== undefined) return
  throw confError("validation", `Object ${section.name} references missing defaults section in from`)
}
