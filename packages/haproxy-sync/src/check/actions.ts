import { tableOption } from "./common.ts"
import { condition, expression } from "./expression.ts"
import { format } from "./format.ts"
import type { Reader } from "./Reader.ts"
import {
  anything,
  alt,
  each,
  inVersions,
  leading,
  matching,
  nothing,
  number,
  oneOf,
  opt,
  options,
  reference,
  seq,
  type Shape,
  type Shapes,
  since,
  size,
  sub,
  time,
  word
} from "./Shape.ts"

/** What stands in the parentheses of the word that selected an action. */
const argument = (reader: Reader): string => reader.words[reader.at - 1] ?? ""

/** An action whose own word has to look a certain way. */
const named =
  (pattern: RegExp, expected: string, part: Shape): Shape =>
  (reader) => {
    if (pattern.test(argument(reader))) return part(reader)
    reader.at--
    return reader.refuse(expected)
  }

const scope = String.raw`(?:proc|sess|txn|req|res|check)`
const conditions = "ifexists|ifnotexists|ifempty|ifnotempty|ifset|ifnotset|ifgt|iflt"

const setVar = (part: Shape): Shape =>
  named(
    new RegExp(String.raw`\(\s*${scope}\.[\w.]+\s*(?:,\s*(?:${conditions})\s*)*\)$`),
    "a variable such as set-var(txn.name)",
    part
  )

const unsetVar = named(
  new RegExp(String.raw`\(\s*${scope}\.[\w.]+\s*\)$`),
  "a variable such as unset-var(txn.name)",
  nothing
)

const amount = alt(matching(/^[+-]?\d+$/, "a whole number or a sample expression"), expression)

/** A value that may be left out at the end of the line only. */
const atEndOptional =
  (part: Shape): Shape =>
  (reader) =>
    reader.done || part(reader)

const counters: Shapes = {
  "sc-inc-gpc*": named(/\(\d+,\d+\)/, "a counter and a tracker such as sc-inc-gpc(0,1)", nothing),
  "sc-inc-gpc0*": named(/0(?:\(\d*\))?$/, "a tracker such as sc-inc-gpc0(1)", nothing),
  "sc-inc-gpc1*": named(/1(?:\(\d*\))?$/, "a tracker such as sc-inc-gpc1(1)", nothing),
  "sc-set-gpt*": named(/\(\d+,\d+\)/, "a tag and a tracker such as sc-set-gpt(0,1)", atEndOptional(amount)),
  "sc-set-gpt0*": named(/0(?:\(\d*\))?$/, "a tracker such as sc-set-gpt0(1)", atEndOptional(amount)),
  ...since("2.8", {
    "sc-add-gpc*": named(/\(\d+,\d+\)/, "a counter and a tracker such as sc-add-gpc(0,1)", atEndOptional(amount))
  })
}

/** `track-sc0 KEY [table TABLE]`; how many there are is set in `global`. */
const track: Shapes = {
  "track-sc*": named(/^track-sc\d*$/, "a tracker such as track-sc0", seq(expression, tableOption))
}

const variables: Shapes = {
  "set-var(": setVar(expression),
  "set-var*": setVar(expression),
  "set-var-fmt*": setVar(opt(format)),
  "unset-var*": unsetVar
}

const levels = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"]
const markOrTos = alt(
  matching(/^(?:0x[\da-f]+|\d+)$/i, "a number or a sample expression"),
  inVersions({ since: "2.8" }, expression)
)

