import {
  after,
  choice,
  duration,
  integer,
  optional,
  options,
  requires,
  rest,
  sequence,
  size,
  type TypeOf,
  unmodelled,
  word
} from "../Args.ts"
import { actions } from "../Action.ts"
import { bare, since, valued } from "../Option.ts"
import { plain } from "./ruleActions.ts"

const minimum = valued("min-size", size("min_size", { omitZero: true }))

/** A bandwidth limitation: a limit shared by what has the same key, or one for each stream. */
const bandwidth = sequence(
  word("bandwidth_limit_name"),
  choice(
    requires(
      options({
        ...valued("limit", size("limit", { omitZero: true })),
        ...valued("key", word("key")),
        ...valued("table", word("table")),
        ...minimum
      }),
      "limit",
      "key"
    ),
    requires(
      options({
        ...valued("default-limit", size("default_limit", { omitZero: true })),
        ...valued("default-period", duration("default_period", { omitZero: true })),
        ...minimum
      }),
      "default-limit",
      "default-period"
    )
  )
)

/**
 * `filter NAME …`.
 *
 * @category resources
 * @since 0.1.0
 */
export const filter = actions("type", {
  ...since("2.8", { ...valued("bwlim-in", bandwidth), ...valued("bwlim-out", bandwidth) }),
  ...valued("fcgi-app", word("app_name")),
  trace: after(
    "trace",
    options({
      ...valued("name", word("trace_name")),
      ...bare("random-parsing", "trace_rnd_parsing"),
      ...bare("random-forwarding", "trace_rnd_forwarding"),
      ...since("3.4", valued("max-fwd", integer("trace_max_fwd"))),
      ...bare("hexdump", "trace_hexdump")
    })
  ),
  ...plain("compression"),
  ...since("3.4", { ...plain("comp-req"), ...plain("comp-res") }),
  spoe: after("spoe", options({ ...valued("engine", word("spoe_engine")), ...valued("config", word("spoe_config")) })),
  ...valued("cache", word("cache_name")),
  // The API takes such a line and shows none.
  opentracing: unmodelled(
    after(
      "opentracing",
      sequence(
        options({ ...valued("id", word("id")), ...valued("config", word("config")) }, { open: true }),
        optional(unmodelled(rest("ignored")))
      )
    ),
    "placed"
  )
})

/**
 * What looks at, or changes, the data that passes.
 *
 * @category resources
 * @since 0.1.0
 */
export type Filter = TypeOf<typeof filter>
