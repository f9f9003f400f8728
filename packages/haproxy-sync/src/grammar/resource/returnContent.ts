import {
  after,
  alias,
  type Args,
  flag,
  initially,
  integer,
  options,
  repeatedItem,
  sequence,
  unmodelled,
  word
} from "../Args.ts"
import { valued } from "../Option.ts"

const stop = ["if", "unless"]

const format = <const K extends string>(keyword: K) =>
  ({ [keyword]: sequence(flag(keyword, "return_content_format", keyword), word("return_content")) }) as {
    readonly [P in K]: Args<{ readonly return_content_format?: K; readonly return_content?: string }>
  }

/** What an answer holds: its type, its content, its headers. */
const content = {
  ...valued("content-type", word("return_content_type")),
  ...format("errorfile"),
  ...format("errorfiles"),
  ...format("file"),
  ...format("lf-file"),
  ...format("string"),
  ...format("lf-string"),
  "default-errorfiles": flag("default-errorfiles", "return_content_format", "default-errorfiles"),
  hdr: repeatedItem("hdr", "return_hdrs", sequence(word("name"), word("fmt")))
} as const

/**
 * The API passes over a single word before the condition, and takes no line with a single word and no condition.
 */
const notAlone = <A>(part: Args<A>): Args<A> => ({
  fields: part.fields,
  parse: (cursor, into) => {
    const start = cursor.at
    const own = {}
    if (!part.parse(cursor, own)) return false
    if (cursor.at !== start + 1) Object.assign(into, own)
    else if (cursor.done) cursor.opaque = true
    else cursor.lossy = true
    return true
  },
  print: part.print
})

/**
 * `[status CODE] [content-type T] [FORMAT CONTENT] [hdr NAME FMT]…` behind `return`.
 *
 * @category resources
 * @since 0.1.0
 */
export const returnContent = notAlone(
  options({ ...valued("status", integer("return_status_code")), ...content }, { stop })
)

/**
 * `[deny_status CODE]` and what else may stand behind `deny`.
 *
 * @category resources
 * @since 0.1.0
 */
export const denyContent = notAlone(
  options(
    {
      ...valued("deny_status", integer("deny_status")),
      status: alias(after("status", integer("deny_status"))),
      ...content
    },
    { stop }
  )
)

/**
 * `[deny_status CODE]` behind `tarpit`; the API shows nothing else of it.
 *
 * @category resources
 * @since 0.1.0
 */
export const tarpitContent = notAlone(
  options(
    {
      ...valued("deny_status", integer("deny_status")),
      status: alias(after("status", integer("deny_status"))),
      ...(Object.fromEntries(Object.entries(content).map(([keyword, part]) => [keyword, unmodelled(part, "lost")])) as {
        readonly [K in keyof typeof content]: Args<unknown>
      })
    },
    { stop }
  )
)

/**
 * The same where the API's JSON always has a content type, be it empty.
 *
 * @category resources
 * @since 0.1.0
 */
export const withContentType = <A>(part: Args<A>) => initially("return_content_type", "", part)

/**
 * `status CODE [content-type T] [FORMAT CONTENT] [hdr NAME FMT]…` behind `http-error`.
 *
 * @category resources
 * @since 0.1.0
 */
export const errorContent = withContentType(options(content))
