import {
  after,
  choice,
  flag,
  integer,
  literal,
  notEmpty,
  object,
  oneOf,
  optional,
  options,
  rest,
  sequence,
  type TypeOf,
  unmodelled,
  word
} from "../Args.ts"
import { actions, called } from "../Action.ts"
import { directive } from "../Line.ts"
import { bare, valued } from "../Option.ts"
import { plain } from "./ruleActions.ts"

const count = <const F extends string>(field: F) => integer(field, { min: 0, omitZero: true })

const algorithm = actions("algorithm", {
  ...plain("roundrobin"),
  ...plain("static-rr"),
  ...plain("leastconn"),
  ...plain("first"),
  ...plain("source"),
  uri: after(
    "uri",
    options({
      ...valued("depth", count("uri_depth")),
      ...valued("len", count("uri_len")),
      ...bare("whole", "uri_whole"),
      ...bare("path-only", "uri_path_only")
    })
  ),
  url_param: after(
    "url_param",
    choice(
      notEmpty(
        sequence(
          optional(word("url_param", { matching: /^(?!(?:check_post|max_wait)$)/ })),
          options({
            ...valued("check_post", count("url_param_check_post")),
            ...valued("max_wait", count("url_param_max_wait"))
          })
        )
      ),
      unmodelled(rest("parameters"))
    )
  ),
  hdr: sequence(called("hdr", word("hdr_name")), optional(flag("use_domain_only", "hdr_use_domain_only"))),
  random: choice(called("random", integer("random_draws", { min: 1 })), literal("random")),
  "rdp-cookie": choice(called("rdp-cookie", word("rdp_cookie_name")), literal("rdp-cookie")),
  hash: after("hash", word("hash_expression")),
  // The API has no model of the algorithms for logs.
  sticky: unmodelled(literal("sticky")),
  "log-hash": unmodelled(after("log-hash", word("hash_expression")))
})

/**
 * `balance ALGORITHM …`.
 *
 * @category resources
 * @since 0.1.0
 */
export const balance = directive("balance", object("balance", algorithm))

/**
 * How servers are chosen.
 *
 * @category resources
 * @since 0.1.0
 */
export type Balance = TypeOf<typeof algorithm>

/**
 * `hash-type METHOD [FUNCTION] [avalanche]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const hashType = directive(
  "hash-type",
  object(
    "hash_type",
    sequence(
      oneOf("method", ["map-based", "consistent"], { quoted: "opaque" }),
      options({
        sdbm: flag("sdbm", "function", "sdbm"),
        djb2: flag("djb2", "function", "djb2"),
        wt6: flag("wt6", "function", "wt6"),
        crc32: flag("crc32", "function", "crc32"),
        none: flag("none", "function", "none"),
        avalanche: flag("avalanche", "modifier", "avalanche")
      }),
      optional(unmodelled(rest("ignored")))
    )
  )
)
