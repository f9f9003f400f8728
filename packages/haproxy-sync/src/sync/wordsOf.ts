import type { Statement } from "../text/Document.ts"
import { meaningOfWord } from "../text/expandWords.ts"

/** Stands between words; in no configuration. */
export const separator = "\u0001"

/** Lines whose options the server writes in an order of its own, by the number of words in front that keep their place. */
const shuffled: Readonly<Record<string, number>> = {
  bind: 2,
  cookie: 2,
  "default-bind": 1,
  "default-server": 1,
  "dgram-bind": 2,
  "http-error": 1,
  peer: 2,
  redirect: 1,
  server: 2,
  "server-template": 2,
  "stick-table": 1,
  table: 2,
  "unix-bind": 1
}

/** The same, for lines that are told by two words. */
const shuffledPairs: Readonly<Record<string, number>> = {
  "http-check connect": 2,
  "http-check expect": 2,
  "http-check send": 2,
  "http-request deny": 2,
  "http-request redirect": 2,
  "http-request return": 2,
  "http-request tarpit": 2,
  "http-response deny": 2,
  "http-response redirect": 2,
  "http-response return": 2,
  "stats socket": 3,
  "tcp-check connect": 2
}

const microseconds: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1e3,
  s: 1e6,
  m: 6e7,
  h: 3.6e9,
  d: 8.64e10
}

/** Words behind which a bare number is a time in milliseconds. */
const timed = new Set(["agent-inter", "downinter", "expire", "fastinter", "inter", "slowstart"])

/** Words behind which a number is a size, so that `m` is no minute. */
const sized = new Set(["size", "tune.bufsize", "tune.maxrewrite"])

const bytes: Readonly<Record<string, number>> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

/** A word in the spelling that all of the same meaning share: `60s` and `1m`, `64k` and `65536`. */
const respelledWord = (word: string, behind: string, isTimeout: boolean): string => {
  const [, number = "", unit = ""] = /^(\d+)(us|ms|s|m|h|d|k|g)?$/i.exec(word) ?? []
  if (number === "") return word
  const small = unit.toLowerCase()
  const size = bytes[small]
  if (size !== undefined && (small !== "m" || sized.has(behind))) return String(Number(number) * size)
  if (unit === "") return isTimeout || timed.has(behind) ? `${Number(number) * 1000}us` : word
  return `${Number(number) * (microseconds[unit] ?? 1)}us`
}

/** The same words in the form that all spellings share. */
const canonical = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const isTimeout = words[0] === "timeout" && words.length === 3
  return words.map((word, index) => respelledWord(word, words[index - 1] ?? "", isTimeout))
}

/**
 * A line as what is said by its words: equal for two lines that a Data Plane API takes for the same, and for no others.
 *
 * @category verification
 * @since 0.1.0
 */
export interface LineWords {
  readonly keyword: string
  /** Its place among the lines with the same keyword says something. */
  readonly ordered: boolean
  /** What it sets, where a later line of the section takes its place. */
  readonly setting?: string
  readonly key: string
  readonly line: number
}

/** Keywords whose lines are carried out one after another, or of which the first that fits counts. */
const ordered: ReadonlySet<string> = new Set([
  "acl",
  "capture",
  "declare",
  "filter",
  "force-be-switch",
  "http-after-response",
  "http-check",
  "http-request",
  "http-response",
  "lua-load",
  "lua-prepend-path",
  "presetenv",
  "quic-initial",
  "redirect",
  "resetenv",
  "setenv",
  "ssl-f-use",
  "stick",
  "tcp-check",
  "tcp-request",
  "tcp-response",
  "unsetenv",
  "use-server",
  "use_backend"
])

/** Settings of which the last line counts, so that the server may keep it alone. */
const lastCounts: ReadonlySet<string> = new Set([
  "backlog",
  "balance",
  "cookie",
  "default_backend",
  "description",
  "error-log-format",
  "fullconn",
  "hash-type",
  "id",
  "log-format",
  "log-format-sd",
  "log-tag",
  "maxconn",
  "mode",
  "monitor-uri",
  "nbthread",
  "retries",
  "stick-table",
  "unique-id-format",
  "unique-id-header"
])

/** What the server has only one word for. */
const respelled = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first = "", action = ""] = words
  if (first === "bind" || first === "dgram-bind") return words.includes("name") ? words : [...words, "name", action]
  const denies = (first === "http-request" || first === "http-response") && (action === "deny" || action === "tarpit")
  return denies ? words.map((word, index) => (index === 2 && word === "status" ? "deny_status" : word)) : words
}

/**
 * Returns what a line says.
 *
 * @category verification
 * @since 0.1.0
 */
export const wordsOf = ({ line, words }: Pick<Statement, "line" | "words">): LineWords => {
  const own = respelled(canonical(words.map(meaningOfWord)))
  const [first = "", second = ""] = own
  const kept = shuffledPairs[`${first} ${second}`] ?? shuffled[first]
  const said = kept === undefined ? own : [...own.slice(0, kept), ...own.slice(kept).toSorted()]
  const setting =
    first === "timeout" || first === "option" ? `${first} ${second}` : lastCounts.has(first) ? first : undefined
  return {
    keyword: first,
    ordered: ordered.has(first),
    key: said.join(separator),
    line,
    ...(setting === undefined ? {} : { setting })
  }
}
