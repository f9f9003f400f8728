import { listenerAddress, peerAddress } from "./addresses.ts"
import { expression } from "./expression.ts"
import { unknownText } from "./Reader.ts"
import { format } from "./format.ts"
import {
  each,
  inVersions,
  leading,
  matching,
  nothing,
  oneOf,
  opt,
  options,
  reference,
  seq,
  type Shape,
  type Shapes,
  since,
  time,
  word
} from "./Shape.ts"

/** HAProxy reads a number as far as it is one, and takes none for zero. */
const loose: Shape = opt(word())

/** A number that must not be zero. */
const counted: Shape = matching(/^\+?0*[1-9]/, "a whole number from 1")

const list = (...known: ReadonlyArray<string>): Shape =>
  matching(new RegExp(`^(?:${known.join("|")})?(?:,(?:${known.join("|")})?)*$`), `a list of ${known.join(", ")}`)

const tlsVersion = oneOf("SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3")
const protocol = oneOf("h1", "h2", "fcgi", "spop", "none", "quic")
const congestion = matching(/^(?:cubic|newreno|bbr|nocc)(?:\(.*\))?(?:-debug)?$/, "one of cubic, newreno, bbr, nocc")
const guid = matching(/^[\w.:-]*$/, "a global identifier")
const onOff = oneOf("on", "off")
const tlsFlags = "sslv3 tlsv10 tlsv11 tlsv12 tlsv13"
  .split(" ")
  .flatMap((name) => [`no-${name}`, `force-${name}`])
  .join(" ")

/** `ADDRESS [usesrc ADDRESS] [interface NAME]`. */
export const source: Shape = seq(
  word("an address"),
  options(
    { usesrc: word('an address, "client" or "clientip"'), interface: word("an interface") },
    { open: true, stop: [] }
  )
)

const tls: Shapes = {
  ...each("allow-0rtt no-tls-tickets", nothing),
  ...each(tlsFlags),
  ...each("ca-file ciphers ciphersuites crl-file crt alpn npn", word()),
  ...each("ssl-min-ver ssl-max-ver", tlsVersion),
  ...since("2.8", each("client-sigalgs sigalgs", word()))
}

/** A user or a group, which may well be an option in front of which the name was forgotten. */
const account: Shape = (reader) => {
  const text = reader.word ?? ""
  if (!Object.hasOwn(bindOptions, text)) return word("a name")(reader)
  return reader.refuse("a name", "reference.account", { doubtful: true })
}

/** Connections that are kept ready, which only a listener has that opens them itself. */
const reversed: Shape = (reader) => {
  const [keyword, address = ""] = reader.words
  if (keyword !== "bind" || /^rhttp@|\$/.test(address) || address.includes(unknownText)) return word()(reader)
  reader.at--
  return reader.refuse("an address that begins with rhttp@ before this option")
}

const bindOptions: Shapes = {
  ...tls,
  ...each("accept-proxy defer-accept tfo transparent v4v6 v6only"),
  ...each("generate-certificates no-ca-names prefer-client-ciphers ssl strict-sni"),
  "accept-netscaler-cip": matching(/^0*[1-9]/, "a whole number from 1"),
  ...each("backlog maxconn uid gid nice tcp-ut", word()),
  nice: matching(/^(?!\+?0*(?:102[5-9]|10[3-9]\d|1[1-9]\d\d|[2-9]\d{3}|\d{5}))/, "a whole number from -1024 to 1024"),
  "tcp-ut": time,
  ...each("ca-sign-file ca-sign-pass ca-verify-file crt-list curves ecdhe tls-ticket-keys", word()),
  ...each(
    "ca-ignore-err crt-ignore-err",
    matching(/^(?:all|\d{1,2}|X509_V_\w+)(?:,(?:\d{1,2}|X509_V_\w+))*$/, '"all" or identifiers of errors')
  ),
  "expose-fd": oneOf("listeners"),
  ...each("group user", account),
  ...each("interface name namespace", word()),
  id: matching(/^0*[1-9]/, "a whole number from 1"),
  level: oneOf("user", "operator", "admin"),
  mode: matching(/^[0-7]+$/, "an octal mode such as 600"),
  mss: leading("a whole number"),
  process: inVersions({ until: "2.8" }, word()),
  proto: protocol,
  "severity-output": oneOf("none", "number", "string"),
  shards: matching(/^(?:[1-9]\d*|by-thread|by-group|by-process)$/, "a whole number, by-thread or by-group"),
  thread: opt(matching(/^[\d/,a-z-]+$/, "threads such as 1-4 or 1/all")),
  verify: oneOf("none", "optional", "required"),
  "quic-cc-algo": congestion,
  "quic-socket": oneOf("connection", "listener"),
  ...since("2.8", {
    "default-crt": word(),
    "guid-prefix": guid,
    "quic-force-retry": nothing,
    nbconn: reversed,
    "no-alpn": nothing
  }),
  ...since("3.1", { "idle-ping": time, label: word(), "no-strict-sni": nothing, "tls-tickets": nothing }),
  ...since("3.3", { ...each("cc tcp-md5sig tcp-ss", word()), ktls: onOff })
}

