import type { Reader } from "./Reader.ts"

const numbers = /^\s*\d+\s*$/

/** Fetch functions whose argument names a proxy. */
const ofBackends = /^(?:avg_queue|be_conn|be_conn_free|be_sess_rate|connslots|nbsrv|queue)$/
const ofFrontends = /^fe_(?:conn|req_rate|sess_rate)$/
const ofServers = /^srv_(?:conn|conn_free|is_up|iweight|queue|sess_rate|uweight|weight)$/

/** Fetch functions that look into a stick table: the argument that is no number names it. */
const ofTrackers = /^sc[012]?_(?!trackers$)\w+$/
const ofSources = /^src_(?:bytes|clr|conn|get|glitch|http|inc|kbytes|sess|updt)_?\w*$/
const ofTables = /^table_(?:avl|cnt)$/

/**
 * Notes what the arguments of a fetch function name.
 *
 * @category checking
 * @since 0.1.0
 */
export const referByFetch = (reader: Reader, name: string, written: string): void => {
  const parts = written.split(",").map((part) => part.trim())
  const [first = ""] = parts
  if (name === "acl") for (const part of parts) reader.refer("acl", part.replace(/^!/, ""))
  else if (name === "http_auth" || name === "http_auth_group") reader.refer("userlist", first)
  else if (ofSources.test(name)) reader.refer("table", parts.find((part) => !numbers.test(part)) ?? "")
  else if (ofTables.test(name)) reader.refer("table", first)
  else if (first === "") return
  else if (ofBackends.test(name)) reader.refer("backend", first)
  else if (ofFrontends.test(name)) reader.refer("frontend", first)
  else if (ofServers.test(name)) reader.refer("server", first)
  else if (ofTrackers.test(name)) {
    const table = parts.find((part) => part !== "" && !numbers.test(part))
    if (table !== undefined) reader.refer("table", table)
  }
}

/**
 * Notes what the arguments of a converter name.
 *
 * @category checking
 * @since 0.1.0
 */
export const referByConverter = (reader: Reader, name: string, written: string): void => {
  if (name === "in_table" || name.startsWith("table_")) reader.refer("table", (written.split(",")[0] ?? "").trim())
}
