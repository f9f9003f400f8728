import {
  after,
  type Args,
  choice,
  integer,
  literal,
  optional,
  sequence,
  unmodelled,
  upTo,
  within,
  word
} from "../Args.ts"

/** The stick counter's number, which is part of the action's word. */
const counter = <const F extends string>(field: F): Args<{ readonly [K in F]?: number }> =>
  within(
    (text) => /^track-sc(\d+)$/.exec(text)?.slice(1),
    ([number]) => `track-sc${number}`,
    integer(field, { min: 0 }),
    "track-sc and the number of a stick counter"
  )

/**
 * `track-sc0 KEY [table TABLE]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const trackSc = <const C extends string, const K extends string, const T extends string>(
  counterField: C,
  key: K,
  table: T
) =>
  sequence(
    // HAProxy takes the word without a number, the API doesn't.
    choice(counter(counterField), unmodelled(literal("track-sc"))),
    upTo(key, ["table", "if", "unless"]),
    optional(choice(after("table", word(table)), unmodelled(literal("table"))))
  )

/** The words that open the actions whose names hold more than a name. */
export const openings = { "lua.": "lua", "track-sc": "track-sc" } as const
