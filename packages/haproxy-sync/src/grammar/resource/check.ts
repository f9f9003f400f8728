import {
  after,
  type Args,
  choice,
  flag,
  literal,
  oneOf,
  optional,
  options,
  rest,
  sequence,
  unmodelled,
  word
} from "../Args.ts"
import { called, expression } from "../Action.ts"
import { bare, valued } from "../Option.ts"

/** Words that HAProxy passes over, as behind `comment TEXT`. */
const ignored = optional(unmodelled(rest("ignored"), "lost"))

/**
 * What `http-check` and `tcp-check` have in common.
 *
 * @category resources
 * @since 0.1.0
 */
export const checkComment = { comment: after("comment", sequence(word("check_comment"), ignored)) } as const

/**
 * The options of `connect`; the two kinds of checks keep the port in different fields.
 *
 * @category resources
 * @since 0.1.0
 */
export const checkConnect = <A>(port: Args<A>) => ({
  connect: after(
    "connect",
    options({
      ...bare("default", "default"),
      ...valued("port", port),
      ...valued("addr", word("addr")),
      ...bare("send-proxy", "send_proxy"),
      ...bare("via-socks4", "via_socks4"),
      ...bare("ssl", "ssl"),
      ...valued("sni", word("sni")),
      ...valued("alpn", word("alpn")),
      ...bare("linger", "linger"),
      ...valued("proto", word("proto")),
      ...valued("comment", word("check_comment"))
    })
  )
})

const statuses = ["L7OK", "L7OKC", "L6OK", "L4OK"] as const
const errors = ["L7RSP", "L7STS", "L6RSP", "L4CON"] as const
const timeouts = ["L7TOUT", "L6TOUT", "L4TOUT"] as const

/**
 * The options of `expect`, what is looked for, and how: all words behind the kind of match are its pattern.
 *
 * @category resources
 * @since 0.1.0
 */
export const checkExpect = <A, const M extends string>(minimum: Args<A>, matches: ReadonlyArray<M>) => ({
  expect: after(
    "expect",
    sequence(
      options(
        {
          ...valued("min-recv", minimum),
          ...valued("comment", word("check_comment")),
          ...valued("ok-status", oneOf("ok_status", statuses)),
          ...valued("error-status", oneOf("error_status", errors)),
          ...valued("tout-status", oneOf("tout_status", timeouts)),
          ...valued("on-success", word("on_success")),
          ...valued("on-error", word("on_error")),
          ...valued("status-code", word("status-code")),
          "!": flag("!", "exclamation_mark")
        },
        { open: true }
      ),
      choice(sequence(oneOf("match", matches), rest("pattern")), unmodelled(literal()))
    )
  )
})

/** HAProxy passes over a condition, and the API takes no line with one. */
const noCondition = optional(unmodelled(rest("condition")))

const variable = sequence(word("var_scope"), word("var_name"))

/**
 * The actions on a check's variables; the field of the format differs between the two kinds of checks.
 *
 * @category resources
 * @since 0.1.0
 */
export const checkVariables = <const F extends string>(format: F) => ({
  "set-var": sequence(called("set-var", variable, "."), expression("var_expr"), noCondition),
  "set-var-fmt": sequence(called("set-var-fmt", variable, "."), expression(format), noCondition),
  "unset-var": sequence(called("unset-var", variable, "."), noCondition)
})
