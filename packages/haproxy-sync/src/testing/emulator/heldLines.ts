import { childRoutes } from "../../api/Routes.ts"

/** The directives whose words the server puts into an order of its own when it reads them. */
const rewritten = [
  "cookie",
  "http-check connect",
  "http-error",
  "http-request deny",
  "http-request redirect",
  "http-request tarpit",
  "http-response deny",
  "http-response redirect",
  "redirect",
  "stick-table",
  "table",
  "tcp-check connect",
  "unix-bind"
].map((keyword) => keyword.split(" "))

export const isRewritten = (words: ReadonlyArray<string>): boolean =>
  rewritten.some((keyword) => keyword.every((word, place) => words[place] === word))

/** Stands for the name that an item hasn't got, while its line is written. */
export const nameless = "\u0000"

export const keyOf = (field: string): string => childRoutes.find((route) => route.field === field)?.key ?? "name"

/** A bind is called by its address, where it has no name; others by nothing. */
export const nameInstead = (field: string, words: ReadonlyArray<string>): string =>
  field.endsWith("binds") ? (words[1] ?? "") : ""

/** Metadata becomes a comment, always as JSON, with the keys in order. */
export const commentOf = (metadata: unknown): string => {
  if (typeof metadata !== "object" || metadata === null) return ""
  const escaped = (text: string) => text.replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)
  return escaped(JSON.stringify(sorted(metadata)))
}

const sorted = (value: unknown): unknown =>
  typeof value !== "object" || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)])
      )
