import { type Args, condition, type Cursor, sequence } from "../Args.ts"
import { unshown } from "../KeptLine.ts"

const targets = ["location", "prefix", "scheme"] as const
const codes: ReadonlySet<string> = new Set(["301", "302", "303", "307", "308"])

/** Where to, with which status, and one option at most: the API has room for no more. */
export interface Redirect {
  readonly redir_type?: (typeof targets)[number]
  readonly redir_value?: string
  readonly redir_code?: number
  readonly redir_option?: string
}

/** How many words follow each keyword. */
const keywords: Readonly<Record<string, 0 | 1>> = {
  location: 1,
  prefix: 1,
  scheme: 1,
  code: 1,
  "set-cookie": 1,
  "set-cookie-fmt": 1,
  "clear-cookie": 1,
  "drop-query": 0,
  "append-slash": 0,
  "keep-query": 0,
  "ignore-empty": 0
}

/** The words up to the condition, if HAProxy takes them. */
const commandOf = (cursor: Cursor): ReadonlyArray<string> | undefined => {
  const start = cursor.at
  let target = false
  while (cursor.word !== undefined && cursor.word !== "if" && cursor.word !== "unless") {
    const { word } = cursor
    const values = Object.hasOwn(keywords, word) ? keywords[word] : undefined
    if (values === undefined) return undefined
    cursor.at++
    if (values === 1 && cursor.word === undefined) return undefined
    if (word === "code" && !codes.has(cursor.word ?? "")) return undefined
    target ||= word === "location" || word === "prefix" || word === "scheme"
    cursor.at += values
  }
  return target ? cursor.words.slice(start, cursor.at) : undefined
}

/** Reads the words in pairs, as the Data Plane API does; undefined where one is left over. */
const pairs = (command: ReadonlyArray<string>): Redirect | undefined => {
  if (command.length % 2 === 1) return undefined
  let redirect: Redirect = {}
  for (let index = 0; index < command.length; index += 2) {
    const [keyword = "", value = ""] = command.slice(index, index + 2)
    if (keyword === "code") redirect = { ...redirect, redir_code: Number(value) }
    else if (keyword === "location" || keyword === "prefix" || keyword === "scheme") {
      redirect = { ...redirect, redir_type: keyword, redir_value: value }
    } else redirect = { ...redirect, redir_option: `${keyword} ${value}` }
  }
  return redirect
}

const words = ({ redir_code, redir_option, redir_type, redir_value }: Redirect): ReadonlyArray<string> => [
  redir_type ?? "",
  redir_value ?? "",
  ...(redir_code === undefined || redir_code === null ? [] : ["code", String(redir_code)]),
  ...(redir_option === undefined || redir_option === "" ? [] : redir_option.split(" "))
]

const redirectTo = (allowed: ReadonlyArray<(typeof targets)[number]>): Args<Redirect> => ({
  fields: [
    { name: "redir_type", type: "string", values: allowed },
    { name: "redir_value", type: "string" },
    { name: "redir_code", type: "integer", values: [...codes].map(Number) },
    { name: "redir_option", type: "string" }
  ],
  parse: (cursor, into) => {
    const command = commandOf(cursor)
    if (command === undefined) return cursor.fail(`one of ${Object.keys(keywords).join(", ")}`)
    const fields = pairs(command)
    if (!allowed.some((target) => command.includes(target))) return cursor.fail(`one of ${allowed.join(", ")}`)
    if (fields === undefined || fields.redir_type === undefined) {
      cursor.opaque = true
      return true
    }
    if (words(fields).toSorted().join(" ") !== command.toSorted().join(" ")) cursor.lossy = true
    Object.assign(into, fields)
    return true
  },
  print: (from, printer) => {
    if (typeof from["redir_type"] !== "string" || typeof from["redir_value"] !== "string") return false
    printer.words.push(...words(from))
    return true
  }
})

/**
 * `location URL`, `prefix URL` or `scheme NAME` with `code` and options, behind `redirect`.
 *
 * **Gotchas**
 *
 * The Data Plane API reads the words in pairs: it has no model of a line with a single option such as `drop-query`, and shows two that
 * follow one another as one.
 *
 * @category resources
 * @since 0.1.0
 */
export const redirect = redirectTo(targets)

/**
 * The same for responses, which can be sent to a location only.
 *
 * @category resources
 * @since 0.1.0
 */
export const redirectToLocation = redirectTo(["location"])

/**
 * `redirect …` as a line of its own, which the API takes and shows nothing of.
 *
 * @category resources
 * @since 0.1.0
 */
export const redirectLine = unshown("redirect", sequence(redirect, condition))
