import {
  choice,
  duration,
  flag,
  integer,
  object,
  options,
  repeatedItem,
  sequence,
  type TypeOf,
  unmodelled,
  word
} from "../Args.ts"
import { directive } from "../Line.ts"
import { bare, valued } from "../Option.ts"

/** The API counts in seconds and takes no unit. */
const seconds = <const F extends string>(field: F) =>
  choice(integer(field, { min: 0, omitZero: true }), unmodelled(duration(field, { unit: "s" })))

const description = sequence(
  word("name"),
  options({
    domain: repeatedItem("domain", "domain", word("value")),
    attr: repeatedItem("attr", "attr", word("value")),
    ...bare("dynamic", "dynamic"),
    ...bare("httponly", "httponly"),
    ...bare("indirect", "indirect"),
    ...valued("maxidle", seconds("maxidle")),
    ...valued("maxlife", seconds("maxlife")),
    ...bare("nocache", "nocache"),
    ...bare("postonly", "postonly"),
    ...bare("preserve", "preserve"),
    rewrite: flag("rewrite", "type", "rewrite"),
    insert: flag("insert", "type", "insert"),
    prefix: flag("prefix", "type", "prefix"),
    ...bare("secure", "secure")
  })
)

/**
 * `cookie NAME [OPTION…]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const cookie = directive("cookie", object("cookie", description))

/**
 * The cookie that sends a visitor back to the server that answered before.
 *
 * @category resources
 * @since 0.1.0
 */
export type Cookie = TypeOf<typeof description>
