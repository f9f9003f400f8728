import { versionIn } from "../text/HaproxyVersion.ts"
import { errorReply, rules, statsRules } from "./actions.ts"
import { addressAndPort } from "./addresses.ts"
import { level, logTarget, replyStatus, stickTable, tableOption } from "./common.ts"
import { condition, conditionRequired, criterionAndValues, expression } from "./expression.ts"
import { nameOrFormat } from "./format.ts"
import { checkTypes, httpCheck, tcpCheck } from "./healthChecks.ts"
import type { Reader } from "./Reader.ts"
import { bind, defaultServer, server, serverTemplate, source } from "./servers.ts"
import {
  alt,
  anything,
  each,
  inVersions,
  laxly,
  loose,
  many,
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
  until,
  word
} from "./Shape.ts"

/** Words that HAProxy passes over. */
const upTo =
  (known: ReadonlyArray<string>): Shape =>
  (reader) => {
    while (!reader.done && !known.includes(reader.word ?? "")) reader.at++
    return true
  }

const forwardedParts = ["proto", ...["host", "by", "by_port", "for", "for_port"].flatMap((one) => [one, `${one}-expr`])]

/** HAProxy 2.6 didn't look at what follows. */
const restOnce: Shape = (reader) => reader.version !== "2.6" || anything(reader)

/** Up to HAProxy 3.1, it may be missing. */
const lenientOnce =
  (part: Shape): Shape =>
  (reader) =>
    laxly(versionIn(reader.version, { until: "3.1" }) ? opt(part) : part)(reader)

const timeouts: Shapes = {
  ...each("check client client-fin connect http-keep-alive http-request queue server server-fin tarpit tunnel", time),
  ...since("2.8", { "client-hs": time })
}

const forwardedFor = (extra: Shapes): Shape =>
  options(
    { except: matching(/^[\d.a-f:]+(?:\/[\d.]+)?$/i, "an address or a network"), header: word("a header"), ...extra },
    { stop: [] }
  )

const clf: Shape = opt(oneOf("clf"))

/** Options that are on or off. */
const toggles: Shapes = {
  ...each(
    `abortonclose allbackups checkcache clitcpka contstats disable-h2-upgrade dontlog-normal dontlognull h1-case-adjust-bogus-client
    h1-case-adjust-bogus-server http-buffer-request http-ignore-probes http-keep-alive http-no-delay http-pretend-keepalive http-server-close
    http-use-proxy-header httpclose idle-close-on-response independent-streams log-health-checks log-separate-errors logasap nolinger
    persist prefer-last-server socket-stats splice-auto splice-request splice-response srvtcpka tcp-smart-accept tcp-smart-connect
    transparent`
  ),
  redispatch: anything,
  ...since("2.8", {
    forwarded: options(
      {
        ...each("proto host by by_port for for_port"),
        ...each("host-expr by-expr by_port-expr for-expr for_port-expr", seq(expression, upTo(forwardedParts)))
      },
      { stop: [] }
    )
  }),
  ...since("3.1", each("accept-unsafe-violations-in-http-request accept-unsafe-violations-in-http-response")),
  ...since("3.1", each("http-drop-request-trailers http-drop-response-trailers")),
  ...since("3.3", each("use-small-buffers", anything))
}

/** Options that can only be on. */
const settings: Shapes = {
  ...checkTypes,
  "external-check": nothing,
  forwardfor: forwardedFor({ "if-none": nothing }),
  originalto: forwardedFor({}),
  "http-restrict-req-hdr-names": oneOf("preserve", "delete", "reject"),
  httplog: clf,
  httpslog: anything,
  tcpka: nothing,
  tcplog: (reader) => (reader.version === "2.6" ? true : clf(reader))
}

/** Options whose negation only some versions take. */
const formerToggles: Shapes = each("accept-invalid-http-request accept-invalid-http-response")

const flag: Shape = sub({ ...toggles, ...settings, ...formerToggles })
const negated: Shape = sub({ ...toggles, ...until("3.0", formerToggles) })

const balance: Shape = (reader) =>
  reader.done ||
  sub({
    ...each("first leastconn random roundrobin source static-rr rdp-cookie sticky", anything),
    "random(": seqName(/^random\(0*(?:[1-9]\d*)?\)$/, "random(DRAWS)", anything),
    "rdp-cookie(": seqName(/^rdp-cookie\([^)]+\)$/, "rdp-cookie(NAME)", anything),
    "hdr(": seqName(/^hdr\([^)]+\)$/, "hdr(NAME)", opt(seq(oneOf("use_domain_only"), anything))),
    uri: options(
      { ...each("len depth", matching(/^0*[1-9]/, "a whole number from 1")), ...each("whole path-only") },
      { stop: [] }
    ),
    url_param: seq(word("the name of a parameter"), opt(seq(oneOf("check_post"), anything))),
    // In defaults, HAProxy doesn't look at it.
    hash: (reader) => (reader.section === "defaults" ? word() : expression)(reader),
    ...since("2.8", { "log-hash": seq(word("converters"), anything) })
  })(reader)

