import { versionIn } from "../text/HaproxyVersion.ts"
import type { SectionKeyword } from "../text/SectionKind.ts"
import { addressAndPort, peerAddress } from "./addresses.ts"
import { logTarget, replyStatus, ringFormat, stickTable } from "./common.ts"
import { condition, criterionAndValues } from "./expression.ts"
import { globalDirectives, negatedGlobalDirectives } from "./global.ts"
import { checkTypes, httpCheck, tcpCheck } from "./healthChecks.ts"
import { negatedProxyDirectives, proxiesOf, proxyDirectives } from "./proxies.ts"
import { bind, bindParams, defaultServer, server } from "./servers.ts"
import type { ReferenceKind } from "./Reader.ts"
import {
  alt,
  anything,
  each,
  laxly,
  leading,
  loose,
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
  sub,
  time,
  tolerated,
  word
} from "./Shape.ts"

/** A line that HAProxy takes even if nothing follows. */
const unlessBare =
  (part: Shape): Shape =>
  (reader) =>
    reader.done || part(reader)

/** A line that HAProxy takes even if only a name follows: it is the local peer's. */
const onlyNamed =
  (part: Shape): Shape =>
  (reader) => {
    if (reader.words.length > reader.at + 1) return part(reader)
    return anything(reader)
  }

/** Several names in one word. */
const names =
  (kind: ReferenceKind): Shape =>
  (reader) => {
    for (const name of (reader.word ?? "").split(",")) if (name !== "") reader.refer(kind, name)
    return word("names")(reader)
  }

const logSteps = oneOf(
  ..."accept any close connect error request response http-req http-res http-after-res quic-init tcp-req-conn tcp-req-cont tcp-req-sess".split(
    " "
  )
)

/** What stands behind a name. */
const named = (part: Shape): Shape => seq(word("a name"), part)

const certificateOptions = "key ocsp issuer sctl alias ocsp-update domains bits curves generate-dummy jwt keytype"

const ringLength = leading("a number of bytes", (bytes) => bytes !== 0)

/** Up to HAProxy 3.0, a size was read as far as it was a number. */
const ringSize: Shape = (reader) =>
  matching(
    versionIn(reader.version, { until: "3.0" }) ? /^0*[1-9]/ : /^0*[1-9]\d*[kmg]?$/i,
    "a size such as 16k"
  )(reader)

const fcgiOptions = each("keep-conn get-values mpxs-conns")

