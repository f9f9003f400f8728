import { type Args, choice, integer, literal, sequence, unmodelled } from "../Args.ts"
import { called, expression } from "../Action.ts"
import { since } from "../Option.ts"

/** A number in parentheses of which the API leaves zero out. */
const index = <const F extends string>(field: F) => integer(field, { min: 0, absent: 0 })

/**
 * A number, or an expression that yields one. HAProxy takes a line without either, the API doesn't.
 *
 * @category resources
 * @since 0.1.0
 */
export const amount = <const F extends string>(field: F) =>
  choice(integer("sc_int"), expression(field), unmodelled(literal()))

/**
 * HAProxy takes some of the actions without parentheses, the API doesn't.
 *
 * @category resources
 * @since 0.1.0
 */
export const orBare = <A>(name: string, part: Args<A>): Args<A> =>
  choice(part, unmodelled(literal(name))) as unknown as Args<A>

/**
 * The actions on a session's stick counters, as HTTP rules and `tcp-response` have them.
 *
 * @category resources
 * @since 0.1.0
 */
export const counterActions = <A>(value: Args<A>) =>
  ({
    ...since("2.8", {
      "sc-add-gpc": sequence(called("sc-add-gpc", sequence(index("sc_idx"), index("sc_id"))), value)
    }),
    "sc-inc-gpc": called("sc-inc-gpc", sequence(index("sc_idx"), index("sc_id"))),
    "sc-inc-gpc0": orBare("sc-inc-gpc0", called("sc-inc-gpc0", index("sc_id"))),
    "sc-inc-gpc1": orBare("sc-inc-gpc1", called("sc-inc-gpc1", index("sc_id"))),
    "sc-set-gpt": sequence(called("sc-set-gpt", sequence(index("sc_id"), index("sc_idx"))), value),
    "sc-set-gpt0": orBare("sc-set-gpt0", sequence(called("sc-set-gpt0", index("sc_id")), value))
  }) as const
