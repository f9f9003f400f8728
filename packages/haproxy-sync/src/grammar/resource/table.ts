import { type Args, after, flag, integer, literal, modelled, options, sequence, unmodelled, word } from "../Args.ts"
import { valued } from "../Option.ts"

/** The API joins what several `store` say. */
const store: Args<{ readonly store?: string }> = {
  ...after("store", word("store")),
  combine: (known, value) => `${String(known)},${String(value)}`
}

/**
 * `table NAME type TYPE [len N] size SIZE [OPTION…]` of a peers section.
 *
 * @category resources
 * @since 0.1.0
 */
export const table = sequence(
  word("name"),
  literal("type"),
  word("type"),
  options({
    ...valued("len", integer("type_len", { omitZero: true })),
    ...valued("size", word("size")),
    ...valued("expire", word("expire")),
    ...valued("write-to", word("write_to")),
    nopurge: flag("nopurge", "no_purge"),
    store,
    "recv-only": modelled({ since: "3.2" }, flag("recv-only", "recv_only")),
    "brates-factor": unmodelled(after("brates-factor", word("factor")))
  })
)
