import {
  type Args,
  choice,
  duration,
  flag,
  flags,
  integer,
  joined,
  literal,
  notEmpty,
  object,
  oneOf,
  options,
  sequence,
  type TypeOf,
  unmodelled,
  versioned,
  within,
  word
} from "../Args.ts"
import { compareVersions } from "../../text/HaproxyVersion.ts"
import { bare, enabled, enabledOr, modelledSince, since, valued } from "../Option.ts"
import { quicCongestion } from "./quicCongestion.ts"
import { serverAddress } from "./address.ts"

/** `force-tlsv12` and `no-tlsv12`: version 3.0 of the API has one field for them, later ones two. */
const protocol = <const N extends "tlsv10" | "tlsv11" | "tlsv12" | "tlsv13">(name: N) =>
  ({
    [`force-${name}`]: choice(
      versioned({ since: "3.1" }, flags(`force-${name}`, { [name]: "enabled", [`force_${name}`]: "enabled" })),
      flag(`force-${name}`, `force_${name}`, "enabled")
    ),
    [`no-${name}`]: choice(
      versioned({ since: "3.1" }, flags(`no-${name}`, { [name]: "disabled", [`force_${name}`]: "disabled" })),
      flag(`no-${name}`, `force_${name}`, "disabled")
    )
  }) as {
    readonly [P in `force-${N}` | `no-${N}`]: Args<{ readonly [F in N | `force_${N}`]?: "enabled" | "disabled" }>
  }

const sslv3 = {
  "force-sslv3": choice(
    versioned({ since: "3.1" }, flags("force-sslv3", { sslv3: "enabled", force_sslv3: "enabled" })),
    flag("force-sslv3", "force_sslv3", "enabled")
  ),
  "no-sslv3": choice(
    versioned({ since: "3.1" }, flags("no-sslv3", { sslv3: "disabled", force_sslv3: "disabled", no_sslv3: "enabled" })),
    flag("no-sslv3", "no_sslv3", "enabled")
  )
} as const

/** `source ADDRESS` with what may follow it: one field holds all of it. */
const source: Args<{ readonly source?: string }> = {
  fields: [{ name: "source", type: "string" }],
  parse: (cursor, into) => {
    const start = cursor.at++
    while (cursor.word === "usesrc" || cursor.word === "interface") cursor.at += 2
    if (cursor.at > cursor.words.length) return cursor.fail("an address")
    into["source"] = cursor.words.slice(start, cursor.at).join(" ")
    return true
  },
  print: (from, printer) => word("source").print(from, printer)
}

const tlv = object(
  "set-proxy-v2-tlv-fmt",
  sequence(
    within(
      (text) => /^set-proxy-v2-tlv-fmt\(([^()]+)\)$/.exec(text)?.slice(1),
      ([id]) => `set-proxy-v2-tlv-fmt(${id})`,
      word("id"),
      "set-proxy-v2-tlv-fmt(ID)"
    ),
    word("value")
  )
)

