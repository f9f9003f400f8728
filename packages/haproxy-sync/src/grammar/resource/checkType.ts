import { after, type Args, choice, constant, converted, object, oneOf, optional, sequence, word } from "../Args.ts"
import { directive } from "../Line.ts"

const bare = <const T extends string>(type: T) => directive(`type ${type}`, constant("type", type))

const withParams = <const T extends string, const F extends string, A>(type: T, field: F, params: Args<A>) =>
  directive(`type ${type}`, sequence(constant("type", type), optional(object(field, params))))

/** HAProxy says HELO unless it is told EHLO. */
const hello = converted(
  { name: "hello", type: "string" },
  "EHLO or HELO",
  (text) => (text === "EHLO" ? text : "HELO"),
  (value) => value
)

/**
 * The `type …` lines of a `healthcheck` section, in the order in which they are written.
 *
 * @category resources
 * @since 0.1.0
 */
export const checkTypes = [
  bare("ssl-hello-chk"),
  bare("redis-check"),
  bare("ldap-check"),
  bare("spop-check"),
  bare("tcp-check"),
  withParams("pgsql-check", "pgsql_check_params", after("user", word("username"))),
  withParams("smtpchk", "smtpchk_params", optional(sequence(hello, word("domain")))),
  withParams(
    "mysql-check",
    "mysql_check_params",
    optional(
      after("user", sequence(word("username"), optional(oneOf("client_version", ["pre-41", "post-41", "post-80"]))))
    )
  ),
  withParams(
    "httpchk",
    "httpchk_params",
    choice(
      sequence(word("method"), word("uri"), optional(sequence(word("version"), optional(word("host"))))),
      optional(word("uri"))
    )
  )
] as const
