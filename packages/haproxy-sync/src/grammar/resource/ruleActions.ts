import {
  after,
  type Args,
  type Nothing,
  choice,
  duration,
  integer,
  literal,
  modelled,
  oneOf,
  options,
  optional,
  sequence,
  size,
  unmodelled,
  upTo,
  versioned,
  word
} from "../Args.ts"
import { expression } from "../Action.ts"
import { since, valued } from "../Option.ts"

/** An action without words of its own. */
export const plain = <const K extends string>(keyword: K): { readonly [P in K]: Args<Nothing> } =>
  ({ [keyword]: literal(keyword) }) as { readonly [P in K]: Args<Nothing> }

/** An action with an expression in the field `expr`. */
export const computed = <const K extends string>(keyword: K): { readonly [P in K]: Args<{ readonly expr?: string }> } =>
  valued(keyword, expression("expr"))

const levels = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug", "silent"] as const

/** `set-log-level LEVEL`. */
export const setLogLevel = valued("set-log-level", oneOf("log_level", levels))

/** `set-mark`, `set-tos` and `set-nice`: what the system is told of a connection. */
export const setMark = valued("set-mark", expression("mark_value"))
export const setTos = valued("set-tos", expression("tos_value"))
export const setNice = valued("set-nice", integer("nice_value", { absent: 0 }))

/** `silent-drop [rst-ttl N]`. */
export const silentDrop = {
  "silent-drop": after("silent-drop", optional(after("rst-ttl", integer("rst_ttl", { min: 1 }))))
} as const

/** `set-bandwidth-limit NAME [limit EXPRESSION] [period EXPRESSION]`. */
export const setBandwidthLimit = since("2.8", {
  "set-bandwidth-limit": after(
    "set-bandwidth-limit",
    sequence(
      word("bandwidth_limit_name"),
      options(
        {
          ...valued("limit", upTo("bandwidth_limit_limit", ["period", "if", "unless"])),
          ...valued("period", upTo("bandwidth_limit_period", ["limit", "if", "unless"]))
        },
        { stop: ["if", "unless"] }
      )
    )
  )
} as const)

/** `do-log [profile NAME]`. */
export const doLog = since("3.1", {
  "do-log": after(
    "do-log",
    optional(versioned({ since: "3.3" }, modelled({ since: "3.4" }, after("profile", word("log_profile")), "lost")))
  )
} as const)

/** `strict-mode on|off`. */
export const strictMode = valued("strict-mode", oneOf("strict_mode", ["on", "off"]))

/** `set-status CODE [reason TEXT]`. */
export const setStatus = {
  "set-status": after(
    "set-status",
    sequence(integer("status", { min: 100, max: 999 }), optional(after("reason", word("status_reason"))))
  )
} as const

/** `wait-for-body time DURATION [at-least SIZE]`. */
export const waitForBody = {
  "wait-for-body": after(
    "wait-for-body",
    choice(
      sequence(after("time", duration("wait_time")), optional(after("at-least", size("wait_at_least")))),
      // The API wants the time first.
      unmodelled(sequence(after("at-least", size("wait_at_least")), after("time", duration("wait_time"))))
    )
  )
} as const

/** `set-timeout WHICH TIME`. */
export const setTimeout = {
  "set-timeout": after(
    "set-timeout",
    sequence(
      choice(
        oneOf("timeout_type", ["client", "server", "tunnel"]),
        versioned({ since: "3.4" }, oneOf("timeout_type", ["connect", "queue", "tarpit"]))
      ),
      expression("timeout")
    )
  )
} as const

/** The group of an OpenTracing filter, which the API knows nothing of. */
export const otGroup = {
  "ot-group": unmodelled(after("ot-group", sequence(word("id"), word("name"))))
} as const