/** A word that selects something and has to look a certain way. */
const seqName =
  (pattern: RegExp, expected: string, part: Shape): Shape =>
  (reader: Reader) => {
    if (pattern.test(reader.words[reader.at - 1] ?? "")) return part(reader)
    reader.at--
    return reader.refuse(expected)
  }

const algorithms = oneOf("identity", "gzip", "deflate", "raw-deflate")

const compression: Shape = sub({
  algo: many(algorithms),
  type: many(word("a content type")),
  offload: anything,
  ...since("2.8", {
    "algo-req": laxly(algorithms),
    "algo-res": many(algorithms),
    ...each("type-req type-res", many(word("a content type"))),
    direction: laxly(oneOf("request", "response", "both"))
  }),
  ...since("3.1", each("minsize-req minsize-res", laxly(size)))
})

const cookie: Shape = seq(
  word("the name of a cookie"),
  options(
    {
      ...each("rewrite insert prefix indirect nocache postonly preserve httponly secure dynamic"),
      ...each("domain attr", word()),
      ...each("maxidle maxlife", time)
    },
    { stop: [] }
  )
)

const stats: Shape = sub({
  admin: conditionRequired,
  ...each("uri realm auth scope", laxly(word())),
  refresh: laxly(time),
  ...each("enable hide-version show-legends show-modules show-node show-desc", anything),
  "http-request": statsRules
})

const bandwidth: Shape = alt(
  options(
    { "default-limit": size, "default-period": time, "min-size": size },
    { stop: [], needs: ["default-period", "default-limit"] }
  ),
  options(
    { limit: size, key: expression, table: reference("table", "a table"), "min-size": size },
    { stop: [], needs: ["limit", "key"] }
  )
)

const filter: Shape = sub({
  trace: options(
    {
      name: word("a name"),
      ...each("random-forwarding random-parsing hexdump quiet"),
      "max-fwd": inVersions({ since: "3.3" }, word())
    },
    { stop: [] }
  ),
  compression: nothing,
  cache: reference("cache", "a cache"),
  spoe: options({ engine: word("an engine"), config: word("a file") }, { stop: [], needs: ["config"] }),
  "fcgi-app": reference("fcgi-app", "an fcgi-app section"),
  opentracing: seq(options({ id: word("an id"), config: word("a file") }, { open: true, needs: ["config"] }), anything),
  ...since("2.8", each("bwlim-in bwlim-out", seq(word("a name"), bandwidth))),
  ...since("3.3", each("comp-req comp-res"))
})

const retryKeywords = [
  ..."none all-retryable-errors conn-failure empty-response response-timeout junk-response 0rtt-rejected receive-timeout".split(
    " "
  ),
  ..."401 403 404 408 421 425 429 500 501 502 503 504".split(" ")
]

const header: Shape = seq(oneOf("header"), word("the name of a header"), oneOf("len"), loose)

const stick: Shape = sub(
  each(
    "on match store-request store-response",
    seq(expression, upTo(["table", "if", "unless"]), tableOption, condition)
  )
)

/**
 * The directives of `defaults`, `frontend`, `backend` and `listen`, by their keyword.
 *
 * @category checking
 * @since 0.1.0
 */