/**
 * The options of a listener, of whichever kind.
 *
 * @category checking
 * @since 0.1.0
 */
export const bindParams: Shape = options(bindOptions, { stop: [] })

/**
 * `ADDRESS[,ADDRESS…] [OPTION…]`, as behind `bind`.
 *
 * @category checking
 * @since 0.1.0
 */
export const bind: Shape = seq(listenerAddress, bindParams)

const sessions = oneOf("shutdown-sessions")

const serverOptions: Shapes = {
  ...tls,
  ...each(
    "agent-check no-agent-check backup no-backup check no-check check-send-proxy no-check-send-proxy check-ssl no-check-ssl"
  ),
  ...each("check-via-socks4 disabled enabled non-stick stick no-ssl no-ssl-reuse ssl ssl-reuse tfo no-tfo tls-tickets"),
  ...each("send-proxy no-send-proxy send-proxy-v2 no-send-proxy-v2 send-proxy-v2-ssl no-send-proxy-v2-ssl"),
  ...each("send-proxy-v2-ssl-cn no-send-proxy-v2-ssl-cn"),
  ...each("addr agent-addr agent-send check-alpn check-sni cookie namespace redir socks4 verifyhost", word()),
  ...each("maxconn maxqueue minconn", loose),
  ...each("agent-port max-reuse pool-low-conn pool-max-conn port", word("a whole number")),
  ...each(
    "agent-inter inter fastinter downinter",
    matching(/^(?!0+(?:us|ms|s|m|h|d)?$)\d+(?:us|ms|s|m|h|d)?$/, "a duration that is not zero")
  ),
  ...each("fall rise error-limit id", counted),
  "check-proto": protocol,
  proto: protocol,
  "init-addr": opt(word()),
  "log-proto": oneOf("legacy", "octet-count"),
  observe: oneOf("none", "layer4", "layer7"),
  "on-error": oneOf("fastinter", "fail-check", "sudden-death", "mark-down"),
  "on-marked-down": sessions,
  "on-marked-up": oneOf("shutdown-backup-sessions"),
  ...each("pool-purge-delay slowstart tcp-ut", time),
  "proxy-v2-options": list("ssl", "cert-cn", "ssl-cipher", "cert-sig", "cert-key", "authority", "crc32c", "unique-id"),
  resolvers: opt(reference("resolvers", "a resolvers section")),
  track: reference("server", "a server, or a backend, a slash and a server"),
  "resolve-net": matching(/^[\da-f.:/,]+$/i, "networks such as 10.0.0.0/8"),
  "resolve-opts": opt(list("allow-dup-ip", "ignore-weight", "prevent-dup-ip")),
  "resolve-prefer": oneOf("ipv4", "ipv6"),
  sni: expression,
  source,
  verify: oneOf("none", "required"),
  weight: opt(matching(/^(?!\+?0*(?:25[7-9]|2[6-9]\d|[3-9]\d\d|\d{4})|-)/, "a whole number from 0 to 256")),
  ws: oneOf("auto", "h1", "h2"),
  ...since("2.8", {
    curves: word(),
    guid,
    "hash-key": oneOf("id", "id32", "guid", "addr", "addr-port"),
    "log-bufsize": counted,
    "pool-conn-name": expression,
    "set-proxy-v2-tlv-fmt*": opt(format),
    shard: loose
  }),
  ...since("3.1", {
    "check-pool-conn-name": word(),
    "check-reuse-pool": nothing,
    "no-check-reuse-pool": nothing,
    "idle-ping": time,
    "init-state": oneOf("none", "fully-up", "up", "down", "fully-down"),
    "strict-maxconn": nothing
  }),
  ...since("3.3", {
    cc: word(),
    ...each("check-sni-auto no-check-sni-auto sni-auto no-sni-auto renegotiate no-renegotiate"),
    healthcheck: opt(reference("healthcheck", "a healthcheck section")),
    ktls: onOff,
    "quic-cc-algo": congestion,
    "tcp-md5sig": word()
  })
}

const { id: _, ...defaultOptions } = serverOptions

const serverParams: Shape = options(serverOptions, { stop: [] })

/**
 * `NAME ADDRESS [OPTION…]`, as behind `server`.
 *
 * @category checking
 * @since 0.1.0
 */
export const server: Shape = seq(
  matching(/^[\w.:-]+$/, "a name of letters, digits, and any of _.:-"),
  peerAddress,
  serverParams
)

/** A number from 1, or a range: HAProxy reads both numbers as far as they are some. */
const count: Shape = matching(/^(?:\+?0*[1-9]|.*-)/, "a number of servers or a range")

/**
 * `PREFIX COUNT ADDRESS [OPTION…]`, as behind `server-template`.
 *
 * @category checking
 * @since 0.1.0
 */
export const serverTemplate: Shape = seq(word("a prefix"), count, peerAddress, serverParams)

/**
 * The options behind `default-server`.
 *
 * @category checking
 * @since 0.1.0
 */
export const defaultServer: Shape = options(defaultOptions, { stop: [] })
