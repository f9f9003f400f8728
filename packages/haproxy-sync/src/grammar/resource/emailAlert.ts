import { type Args, choice, oneOf, unmodelled, word } from "../Args.ts"
import { directive, inside } from "../Line.ts"

/** HAProxy takes any address, the API one with an `@` only. */
const mailbox = <const F extends string>(field: F): Args<{ readonly [K in F]?: string }> =>
  choice(word(field, { matching: /@/ }), unmodelled(word(field))) as Args<{ readonly [K in F]?: string }>

const levels = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"] as const

const lines = inside(
  "email_alert",
  directive("email-alert from", mailbox("from")),
  directive("email-alert to", mailbox("to")),
  directive("email-alert level", oneOf("level", levels, { quoted: "opaque" })),
  directive("email-alert myhostname", word("myhostname")),
  directive("email-alert mailers", word("mailers"))
)

/**
 * The lines of `email-alert`: who is told that a server went down.
 *
 * @category resources
 * @since 0.1.0
 */
export const emailAlert: typeof lines = lines.map((line) => ({ ...line, family: "email-alert", repeats: true }))