export const proxyDirectives: Shapes = {
  ...rules,
  acl: seq(matching(/^[\w.:-]*$/, "a name of letters, digits, and any of _.:-"), criterionAndValues),
  backlog: loose,
  balance,
  bind,
  "bind-process": inVersions({ until: "2.6" }, anything),
  capture: sub({
    // HAProxy doesn't look at the word before the length.
    cookie: seq(word("the name of a cookie"), word('"len"'), loose, anything),
    request: header,
    response: header
  }),
  ...each("clitcpka-cnt srvtcpka-cnt", laxly(number(0))),
  ...each("clitcpka-idle clitcpka-intvl srvtcpka-idle srvtcpka-intvl", laxly(time)),
  compression,
  cookie,
  declare: sub({
    capture: seq(oneOf("request", "response"), oneOf("len"), matching(/^0*[1-9]\d*$/, "a length"), anything)
  }),
  default_backend: reference("backend", "a backend"),
  "default-server": defaultServer,
  description: seq(word("a text"), anything),
  ...each("disabled enabled"),
  dispatch: addressAndPort,
  "dynamic-cookie-key": word("a key"),
  "email-alert": sub({
    ...each("from myhostname to", lenientOnce(word())),
    mailers: lenientOnce(reference("mailers", "a mailers section")),
    level: laxly(level)
  }),
  errorfile: seq(replyStatus, word("a file"), restOnce),
  errorfiles: seq(reference("http-errors", "an http-errors section"), opt(many(replyStatus))),
  ...each("errorloc errorloc302 errorloc303", seq(replyStatus, word("a location"), restOnce)),
  ...each("error-log-format log-format log-format-sd", word("a format")),
  "external-check": sub(each("command path", word())),
  filter,
  "force-persist": conditionRequired,
  fullconn: loose,
  grace: anything,
  "hash-balance-factor": laxly(matching(/^(?!\+?0*[1-9]\d?$|\+?0*100$)/, "0, or a whole number from 101")),
  "hash-type": seq(
    oneOf("consistent", "map-based"),
    opt(seq(oneOf("sdbm", "djb2", "wt6", "crc32", "none"), opt(seq(oneOf("avalanche"), anything))))
  ),
  "http-check": httpCheck,
  "http-error": errorReply,
  "http-reuse": oneOf("never", "safe", "aggressive", "always"),
  "http-send-name-header": laxly(word("a header")),
  id: matching(/^\+?0*[1-9]/, "a whole number from 1"),
  "ignore-persist": conditionRequired,
  "load-server-state-from-file": laxly(oneOf("global", "local", "none")),
  log: logTarget,
  "log-tag": laxly(word("a tag")),
  "max-keep-alive-queue": laxly(number()),
  "max-session-srv-conns": laxly(number()),
  maxconn: loose,
  mode: sub({ ...each("http tcp"), ...since("2.8", each("log")), ...since("3.1", each("spop")) }),
  monitor: sub({ fail: conditionRequired }),
  "monitor-net": anything,
  "monitor-uri": word("a path"),
  option: flag,
  persist: seq(matching(/^rdp-cookie(?:\([^)]+\))?$/, "rdp-cookie or rdp-cookie(NAME)"), (reader) =>
    reader.words[reader.at - 1] === "rdp-cookie" ? anything(reader) : true
  ),
  "rate-limit": laxly(seq(oneOf("sessions"), number(0))),
  retries: loose,
  "retry-on": many(oneOf(...retryKeywords)),
  server,
  "server-state-file-name": opt(word("a file")),
  "server-template": serverTemplate,
  source,
  stats,
  stick,
  "stick-table": stickTable,
  "tcp-check": tcpCheck,
  timeout: sub(timeouts),
  transparent: nothing,
  "unique-id-format": word("a format"),
  "unique-id-header": laxly(word("a header")),
  "use-fcgi-app": reference("fcgi-app", "an fcgi-app section"),
  "use-server": seq(nameOrFormat("server"), conditionRequired),
  use_backend: seq(nameOrFormat("backend"), condition),
  ...since("2.8", { guid: laxly(matching(/^[\w.:-]+$/, "a global identifier")) }),
  ...since("3.1", {
    "hash-preserve-affinity": laxly(oneOf("always", "maxconn", "maxqueue")),
    "log-steps": anything,
    "ssl-f-use": anything
  }),
  ...since("3.3", { "be-unpublished": anything, "filter-sequence": anything, "force-be-switch": conditionRequired })
}

/**
 * What may follow `no` in a proxy; `default` may only stand before an option.
 *
 * @category checking
 * @since 0.1.0
 */
export const negatedProxyDirectives: Shapes = { option: negated, log: nothing }

const everywhere = ["defaults", "frontend", "listen", "backend"] as const

/** Keywords that HAProxy refuses in some kinds of proxy. Where it only warns they are allowed. */
const restricted: Readonly<Record<string, ReadonlyArray<(typeof everywhere)[number]>>> = {
  ...fromNames(
    "bind capture description dispatch filter force-persist guid id ignore-persist monitor stick stick-table use-server use_backend be-unpublished",
    ["frontend", "listen", "backend"]
  ),
  declare: ["frontend", "listen"],
  "default-server": ["defaults", "listen", "backend"],
  "hash-preserve-affinity": ["defaults", "listen", "backend"],
  "quic-initial": ["defaults", "frontend", "listen"],
  redirect: ["frontend", "listen", "backend"],
  "retry-on": ["defaults", "listen", "backend"],
  server: ["listen", "backend"],
  "server-template": ["listen", "backend"],
  "tcp-response": ["defaults", "listen", "backend"],
  "force-be-switch": ["frontend", "listen"]
}

function fromNames<V>(names: string, value: V): Readonly<Record<string, V>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, value]))
}

/**
 * Returns the kinds of proxy a keyword is allowed in.
 *
 * @category checking
 * @since 0.1.0
 */
export const proxiesOf = (keyword: string): ReadonlyArray<string> => restricted[keyword] ?? everywhere