const logLevel: Shapes = { "set-log-level": oneOf(...levels, "silent") }
const nice: Shapes = { "set-nice": word("a whole number") }
const doLog: Shapes = since("3.1", {
  "do-log": opt(options({ profile: reference("log-profile", "a log profile") }, { open: true }))
})
const marks: Shapes = {
  ...each("set-mark set-tos", markOrTos),
  ...since("2.8", each("set-fc-mark set-fc-tos", markOrTos))
}
const backMarks: Shapes = since("2.8", each("set-bc-mark set-bc-tos", markOrTos))
const addresses: Shapes = each("set-dst set-dst-port set-src set-src-port", expression)
const priorities: Shapes = each("set-priority-class set-priority-offset", expression)
const silentDrop: Shapes = {
  "silent-drop": options({ "rst-ttl": inVersions({ since: "2.8" }, number(1, 255)) }, { open: true })
}
const spoe: Shapes = { "send-spoe-group": seq(word("an engine"), word("a group")) }
const opentracing: Shapes = { "ot-group": seq(word("a filter"), word("a group")) }
const bandwidth: Shapes = since("2.8", {
  "set-bandwidth-limit": seq(
    reference("bandwidth", "a bandwidth limitation filter"),
    options({ limit: alt(size, expression), period: alt(time, expression) }, { open: true })
  )
})
const retries: Shapes = since("3.1", {
  "set-retries": (reader) =>
    needsBackend(reader) && alt(matching(/^\d+$/, "a whole number or a sample expression"), expression)(reader)
})
const doResolve: Shapes = {
  "do-resolve*": named(
    /^do-resolve\(\s*[\w.]+\s*,\s*[^,)]+(?:,\s*(?:ipv4|ipv6))*\s*\)$/,
    "do-resolve(VARIABLE,RESOLVERS[,ipv4|ipv6])",
    (reader) => {
      reader.refer("resolvers", (argument(reader).split(/[,)]/)[1] ?? "").trim(), -1)
      return expression(reader)
    }
  )
}

const needsBackend = (reader: Reader): boolean => {
  if (reader.section !== "frontend" && reader.section !== "defaults") return true
  reader.at--
  return reader.refuse("HAProxy takes it in a backend", "section.keyword")
}

/** Lua scripts name services and actions of their own. */
const service: Shape = (reader) =>
  reader.word?.startsWith("lua.") === true
    ? reference("lua", "a service")(reader)
    : oneOf("prometheus-exporter")(reader)

const lua: Shapes = {
  "lua.*": (reader) => {
    reader.refer("lua", argument(reader), -1)
    return anything(reader)
  }
}

/** What an answer of HAProxy's own may hold; content needs a type. */
const reply = (statuses: RegExp, needs: ReadonlyArray<string> = []): Shape =>
  options(
    {
      ...each(
        "status deny_status",
        leading("a status", (status) => statuses.test(String(status)))
      ),
      "content-type": word("a content type"),
      "default-errorfiles": nothing,
      ...each("errorfile file lf-file", word("a file")),
      errorfiles: reference("http-errors", "an http-errors section"),
      string: word("a text"),
      "lf-string": format,
      hdr: seq(word("a header"), format)
    },
    { open: true, needs, together: { anyOf: ["string", "lf-string", "file", "lf-file"], need: "content-type" } }
  )

const anyStatus = /^[2-5]\d\d$/
const reject: Shapes = { ...each("deny", reply(anyStatus)), return: reply(anyStatus) }

/** Where to send a client to. */
const redirection =
  (kinds: string): Shape =>
  (reader) => {
    let directed = false
    const kind: Shape = (r) => {
      directed = true
      return format(r)
    }
    const read = options({
      ...each(kinds, kind),
      code: oneOf("301", "302", "303", "307", "308"),
      ...each("drop-query append-slash"),
      ...each("ignore-empty"),
      ...each("set-cookie clear-cookie", word("a cookie")),
      ...since("3.1", { "keep-query": nothing, "set-cookie-fmt": format })
    })
    return read(reader) && (directed || reader.refuse(`one of ${kinds.split(" ").join(", ")}`))
  }

const mapUpdates: Shapes = {
  "set-map*": seq(format, format),
  ...each("del-map*", format)
}
const aclUpdates: Shapes = each("add-acl* del-acl*", format)

