import {
  after,
  type Args,
  choice,
  constant,
  type Draft,
  literal,
  object,
  oneOf,
  optional,
  rest,
  sequence,
  unmodelled,
  versioned,
  word
} from "../Args.ts"
import { directive, type Line } from "../Line.ts"

const parameters = ["smtpchk_params", "mysql_check_params", "pgsql_check_params", "httpchk_params"] as const

/** The parameters may be absent in the API's JSON. */
const tolerant = <A>(args: Args<A>): Args<A> => ({
  ...args,
  print: (from, printer) =>
    args.print(from, printer) || args.fields.every(({ name }) => from[name] === undefined || from[name] === null)
})

/** A kind of health check: of several lines the last one counts, with its parameters. */
const check = <const N extends string, A>(name: N, args: Args<A>): Line<{ readonly adv_check?: N } & A> => {
  const line = directive(`option ${name}`, sequence(constant("adv_check", name), tolerant(args)))
  return {
    ...line,
    read: (cursor, section: Draft, statement) => {
      const own: Draft = {}
      if (!line.read(cursor, own, statement)) return false
      for (const field of parameters) delete section[field]
      Object.assign(section, own)
      return true
    }
  } as Line<{ readonly adv_check?: N } & A>
}

/** The API makes every greeting but `EHLO` a `HELO`. */
const greeting = sequence(oneOf("hello", ["HELO", "EHLO"]), word("domain"))

const smtp = object("smtpchk_params", choice(greeting, unmodelled(word("hello")), literal()))

const mysql = object(
  "mysql_check_params",
  optional(after("user", sequence(word("username"), optional(oneOf("client_version", ["post-41", "pre-41"])))))
)

const pgsql = object("pgsql_check_params", after("user", word("username")))

/** Only a URI, or a method and more. */
const http = object(
  "httpchk_params",
  choice(
    versioned(
      { since: "3.1" },
      sequence(word("method"), word("uri"), optional(sequence(word("version"), optional(word("host")))))
    ),
    versioned({ until: "3.0" }, sequence(word("method"), word("uri"), optional(rest("version")))),
    word("uri"),
    literal()
  )
)

/**
 * The kinds of health checks, by the words behind `option`: a section has one of them.
 *
 * @category resources
 * @since 0.1.0
 */
export const checks = {
  ssl: check("ssl-hello-chk", literal()),
  smtp: check("smtpchk", smtp),
  ldap: check("ldap-check", literal()),
  mysql: check("mysql-check", mysql),
  pgsql: check("pgsql-check", pgsql),
  tcp: check("tcp-check", literal()),
  redis: check("redis-check", literal()),
  http: check("httpchk", http)
} as const
