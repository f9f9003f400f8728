import {
  after,
  choice,
  flag,
  integer,
  negation,
  oneOf,
  optional,
  sequence,
  type TypeOf,
  versioned,
  within,
  word
} from "../Args.ts"

const facilities = [
  "kern",
  "user",
  "mail",
  "daemon",
  "auth",
  "syslog",
  "lpr",
  "news",
  "uucp",
  "cron",
  "auth2",
  "ftp",
  "ntp",
  "audit",
  "alert",
  "cron2",
  "local0",
  "local1",
  "local2",
  "local3",
  "local4",
  "local5",
  "local6",
  "local7"
] as const

const levels = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"] as const

/** The API passes over a level that it doesn't know, such as one from the environment. */
const level = <const F extends string>(field: F) => oneOf(field, levels, { quoted: "lost" })

/** `RANGES:SIZE`: which of so many messages are sent. */
const sample = within(
  (text) => /^([^:]+):([^:]+)$/.exec(text)?.slice(1),
  (parts) => parts.join(":"),
  sequence(word("sample_range"), integer("sample_size", { min: 1 })),
  "RANGES:SIZE, such as 1,3:5"
)

/**
 * `log global`, `no log`, `log ADDRESS [len N] [format F] [sample RANGES:SIZE] [profile P] FACILITY [LEVEL [MINLEVEL]]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const logTarget = choice(
  negation("nolog"),
  flag("global", "global"),
  sequence(
    word("address"),
    optional(after("len", integer("length", { min: 1 }))),
    optional(after("format", word("format"))),
    optional(after("sample", sample)),
    optional(versioned({ since: "3.1" }, after("profile", word("profile")))),
    oneOf("facility", facilities, { quoted: "opaque" }),
    optional(sequence(level("level"), optional(level("minlevel"))))
  )
)

/**
 * Where messages are sent to, or that they are sent where `global` says, or nowhere.
 *
 * @category resources
 * @since 0.1.0
 */
export type LogTarget = TypeOf<typeof logTarget>
