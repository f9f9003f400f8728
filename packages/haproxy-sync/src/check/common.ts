import type { Reader } from "./Reader.ts"
import {
  each,
  leading,
  matching,
  nothing,
  oneOf,
  opt,
  options,
  reference,
  seq,
  type Shape,
  type Shapes,
  since,
  size,
  time,
  word
} from "./Shape.ts"

const levels = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"]

const replies = new Set([200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 425, 429, 500, 501, 502, 503, 504])

/** A status whose answer may be HAProxy's own. */
export const replyStatus: Shape = leading("a status that HAProxy answers by itself", (status) => replies.has(status))

/** One of syslog's levels. */
export const level: Shape = oneOf(...levels)

const facility = oneOf(
  ..."kern user mail daemon auth syslog lpr news uucp cron auth2 ftp ntp audit alert cron2".split(" "),
  ...Array.from({ length: 8 }, (_, number) => `local${number}`)
)

/** An option of a log line, which stands at its place or not at all. */
const at =
  (keyword: string, part: Shape): Shape =>
  (reader: Reader) => {
    if (reader.word !== keyword) return true
    reader.at++
    return part(reader)
  }

const logFormat = oneOf("rfc3164", "rfc5424", "local", "priority", "short", "timed", "iso", "raw", "unspec")

const target: Shape = seq(
  word("an address"),
  at("len", matching(/^0*(?:[89]\d|[1-9]\d{2,})/, "a whole number from 80")),
  at("format", logFormat),
  at("sample", matching(/^[\d,-]+:0*[1-9]\d*$/, "RANGES:SIZE such as 1,3:5")),
  at("profile", word("a log profile")),
  facility,
  opt(seq(level, opt(level)))
)

/**
 * Where a log goes: `global`, or an address with its options.
 *
 * @category checking
 * @since 0.1.0
 */
export const logTarget: Shape = (reader) => {
  if (reader.word === "global" && reader.section !== "global") {
    reader.at++
    // What follows is read as the rest of an ordinary target.
    return reader.done || target(rewind(reader))
  }
  return target(reader)
}

const rewind = (reader: Reader): Reader => {
  reader.at--
  return reader
}

/**
 * The format of what is written to a ring.
 *
 * @category checking
 * @since 0.1.0
 */
export const ringFormat = logFormat

/** The counters a stick table may hold; those in the second list need an argument. */
const counters =
  "server_id gpc0 gpc1 gpt0 conn_cnt conn_cur sess_cnt http_req_cnt http_err_cnt http_fail_cnt bytes_in_cnt bytes_out_cnt server_key glitch_cnt".split(
    " "
  )
const rates =
  "gpc0_rate gpc1_rate conn_rate sess_rate http_req_rate http_err_rate http_fail_rate bytes_in_rate bytes_out_rate glitch_rate".split(
    " "
  )

const stored = [
  `(?:${counters.join("|")})`,
  String.raw`(?:${rates.join("|")})\(\d+(?:us|ms|s|m|h|d)?\)`,
  String.raw`(?:gpc|gpt)\(\d+\)`,
  String.raw`gpc_rate\(\d+\s*,\s*\d+(?:us|ms|s|m|h|d)?\)`
].join("|")

const store = matching(
  new RegExp(`^(?:${stored})?(?:\\s*,\\s*(?:${stored})?)*$`),
  "counters such as gpc0,conn_rate(10s)"
)

/** HAProxy 2.6 didn't look at what follows the number. */
const length: Shape = (reader) =>
  matching(reader.version === "2.6" ? /^[-+]?0*[1-9]/ : /^[-+]?0*[1-9]\d*$/, "a length")(reader)

const type = seq(oneOf("ip", "ipv6", "integer", "string", "binary"), (reader: Reader) => {
  const kind = reader.words[reader.at - 1]
  return kind === "string" || kind === "binary" ? at("len", length)(reader) : true
})

const params: Shapes = {
  type,
  size,
  expire: time,
  nopurge: nothing,
  peers: reference("peers", "a peers section"),
  store: opt(store),
  srvkey: oneOf("name", "addr"),
  ...since("2.8", { "write-to": word("a table") }),
  ...since("3.1", { ...each("recv-only"), "brates-factor": word("a factor") })
}

/**
 * What a stick table holds; a type and a size are needed.
 *
 * @category checking
 * @since 0.1.0
 */
export const stickTable: Shape = options(params, { stop: [], needs: ["type", "size"] })

/**
 * `table NAME`; without it, the table is that of the section.
 *
 * @category checking
 * @since 0.1.0
 */
export const tableOption: Shape = (reader) => {
  if (reader.word !== "table") {
    reader.refer("table", "", -1)
    return true
  }
  reader.at++
  // Behind tcp-request, HAProxy looks for a table without a name.
  const inHttp = reader.words[0]?.startsWith("http-") === true
  return reader.done && !inHttp ? reader.refuse("a table", "reference.table") : reference("table", "a table")(reader)
}