const sections: Readonly<Partial<Record<SectionKeyword, Shapes>>> = {
  global: globalDirectives,
  traces: { trace: anything },
  userlist: {
    group: named(options({ users: opt(names("user")) }, { stop: [] })),
    user: named(
      options({ ...each("password insecure-password", opt(word())), groups: opt(names("group")) }, { stop: [] })
    )
  },
  peers: {
    ...each("bind", unlessBare(bind)),
    "default-bind": bindParams,
    "default-server": defaultServer,
    ...each("disabled enabled", anything),
    log: logTarget,
    peer: unlessBare(
      onlyNamed((reader) =>
        reader.version === "2.6" ? server(reader) : seq(word("a name"), addressAndPort, anything)(reader)
      )
    ),
    server: unlessBare(onlyNamed(server)),
    table: named(stickTable),
    ...since("2.8", { shards: laxly(number(1)) })
  },
  mailers: {
    mailer: laxly(named(addressAndPort)),
    timeout: sub({ mail: laxly(time) })
  },
  resolvers: {
    accepted_payload_size: laxly(leading("a whole number from 12 to 65535", (bytes) => bytes >= 12 && bytes <= 65_535)),
    hold: sub(each("nx obsolete other refused timeout valid", laxly(time))),
    nameserver: laxly(named(addressAndPort)),
    "parse-resolv-conf": anything,
    resolve_retries: laxly(loose),
    timeout: sub(each("resolve retry", laxly(time)))
  },
  cache: {
    "max-age": tolerated(number(0)),
    "max-object-size": number(),
    "max-secondary-entries": number(1),
    "process-vary": tolerated(oneOf("on", "off")),
    "total-max-size": number(1, 4095)
  },
  ring: {
    "backing-file": anything,
    description: laxly(word("a text")),
    format: laxly(ringFormat),
    maxlen: laxly(ringLength),
    size: laxly(ringSize),
    server,
    timeout: laxly(word("a timeout"))
  },
  "log-forward": {
    backlog: loose,
    bind: unlessBare(bind),
    "dgram-bind": unlessBare(
      seq(peerAddress, options({ ...each("interface name namespace", word()), transparent: nothing }, { stop: [] }))
    ),
    log: logTarget,
    maxconn: loose,
    ...since("3.1", {
      option: sub({
        ...each("assume-rfc6587-ntf dont-parse-log", anything),
        host: laxly(oneOf("replace", "fill", "keep", "append"))
      })
    }),
    timeout: sub({ client: laxly(time) })
  },
  "log-profile": {
    "log-tag": laxly(word("a tag")),
    on: seq(logSteps, alt(oneOf("drop"), options({ ...each("format sd", word("a format")) }, { stop: [] })))
  },
  "http-errors": {
    errorfile: seq(replyStatus, word("a file"), anything)
  },
  healthcheck: {
    "http-check": httpCheck,
    "tcp-check": tcpCheck,
    type: sub(checkTypes)
  },
  acme: each(
    `account-key acme-provider acme-vars bits challenge challenge-ready contact curves directory dns-delay dns-timeout eab-key-id
    eab-mac-alg eab-mac-key keytype map profile provider-name reuse-key`,
    anything
  ),
  "crt-store": {
    ...each("crt-base key-base", laxly(word("a directory"))),
    load: (reader) => {
      let certified = false
      const crt = seq(word("a file"), () => (certified = true))
      const acme = reference("acme", "an acme section")
      const read = options({ ...each(certificateOptions, word()), acme, crt }, { stop: [] })
      return read(reader) && (certified || reader.refuse('"crt" and a file', "reference.certificate"))
    }
  },
  "fcgi-app": {
    acl: seq(word("a name"), criterionAndValues),
    ...each("docroot index path-info", word()),
    "log-stderr": logTarget,
    option: sub({ ...fcgiOptions, "max-reqs": matching(/^0*[1-9]/, "a whole number from 1") }),
    "pass-header": seq(word("a header"), condition),
    "set-param": seq(word("a name"), word("a value"), condition)
  },
  program: {
    command: laxly(word("a command")),
    ...each("user group", word()),
    option: sub(each("start-on-reload"))
  },
  namespace_list: { namespace: laxly(word("a name")) }
}

const negated: Readonly<Partial<Record<SectionKeyword, Shapes>>> = {
  global: negatedGlobalDirectives,
  peers: { log: nothing },
  "log-forward": { log: nothing, option: anything },
  "fcgi-app": { option: sub(fcgiOptions) },
  program: { option: sub(each("start-on-reload")) }
}

const proxies: ReadonlyArray<string> = ["defaults", "frontend", "backend", "listen"]

const ofProxy = (section: string): Shapes =>
  Object.fromEntries(Object.entries(proxyDirectives).filter(([keyword]) => proxiesOf(keyword).includes(section)))

const proxyTables = new Map(proxies.map((section) => [section, ofProxy(section)] as const))

/**
 * Returns the directives of a kind of section, by their keyword.
 *
 * @category checking
 * @since 0.1.0
 */
export const directivesOf = (section: SectionKeyword): Shapes => proxyTables.get(section) ?? sections[section] ?? {}

/**
 * Returns the directives of a kind of section that may stand behind `no`.
 *
 * @category checking
 * @since 0.1.0
 */
export const negatedDirectivesOf = (section: SectionKeyword): Shapes =>
  proxies.includes(section) ? negatedProxyDirectives : (negated[section] ?? {})

/**
 * Returns the kinds of section a keyword is allowed in.
 *
 * @category checking
 * @since 0.1.0
 */
export const sectionsOf = (keyword: string): ReadonlyArray<string> => [
  ...(Object.hasOwn(proxyDirectives, keyword) ? proxiesOf(keyword) : []),
  ...Object.entries(sections)
    .filter(([, table]) => Object.hasOwn(table, keyword))
    .map(([section]) => section)
]
