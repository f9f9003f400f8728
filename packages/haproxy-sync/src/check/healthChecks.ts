import { versionIn } from "../text/HaproxyVersion.ts"
import { expression } from "./expression.ts"
import { format } from "./format.ts"
import {
  anything,
  alt,
  each,
  matching,
  nothing,
  number,
  oneOf,
  opt,
  options,
  seq,
  type Shape,
  type Shapes,
  sub,
  word
} from "./Shape.ts"

const comment: Shapes = { comment: word("a comment") }

const setVar =
  (part: Shape): Shape =>
  (reader) =>
    /\((?:proc|sess|txn|req|res|check)\.[\w.]+\s*(?:,[\w\s,]+)?\)$/.test(reader.words[reader.at - 1] ?? "")
      ? part(reader)
      : reader.refuse("a variable such as check.name in parentheses")

const variables: Shapes = {
  "set-var(": setVar(seq(expression, anything)),
  "set-var-fmt(": setVar(anything),
  "unset-var(": setVar(anything)
}

const connect: Shape = options(
  {
    ...comment,
    default: nothing,
    port: alt(number(1, 65535), expression),
    addr: word("an address"),
    ...each("send-proxy via-socks4 linger ssl"),
    sni: word("a server name"),
    alpn: word("protocols"),
    proto: oneOf("h1", "h2", "fcgi", "spop", "none", "quic")
  },
  { stop: [] }
)

const okStatus = ["L4OK", "L6OK", "L7OK", "L7OKC"]
const errorStatus = ["L4CON", "L6RSP", "L7RSP", "L7STS"]
const timeoutStatus = ["L4TOUT", "L6TOUT", "L7TOUT"]

/** What may stand before a pattern. */
const expectations: Shapes = {
  ...comment,
  "min-recv": word("a whole number"),
  "ok-status": oneOf(...okStatus, ...errorStatus, ...timeoutStatus),
  "error-status": oneOf(...okStatus, ...errorStatus, ...timeoutStatus),
  "tout-status": oneOf(...okStatus, ...errorStatus, ...timeoutStatus),
  ...each("on-success on-error", format),
  "status-code": expression
}

const expect =
  (patterns: Shapes): Shape =>
  (reader) => {
    const from = reader.at
    const before = options(expectations, { open: true, stop: ["!"] })
    if (!before(reader)) return false
    while (reader.word === "!") reader.at++
    // What HAProxy says of it is that it didn't find the pattern.
    if (reader.done && reader.at > from) return reader.refuse("a pattern", "reference.pattern")
    return sub(patterns)(reader)
  }

const hex: Shape = matching(/^(?:[\da-f]{2})+$/i, "an even number of hexadecimal digits")
const statuses: Shape = matching(/^[\d,-]+$/, "statuses such as 200-399")

/** `name [-m METHOD] NAME [value [-m METHOD] VALUE]`; what may follow is left to HAProxy. */
const header: Shape = seq(oneOf("name", "name-lf"), word("the name of a header"), anything)

const common: Shapes = { string: word("a pattern"), rstring: word("a regular expression"), "string-lf": format }

/**
 * The steps of `http-check`.
 *
 * @category checking
 * @since 0.1.0
 */
export const httpCheck: Shape = sub({
  comment: seq(word("a comment"), anything),
  connect,
  "disable-on-404": nothing,
  expect: expect({
    ...common,
    status: statuses,
    rstatus: word("a regular expression"),
    ...each("hdr fhdr", header)
  }),
  send: options(
    {
      ...comment,
      ...each("meth uri ver body", word("a text")),
      ...each("uri-lf body-lf", format),
      hdr: seq(word("a header"), format)
    },
    { stop: [] }
  ),
  "send-state": nothing,
  ...variables
})

/**
 * The steps of `tcp-check`.
 *
 * @category checking
 * @since 0.1.0
 */
export const tcpCheck: Shape = sub({
  comment: seq(word("a comment"), anything),
  connect,
  expect: expect({
    ...common,
    binary: hex,
    rbinary: word("a regular expression"),
    "binary-lf": format
  }),
  send: seq(word("a text"), options(comment, { stop: [] })),
  "send-lf": seq(format, options(comment, { stop: [] })),
  "send-binary": seq(hex, options(comment, { stop: [] })),
  "send-binary-lf": seq(format, options(comment, { stop: [] })),
  ...variables
})

const mysql: Shape = options({ user: seq(word("a user"), opt(oneOf("post-41", "pre-41", "post-80"))) }, { stop: [] })

/** Up to HAProxy 2.6, headers could hide behind the version. */
const httpVersion: Shape = (reader) =>
  versionIn(reader.version, { since: "3.0" }) && reader.word?.includes("\r\n") === true
    ? reader.refuse('a version; headers belong into "http-check send"')
    : word()(reader)

const host: Shape = (reader) => versionIn(reader.version, { until: "3.0" }) || opt(word())(reader)

/** How a server is asked whether it is well: what stands behind `option` or `type`. */
export const checkTypes: Shapes = {
  httpchk: opt(seq(word(), opt(seq(word(), opt(seq(httpVersion, host)))))),
  "ldap-check": nothing,
  "mysql-check": mysql,
  "pgsql-check": seq(oneOf("user"), word("a user")),
  "redis-check": nothing,
  smtpchk: opt(seq(word(), opt(word()))),
  "spop-check": nothing,
  "ssl-hello-chk": nothing,
  "tcp-check": nothing
}
