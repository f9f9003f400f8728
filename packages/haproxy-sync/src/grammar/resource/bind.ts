import {
  after,
  type Args,
  choice,
  duration,
  flag,
  flags,
  integer,
  literal,
  oneOf,
  options,
  repeated,
  sequence,
  type TypeOf,
  unmodelled,
  versioned,
  word
} from "../Args.ts"
import { compareVersions } from "../../text/HaproxyVersion.ts"
import { bare, enabled, modelledSince, since, valued } from "../Option.ts"
import { bindAddress } from "./bindAddress.ts"
import { namedByAddress } from "./namedByAddress.ts"
import { quicCongestion } from "./quicCongestion.ts"

/** `force-tlsv12` and `no-tlsv12`: version 3.0 of the API has a field for each, later ones one for both besides. */
const protocol = <const N extends "sslv3" | "tlsv10" | "tlsv11" | "tlsv12" | "tlsv13">(name: N) =>
  ({
    [`force-${name}`]: choice(
      versioned({ since: "3.1" }, flags(`force-${name}`, { [name]: "enabled", [`force_${name}`]: true })),
      flag(`force-${name}`, `force_${name}`)
    ),
    [`no-${name}`]: choice(
      versioned({ since: "3.1" }, flags(`no-${name}`, { [name]: "disabled", [`no_${name}`]: true })),
      flag(`no-${name}`, `no_${name}`)
    )
  }) as {
    readonly [P in `force-${N}` | `no-${N}`]: Args<
      { readonly [F in N]?: "enabled" | "disabled" } & { readonly [F in `force_${N}` | `no_${N}`]?: true }
    >
  }