const headerMatch: Shape = opt(options({ "-m": oneOf("str", "beg", "end", "sub", "reg") }, { open: true }))
const headers: Shapes = {
  ...each("add-header set-header", seq(word("a header"), format)),
  "del-header": seq(word("a header"), headerMatch),
  ...each("replace-header replace-value", seq(word("a header"), word("a regular expression"), format)),
  ...since("3.3", each("add-headers-bin del-headers-bin set-headers-bin", anything))
}

const strictMode: Shapes = { "strict-mode": oneOf("on", "off") }
const pause: Shapes = since("3.1", { pause: alt(time, expression) })

const waitForBody: Shapes = {
  "wait-for-body": options({ time, "at-least": size }, { open: true, needs: ["time"] })
}

const timeouts = (reader: Reader): boolean => {
  const side = reader.word
  const known = ["server", "tunnel", "client", "connect", "queue", "tarpit"]
  if (!oneOf(...known)(reader)) return false
  const front = reader.section !== "backend" && reader.section !== "fcgi-app"
  const back = reader.section !== "frontend"
  const range =
    side === "client"
      ? ({ since: "2.8" } as const)
      : side === "server" || side === "tunnel"
        ? {}
        : ({ since: "3.3" } as const)
  if ((side === "client" && !front) || (["server", "tunnel", "connect", "queue"].includes(side ?? "") && !back)) {
    reader.at--
    return reader.refuse(`HAProxy takes it in a ${front ? "backend" : "frontend"}`, "section.keyword")
  }
  return inVersions(range, (r) =>
    /^0+(?:us|ms|s|m|h|d)?$/.test(r.word ?? "") ? r.refuse("a duration that is not zero") : alt(time, expression)(r)
  )(reader)
}

const capture =
  (...by: ReadonlyArray<"len" | "id">): Shape =>
  (reader) => {
    if (by.includes("len") && reader.section === "backend" && reader.words.includes("len")) {
      reader.at--
      return reader.refuse("HAProxy takes it in a frontend", "section.keyword")
    }
    return seq(
      expression,
      sub({
        ...(by.includes("len") ? { len: matching(/^0*[1-9]/, "a length") } : {}),
        ...(by.includes("id") ? { id: matching(/^\d+$/, "the id of a capture") } : {})
      })
    )(reader)
  }

const normalizers: Shapes = {
  ...each("fragment-encode fragment-strip path-merge-slashes path-strip-dot query-sort-by-name"),
  "path-strip-dotdot": opt(oneOf("full")),
  ...each("percent-decode-unreserved percent-to-uppercase", opt(oneOf("strict")))
}

const httpRequest: Shapes = {
  ...counters,
  ...track,
  ...variables,
  ...logLevel,
  ...nice,
  ...doLog,
  ...marks,
  ...backMarks,
  ...addresses,
  ...priorities,
  ...silentDrop,
  ...spoe,
  ...opentracing,
  ...bandwidth,
  ...retries,
  ...doResolve,
  ...reject,
  ...mapUpdates,
  ...aclUpdates,
  ...headers,
  ...strictMode,
  ...pause,
  ...waitForBody,
  ...lua,
  ...each("allow disable-l7-retry reject wait-for-handshake"),
  auth: options({ realm: word("a realm") }, { open: true }),
  "cache-use": reference("cache", "a cache"),
  capture: capture("len", "id"),
  "early-hint": seq(word("a header"), format),
  "normalize-uri": sub(normalizers),
  redirect: redirection("location prefix scheme"),
  ...each("replace-path replace-pathq replace-uri", seq(word("a regular expression"), format)),
  ...each("set-method set-path set-pathq set-query set-uri", format),
  "set-timeout": timeouts,
  tarpit: reply(anyStatus),
  "use-service": service
}

