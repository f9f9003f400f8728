import {
  after,
  duration,
  integer,
  modelled,
  object,
  oneOf,
  options,
  sequence,
  size,
  type TypeOf,
  unmodelled,
  word
} from "../Args.ts"
import { directive } from "../Line.ts"
import { bare, since, valued } from "../Option.ts"

const description = sequence(
  after("type", oneOf("type", ["ip", "ipv6", "integer", "string", "binary"])),
  options({
    ...valued("len", integer("keylen", { min: 1 })),
    ...valued("size", size("size")),
    ...valued("expire", duration("expire")),
    ...bare("nopurge", "nopurge"),
    ...valued("peers", word("peers")),
    ...valued("srvkey", oneOf("srvkey", ["addr", "name"], { quoted: "opaque" })),
    ...valued("write-to", word("write_to")),
    ...valued("store", word("store")),
    "recv-only": modelled({ since: "3.2" }, bare("recv-only", "recv_only")["recv-only"]),
    ...since("3.0", valued("brates-factor", unmodelled(integer("brates_factor", { min: 1 }))))
  })
)

/**
 * `stick-table type TYPE [len N] size SIZE [OPTION…]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const stickTable = directive("stick-table", object("stick_table", description))

/**
 * What is remembered of addresses, cookies and the like.
 *
 * @category resources
 * @since 0.1.0
 */
export type StickTable = TypeOf<typeof description>
