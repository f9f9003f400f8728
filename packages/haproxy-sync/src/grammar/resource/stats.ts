import {
  after,
  type Args,
  choice,
  condition,
  constant,
  duration,
  integer,
  literal,
  oneOf,
  optional,
  rest,
  sequence,
  unmodelled,
  versioned,
  word
} from "../Args.ts"
import { directive, inside, type Line } from "../Line.ts"
import { unshown } from "../KeptLine.ts"
import { entries } from "../ValueLine.ts"

/** Words that HAProxy passes over, and the API forgets. */
const ignored = optional(unmodelled(rest("ignored"), "lost"))

const bare = <const F extends string>(keyword: string, field: F) =>
  directive(`stats ${keyword}`, sequence(constant(field, true), ignored))

/** `USER:PASSWORD`; without a password HAProxy takes the line, and the API doesn't. */
const account: Args<{ readonly user?: string; readonly passwd?: string }> = {
  fields: [
    { name: "user", type: "string" },
    { name: "passwd", type: "string", secret: true }
  ],
  parse: (cursor, into) => {
    const [user, ...password] = (cursor.word ?? "").split(":")
    if (user === undefined || user === "") return cursor.fail("USER:PASSWORD")
    cursor.at++
    if (password.length === 0) cursor.opaque = true
    Object.assign(into, { user, passwd: password.join(":") })
    return true
  },
  print: (from, printer) => {
    if (typeof from["user"] !== "string" || typeof from["passwd"] !== "string") return false
    printer.words.push(`${from["user"]}:${from["passwd"]}`)
    return true
  }
}

/** `show-node [NAME]`: without a name the field is an empty text. */
const node: Args<{ readonly stats_show_node_name?: string }> = {
  fields: [{ name: "stats_show_node_name", type: "string" }],
  parse: (cursor, into) => {
    into["stats_show_node_name"] = cursor.word ?? ""
    if (!cursor.done) cursor.at++
    return true
  },
  print: (from, printer) => {
    const { stats_show_node_name: name } = from
    if (typeof name !== "string") return false
    if (name !== "") printer.words.push(name)
    return true
  }
}

const admin = sequence(
  constant("stats_admin", true),
  choice(
    after("if", sequence(constant("stats_admin_cond", "if"), rest("stats_admin_cond_test"))),
    after("unless", sequence(constant("stats_admin_cond", "unless"), rest("stats_admin_cond_test")))
  )
)

const realm = sequence(constant("stats_realm", true), rest("stats_realm_realm"))

const rule = sequence(
  choice(
    sequence(oneOf("type", ["auth"], { quoted: "opaque" }), optional(after("realm", word("realm")))),
    oneOf("type", ["allow", "deny"], { quoted: "opaque" })
  ),
  condition
)

const first = [
  bare("enable", "stats_enable"),
  bare("hide-version", "stats_hide_version"),
  bare("show-legends", "stats_show_legends"),
  directive("stats show-version", versioned({ since: "3.4" }, sequence(constant("stats_show_version", true), ignored))),
  directive("stats show-desc", choice(rest("stats_show_desc"), unmodelled(literal()))),
  directive("stats refresh", sequence(duration("stats_refresh_delay", { unit: "s" }), ignored)),
  directive("stats show-node", sequence(node, ignored)),
  directive("stats uri", sequence(word("stats_uri_prefix"), ignored)),
  directive("stats maxconn", integer("stats_maxconn", { omitZero: true }))
] as const

const administration = directive("stats admin", admin)

const last = [
  bare("show-modules", "stats_show_modules"),
  directive("stats realm", realm),
  entries("stats auth", "stats_auths", account),
  unshown("stats scope")
] as const

/** All lines of `stats` keep their order, and the object is there even if none of them sets a field. */
const family = <const L extends ReadonlyArray<Line<unknown>>>(...lines: L) =>
  inside("stats_options", ...lines).map((line): Line<unknown> => ({
    ...line,
    family: "stats",
    repeats: true,
    read: (cursor, section, statement) => {
      const read = line.read(cursor, section, statement)
      if (read || (cursor.failedAt < 0 && cursor.placed)) section["stats_options"] ??= {}
      return read
    }
  })) as unknown as ReturnType<typeof inside<"stats_options", L>>

/**
 * The lines of `stats` in `defaults`.
 *
 * @category resources
 * @since 0.1.0
 */
export const statsInDefaults = family(...first, ...last)

/**
 * The lines of `stats` in `frontend`.
 *
 * @category resources
 * @since 0.1.0
 */
export const statsInFrontend = family(...first, administration, ...last)

/**
 * The lines of `stats` in `backend`.
 *
 * @category resources
 * @since 0.1.0
 */
export const statsInBackend = family(
  ...first,
  administration,
  ...last,
  entries("stats http-request", "stats_http_requests", rule)
)