const httpResponse: Shapes = {
  ...counters,
  ...track,
  ...variables,
  ...logLevel,
  ...nice,
  ...doLog,
  ...marks,
  ...silentDrop,
  ...spoe,
  ...opentracing,
  ...bandwidth,
  ...reject,
  ...mapUpdates,
  ...aclUpdates,
  ...headers,
  ...strictMode,
  ...pause,
  ...waitForBody,
  ...lua,
  allow: nothing,
  "cache-store": reference("cache", "a cache"),
  capture: capture("id"),
  redirect: redirection("location"),
  "set-status": seq(
    number(100, 999),
    opt(
      (reader) => reader.word === "reason" && reader.words[reader.at + 1] !== undefined && seq(word(), word())(reader)
    )
  ),
  "set-timeout": inVersions({ since: "2.8" }, timeouts)
}

const httpAfterResponse: Shapes = {
  ...since("2.8", counters),
  ...variables,
  ...since("2.8", logLevel),
  ...doLog,
  ...opentracing,
  ...since("2.8", mapUpdates),
  ...since("2.8", { "del-acl*": format }),
  ...headers,
  ...strictMode,
  ...lua,
  allow: nothing,
  capture: capture("id"),
  "set-status": httpResponse["set-status"] ?? nothing
}

const tcpCommon: Shapes = { ...counters, ...variables, ...doLog, ...marks, ...silentDrop, ...lua }

const tcpConnection: Shapes = {
  ...tcpCommon,
  ...track,
  ...addresses,
  ...each("accept reject"),
  "expect-proxy": oneOf("layer4"),
  "expect-netscaler-cip": oneOf("layer4")
}

const tcpSession: Shapes = {
  ...tcpCommon,
  ...track,
  ...addresses,
  ...each("accept reject"),
  ...since("2.8", { "attach-srv": seq(opt(word("a server")), options({ name: expression }, { open: true })) })
}

const tcpContent: Shapes = {
  ...tcpCommon,
  ...track,
  ...addresses,
  ...backMarks,
  ...logLevel,
  ...nice,
  ...priorities,
  ...spoe,
  ...opentracing,
  ...bandwidth,
  ...retries,
  ...doResolve,
  ...each("accept reject"),
  capture: capture("len"),
  "switch-mode": seq(oneOf("http"), options({ proto: word("a protocol") }, { open: true })),
  "use-service": service
}

const tcpResponse: Shapes = {
  ...tcpCommon,
  ...logLevel,
  ...nice,
  ...spoe,
  ...opentracing,
  ...bandwidth,
  ...each("accept close reject")
}

const rule = (table: Shapes): Shape => seq(sub(table), condition)

const onlyIn =
  (sections: ReadonlyArray<string>, part: Shape): Shape =>
  (reader) => {
    if (sections.includes(reader.section)) return part(reader)
    reader.at--
    return reader.refuse(`HAProxy takes it in ${sections.join(", ")}`, "section.keyword")
  }

const frontends = ["defaults", "frontend", "listen"]

/**
 * The rules by their keyword, as HAProxy reads them.
 *
 * @category checking
 * @since 0.1.0
 */
export const rules: Shapes = {
  "http-request": rule(httpRequest),
  "http-response": rule(httpResponse),
  "http-after-response": rule(httpAfterResponse),
  "tcp-request": sub({
    connection: onlyIn(frontends, rule(tcpConnection)),
    session: onlyIn(frontends, rule(tcpSession)),
    content: rule(tcpContent),
    "inspect-delay": seq(time, anything)
  }),
  "tcp-response": sub({
    content: rule(tcpResponse),
    "inspect-delay": seq(time, anything)
  }),
  ...since("3.1", { "quic-initial": rule(each("accept dgram-drop reject send-retry")) }),
  redirect: seq(redirection("location prefix scheme"), condition)
}

/**
 * The rules that may stand behind `stats http-request`.
 *
 * @category checking
 * @since 0.1.0
 */
export const statsRules: Shape = rule(httpRequest)

/**
 * The content of an `http-error` line.
 *
 * @category checking
 * @since 0.1.0
 */
export const errorReply: Shape = reply(/^(?:200|40[0-57-8]|410|413|425|429|50[0-4])$/, ["status"])