const tlsVersions = ["SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const

/** `crt FILE`, which may occur several times: version 3.4 of the API joins the names, earlier ones show the last. */
const certificate: Args<{ readonly ssl_certificate?: string }> = {
  fields: [{ name: "ssl_certificate", type: "string" }],
  parse: (cursor, into) => {
    const file = cursor.words[cursor.at + 1]
    if (file === undefined) return cursor.fail("a file")
    into["ssl_certificate"] = file
    cursor.at += 2
    return true
  },
  print: (from, printer) => {
    const { ssl_certificate: files } = from
    if (typeof files !== "string" || files === "") return false
    const list = compareVersions(printer.version, "3.4") < 0 ? [files] : files.split(":")
    for (const file of list) printer.words.push("crt", file)
    return true
  },
  combine: (known, value, version) =>
    compareVersions(version, "3.4") < 0 ? undefined : `${String(known)}:${String(value)}`
}

/**
 * The options of `bind`, in the order in which they are written.
 *
 * @category resources
 * @since 0.1.0
 */
export const bindParams = {
  ...valued("name", word("name")),
  crt: certificate,
  ...valued("ca-file", word("ssl_cafile")),
  ...valued("ca-verify-file", word("ca_verify_file")),
  ...since("3.3", modelledSince("3.4", valued("tcp-ss", integer("tcp_ss", { min: 0, omitZero: true })))),
  ...valued("tcp-ut", duration("tcp_user_timeout")),
  ...since("3.3", modelledSince("3.4", valued("tcp-md5sig", word("tcp_md5sig", { secret: true })))),
  ...bare("ssl", "ssl"),
  ...bare("v4v6", "v4v6"),
  ...valued("verify", oneOf("verify", ["none", "optional", "required"])),
  ...valued("alpn", word("alpn")),
  ...bare("transparent", "transparent"),
  ...bare("accept-proxy", "accept_proxy"),
  ...bare("allow-0rtt", "allow_0rtt"),
  ...valued("accept-netscaler-cip", integer("accept_netscaler_cip", { omitZero: true })),
  ...valued("backlog", word("backlog")),
  ...valued("curves", word("curves")),
  ...valued("ecdhe", word("ecdhe")),
  ...valued("ca-ignore-err", word("ca_ignore_err")),
  ...valued("ca-sign-file", word("ca_sign_file")),
  ...valued("ca-sign-pass", word("ca_sign_pass", { secret: true })),
  ...since("3.3", modelledSince("3.4", valued("cc", word("cc")))),
  ...valued("ciphers", word("ciphers")),
  ...valued("ciphersuites", word("ciphersuites")),
  ...valued("client-sigalgs", word("client_sigalgs")),
  ...valued("crl-file", word("crl_file")),
  ...valued("crt-ignore-err", word("crt_ignore_err")),
  ...valued("crt-list", word("crt_list")),
  "default-crt": repeated("default-crt", "default_crt_list"),
  ...bare("defer-accept", "defer_accept"),
  "expose-fd": sequence(flag("expose-fd", "expose_fd_listeners"), literal("listeners")),
  ...protocol("sslv3"),
  ...protocol("tlsv10"),
  ...protocol("tlsv11"),
  ...protocol("tlsv12"),
  ...protocol("tlsv13"),
  "no-tls-tickets": choice(
    versioned({ since: "3.1" }, flags("no-tls-tickets", { tls_tickets: "disabled", no_tls_tickets: true })),
    flag("no-tls-tickets", "no_tls_tickets")
  ),
  ...modelledSince("3.1", enabled("tls-tickets", "tls_tickets")),
  ...bare("generate-certificates", "generate_certificates"),
  ...valued("gid", integer("gid", { min: 0, omitZero: true })),
  ...valued("group", word("group")),
  ...valued("guid-prefix", word("guid_prefix")),
  ...valued("id", word("id")),
  ...modelledSince("3.2", valued("idle-ping", duration("idle_ping"))),
  ...valued("interface", word("interface")),
  ...since("3.2", modelledSince("3.4", valued("label", word("label")))),
  ...valued("level", oneOf("level", ["user", "operator", "admin"])),
  ...valued("severity-output", oneOf("severity_output", ["none", "number", "string"])),
  ...valued("maxconn", integer("maxconn", { min: 0, omitZero: true })),
  ...valued("mode", word("mode", { matching: /^(?:[0-7]+$|.*["'\\])/, expected: "an octal number" })),
  ...valued("mss", word("mss")),
  ...valued("namespace", word("namespace")),
  ...valued("nbconn", integer("nbconn", { min: 0, omitZero: true })),
  ...bare("no-ca-names", "no_ca_names"),
  ...valued("npn", word("npn")),
  ...bare("prefer-client-ciphers", "prefer_client_ciphers"),
  ...valued("proto", word("proto")),
  ...modelledSince("3.4", valued("shards", word("shards"))),
  ...valued("sigalgs", word("sigalgs")),
  ...valued("ssl-max-ver", oneOf("ssl_max_ver", tlsVersions)),
  ...valued("ssl-min-ver", oneOf("ssl_min_ver", tlsVersions)),
  "strict-sni": choice(
    versioned({ since: "3.1" }, flags("strict-sni", { force_strict_sni: "enabled", strict_sni: true })),
    flag("strict-sni", "strict_sni")
  ),
  ...modelledSince("3.1", {
    "no-strict-sni": flags("no-strict-sni", { force_strict_sni: "disabled", no_strict_sni: true })
  }),
  ...bare("tfo", "tfo"),
  ...valued("thread", word("thread")),
  ...valued("tls-ticket-keys", word("tls_ticket_keys")),
  ...bare("v6only", "v6only"),
  ...valued("uid", word("uid")),
  ...valued("user", word("user")),
  ...valued("quic-cc-algo", quicCongestion),
  ...bare("quic-force-retry", "quic-force-retry"),
  ...valued("quic-socket", oneOf("quic-socket", ["connection", "listener"])),
  ...bare("no-alpn", "no_alpn"),
  ...valued("nice", integer("nice", { min: -1024, max: 1024, omitZero: true })),
  ...since("3.3", modelledSince("3.4", valued("ktls", oneOf("ktls", ["on", "off"])))),
  process: versioned({ until: "2.6" }, after("process", unmodelled(word("process"), "lost"))),
  ...valued("ocsp-update", unmodelled(word("ocsp-update"), "lost"))
} as const

/**
 * `bind ADDRESS[:PORT] [OPTION…]`.
 *
 * **Gotchas**
 *
 * A bind without a name is called by its address, as in the Data Plane API. Read from text such a name is not printed; in a model from
 * elsewhere it is, as the API does.
 *
 * @category resources
 * @since 0.1.0
 */
export const bind = namedByAddress(sequence(bindAddress, options(bindParams)))

/**
 * A listening address of a frontend, a peers section or a log-forward section.
 *
 * @category resources
 * @since 0.1.0
 */
export type Bind = TypeOf<typeof bind>