const tlsVersions = ["SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const

/**
 * The options of `server`, `default-server` and `server-template`, in the order in which they are written.
 *
 * @category resources
 * @since 0.1.0
 */
export const serverParams = {
  ...enabledOr("agent-check", "agent-check", { runtime: true }),
  ...bare("allow-0rtt", "allow_0rtt"),
  ...enabledOr("backup", "backup"),
  ...enabledOr("check", "check"),
  ...enabledOr("check-send-proxy", "check-send-proxy"),
  ...enabledOr("check-ssl", "check-ssl"),
  ...modelledSince("3.2", {
    ...valued("check-pool-conn-name", word("check-pool-conn-name")),
    ...enabledOr("check-reuse-pool", "check-reuse-pool")
  }),
  ...enabled("check-via-socks4", "check_via_socks4"),
  ...since("3.3", modelledSince("3.4", enabledOr("renegotiate", "renegotiate"))),
  ...sslv3,
  ...protocol("tlsv10"),
  ...protocol("tlsv11"),
  ...protocol("tlsv12"),
  ...protocol("tlsv13"),
  disabled: flag("disabled", "maintenance", "enabled", { runtime: true }),
  enabled: flag("enabled", "maintenance", "disabled", { runtime: true }),
  ...enabledOr("send-proxy", "send-proxy"),
  ...enabledOr("send-proxy-v2", "send-proxy-v2"),
  ...enabledOr("send-proxy-v2-ssl", "send_proxy_v2_ssl"),
  ...enabledOr("send-proxy-v2-ssl-cn", "send_proxy_v2_ssl_cn"),
  ...since(
    "3.3",
    modelledSince("3.4", {
      ...enabledOr("sni-auto", "sni_auto"),
      ...enabledOr("check-sni-auto", "check_sni_auto")
    })
  ),
  ...enabledOr("ssl", "ssl"),
  ...enabledOr("ssl-reuse", "ssl_reuse"),
  ...enabledOr("tls-tickets", "tls_tickets"),
  stick: flag("stick", "stick", "enabled"),
  "non-stick": flag("non-stick", "stick", "disabled"),
  ...modelledSince("3.2", bare("strict-maxconn", "strict-maxconn")),
  ...enabledOr("tfo", "tfo"),
  ...valued("agent-send", word("agent-send", { runtime: true })),
  ...valued("agent-inter", duration("agent-inter")),
  ...valued("agent-addr", word("agent-addr", { runtime: true })),
  ...valued("agent-port", integer("agent-port", { min: 0, max: 65_535, omitZero: true })),
  ...valued("alpn", word("alpn")),
  ...valued("ca-file", word("ssl_cafile")),
  ...since("3.3", modelledSince("3.4", valued("cc", word("cc")))),
  ...valued("check-alpn", word("check_alpn")),
  ...valued("check-proto", word("check_proto")),
  ...valued("check-sni", word("check-sni")),
  ...valued("ciphers", word("ciphers")),
  ...valued("ciphersuites", word("ciphersuites")),
  ...valued("client-sigalgs", word("client_sigalgs")),
  ...valued("cookie", word("cookie")),
  ...valued("crl-file", word("crl_file")),
  ...valued("curves", word("curves")),
  ...valued("crt", word("ssl_certificate")),
  ...valued("error-limit", integer("error_limit", { min: 0, omitZero: true })),
  ...valued("guid", word("guid")),
  ...valued("fall", integer("fall", { min: 1 })),
  ...modelledSince("3.2", valued("idle-ping", duration("idle_ping"))),
  ...valued("init-addr", word("init-addr")),
  ...modelledSince("3.1", valued("init-state", oneOf("init-state", ["fully-up", "up", "down", "fully-down", "none"]))),
  ...valued("inter", duration("inter")),
  ...valued("fastinter", duration("fastinter")),
  ...valued("downinter", duration("downinter")),
  ...valued("log-bufsize", integer("log-bufsize", { min: 0 })),
  ...valued("log-proto", oneOf("log_proto", ["legacy", "octet-count"])),
  ...valued("maxconn", integer("maxconn", { min: 0 })),
  ...valued("maxqueue", integer("maxqueue", { min: 0 })),
  ...valued("max-reuse", integer("max_reuse", { min: -1 })),
  ...valued("minconn", integer("minconn", { min: 0 })),
  ...valued("namespace", word("namespace")),
  ...valued("npn", word("npn")),
  ...valued("observe", oneOf("observe", ["layer4", "layer7"])),
  ...valued("on-error", oneOf("on-error", ["fastinter", "fail-check", "sudden-death", "mark-down"])),
  ...valued("on-marked-down", oneOf("on-marked-down", ["shutdown-sessions"])),
  ...valued("on-marked-up", oneOf("on-marked-up", ["shutdown-backup-sessions"])),
  ...valued("pool-low-conn", integer("pool_low_conn", { min: 0 })),
  ...valued("pool-max-conn", integer("pool_max_conn", { min: -1 })),
  ...valued("pool-purge-delay", duration("pool_purge_delay")),
  ...valued("addr", word("health_check_address")),
  ...valued("port", integer("health_check_port", { runtime: true })),
  ...valued("proto", word("proto")),
  ...valued("redir", word("redir")),
  ...valued("rise", integer("rise", { min: 1 })),
  ...valued("resolve-opts", word("resolve_opts")),
  ...valued("resolve-prefer", oneOf("resolve-prefer", ["ipv4", "ipv6"])),
  ...valued("resolve-net", word("resolve-net")),
  ...valued("resolvers", word("resolvers")),
  ...valued("proxy-v2-options", joined("proxy-v2-options", ",")),
  ...valued("shard", integer("shard", { min: 0, omitZero: true })),
  ...valued("sigalgs", word("sigalgs")),
  ...valued("slowstart", duration("slowstart")),
  ...valued("sni", word("sni")),
  ...valued("source", source),
  ...valued("ssl-max-ver", oneOf("ssl_max_ver", tlsVersions)),
  ...valued("ssl-min-ver", oneOf("ssl_min_ver", tlsVersions)),
  ...valued("socks4", word("socks4")),
  "set-proxy-v2-tlv-fmt(": tlv,
  ...valued("tcp-ut", duration("tcp_ut")),
  ...valued("track", word("track")),
  ...valued("verify", oneOf("verify", ["none", "required"])),
  ...valued("verifyhost", word("verifyhost")),
  ...enabled("no-verifyhost", "no_verifyhost"),
  ...valued("weight", integer("weight", { min: 0, max: 256, runtime: true })),
  ...valued("ws", oneOf("ws", ["auto", "h1", "h2"])),
  ...valued("pool-conn-name", word("pool_conn_name")),
  ...valued("hash-key", oneOf("hash_key", ["id", "addr", "addr-port"])),
  ...since(
    "3.3",
    modelledSince("3.4", {
      ...valued("tcp-md5sig", word("tcp_md5sig", { secret: true })),
      ...valued("ktls", oneOf("ktls", ["on", "off"])),
      ...valued("quic-cc-algo", quicCongestion)
    })
  ),
  ...since("3.4", valued("healthcheck", unmodelled(word("healthcheck"))))
} as const

/** An id of its own: `server` has a field for it, `default-server` and `server-template` take the word and show none. */
const withId = { ...serverParams, ...valued("id", integer("id", { min: 0 })) } as const
const withoutId = { ...serverParams, ...valued("id", unmodelled(word("id"), "lost")) } as const

/**
 * `server NAME ADDRESS[:PORT] [OPTION…]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const server = {
  ...sequence(word("name"), serverAddress, options(withId)),
  // Other comments are newer.
  annotations: {}
}

/**
 * A server of a backend, a ring or a peers section.
 *
 * @category resources
 * @since 0.1.0
 */
export type Server = TypeOf<typeof server>

/**
 * The options behind `default-server`.
 *
 * @category resources
 * @since 0.1.0
 */
export const defaultServer = choice(
  notEmpty(options(withoutId)),
  // HAProxy takes the keyword alone, the API doesn't.
  unmodelled(literal())
)

/**
 * What servers have that don't say otherwise.
 *
 * @category resources
 * @since 0.1.0
 */
export type DefaultServer = TypeOf<typeof defaultServer>

/** `FQDN[:PORT]`: before version 3.4 of the API the port is zero where there is none. */
const templateAddress: Args<{ readonly fqdn?: string; readonly port?: number }> = {
  fields: [
    { name: "fqdn", type: "string" },
    { name: "port", type: "integer" }
  ],
  parse: (cursor, into) => {
    const text = cursor.word
    if (text === undefined) return cursor.fail("an address")
    cursor.at++
    const colon = text.lastIndexOf(":")
    const port = text.slice(colon + 1)
    if (compareVersions(cursor.version, "3.4") < 0) into["port"] = 0
    if (colon < 0) into["fqdn"] = text
    // The API forgets an address whose port it can't read.
    else if (!/^[+-]?\d+$/.test(port)) {
      into["fqdn"] = ""
      cursor.lossy = true
    } else Object.assign(into, { fqdn: text.slice(0, colon), port: Number(port) })
    if (colon >= 0 && String(into["port"]) !== port) cursor.lossy = true
    return true
  },
  print: (from, printer) => {
    const { fqdn, port } = from
    if (typeof fqdn !== "string" || fqdn === "") return false
    printer.words.push(typeof port === "number" && port !== 0 ? `${fqdn}:${port}` : fqdn)
    return true
  }
}

/**
 * `server-template PREFIX NUMBER|RANGE FQDN[:PORT] [OPTION…]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const serverTemplate = sequence(word("prefix"), word("num_or_range"), templateAddress, options(withoutId))

/**
 * Servers that differ in their number only.
 *
 * @category resources
 * @since 0.1.0
 */
export type ServerTemplate = TypeOf<typeof serverTemplate>
