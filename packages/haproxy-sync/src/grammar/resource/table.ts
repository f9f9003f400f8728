import {
  type Args,
  after,
  flag,
  literal,
  integer,
  modelled,
  options,
  repeated,
  sequence,
  unmodelled,
  word
} from "../Args.ts"
import { valued } from "../Option.ts"

const params = options({
  ...valued("len", integer("type_len", { omitZero: true })),
  ...valued("size", word("size")),
  ...valued("expire", word("expire")),
  ...valued("write-to", word("write_to")),
  nopurge: flag("nopurge", "no_purge"),
  store: repeated("store", "store"),
  "recv-only": modelled({ since: "3.2" }, flag("recv-only", "recv_only")),
  "brates-factor": unmodelled(after("brates-factor", word("factor")))
})

type Params = Omit<NonNullable<(typeof params)["Type"]>, "store"> & { readonly store?: string }

/** The API joins what several `store` say. */
const joinedStores: Args<Params> = {
  fields: params.fields.map((field) => (field.name === "store" ? { ...field, type: "string" } : field)),
  parse: (cursor, into) => {
    if (!params.parse(cursor, into)) return false
    if (Array.isArray(into["store"])) into["store"] = into["store"].join(",")
    return true
  },
  print: (from, printer) =>
    params.print(typeof from["store"] === "string" ? { ...from, store: [from["store"]] } : from, printer)
}

/**
 * `table NAME type TYPE [len N] size SIZE [OPTION…]` of a peers section.
 *
 * @category resources
 * @since 0.1.0
 */
export const table = sequence(word("name"), literal("type"), word("type"), joinedStores)
