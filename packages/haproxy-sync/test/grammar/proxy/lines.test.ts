import { describe, expect, it } from "@effect/vitest"
import type { Draft, Field } from "../../../src/grammar/Args.ts"
import { grammars } from "../../../src/grammar/grammars.ts"
import { itemsInOrder, source } from "../../../src/grammar/Line.ts"
import { readSection, writeSection } from "../../../src/grammar/SectionGrammar.ts"
import { parseDocument, type Statement } from "../../../src/text/Document.ts"
import type { HaproxyVersion } from "../../../src/text/HaproxyVersion.ts"
import { stripNulls } from "../../support/resources.ts"

type Keyword = "defaults" | "frontend" | "backend" | "listen"

const grammarOf = (keyword: string) => {
  const grammar = grammars.get(keyword)
  if (grammar === undefined) throw new Error(`${keyword} has no grammar`)
  return grammar
}

const read = (keyword: Keyword, lines: ReadonlyArray<string>, version: HaproxyVersion = "3.2") => {
  const [section] = parseDocument(`${[`${keyword} x`, ...lines].join("\n  ")}\n`).sections
  if (section === undefined) throw new Error("no section")
  return readSection(grammarOf(keyword), section, version)
}

const fieldsOf = (value: unknown): unknown => {
  const { name: _, ...fields } = stripNulls(value) as Draft
  return fields
}

const write = (keyword: Keyword, value: unknown, opaque: ReadonlyArray<Statement> = []): ReadonlyArray<string> =>
  writeSection(grammarOf(keyword), value as Draft, opaque, "3.2")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.trim())

describe("a line of a proxy", () => {
  it.each<[keyword: Keyword, line: string, fields: object]>([
    [
      "backend",
      "server s1 10.0.0.1:80 check inter 2s weight 5",
      { servers: { s1: { name: "s1", address: "10.0.0.1", port: 80, check: "enabled", inter: 2000, weight: 5 } } }
    ],
    [
      "backend",
      "server s1 [::1]:80 # why",
      { servers: { s1: { name: "s1", address: "::1", port: 80, metadata: { comment: "why" } } } }
    ],
    ["backend", "server s /run/s.sock", { servers: { s: { name: "s", address: "/run/s.sock" } } }],
    [
      "backend",
      "server-template s 1-3 a.b:80 check",
      { server_templates: { s: { prefix: "s", num_or_range: "1-3", fqdn: "a.b", port: 80, check: "enabled" } } }
    ],
    ["backend", "default-server weight 7", { default_server: { weight: 7 } }],
    ["frontend", "bind :80", { binds: { ":80": { name: ":80", port: 80 } } }],
    ["frontend", "bind :::80", { binds: { ":::80": { name: ":::80", address: "::", port: 80 } } }],
    ["frontend", "bind [::]:80", { binds: { "[::]:80": { name: "[::]:80", address: "::", port: 80 } } }],
    [
      "frontend",
      "bind *:8000-8010 name many",
      { binds: { many: { name: "many", address: "*", port: 8000, "port-range-end": 8010 } } }
    ],
    ["frontend", "acl a hdr(host) -i b c", { acl_list: [{ acl_name: "a", criterion: "hdr(host)", value: "-i b c" }] }],
    [
      "frontend",
      "use_backend b if { src 1 }",
      { backend_switching_rule_list: [{ name: "b", cond: "if", cond_test: "{ src 1 }" }] }
    ],
    [
      "backend",
      "use-server s unless x",
      { server_switching_rule_list: [{ target_server: "s", cond: "unless", cond_test: "x" }] }
    ],
    [
      "frontend",
      "http-request set-var(txn.x,ifnotset) src if a",
      {
        http_request_rule_list: [
          { type: "set-var", var_scope: "txn", var_name: "x,ifnotset", var_expr: "src", cond: "if", cond_test: "a" }
        ]
      }
    ],
    [
      "frontend",
      "http-request track-sc0 src table t",
      {
        http_request_rule_list: [
          { type: "track-sc", track_sc_stick_counter: 0, track_sc_key: "src", track_sc_table: "t" }
        ]
      }
    ],
    [
      "frontend",
      "http-request lua.f a b if c",
      { http_request_rule_list: [{ type: "lua", lua_action: "f", lua_params: "a b", cond: "if", cond_test: "c" }] }
    ],
    [
      "frontend",
      "http-request redirect location /x code 303 if a",
      {
        http_request_rule_list: [
          { type: "redirect", redir_type: "location", redir_value: "/x", redir_code: 303, cond: "if", cond_test: "a" }
        ]
      }
    ],
    [
      "frontend",
      "http-request return status 200 content-type text/plain lf-string a hdr X y if b",
      {
        http_request_rule_list: [
          {
            type: "return",
            return_status_code: 200,
            return_content_type: "text/plain",
            return_content_format: "lf-string",
            return_content: "a",
            return_hdrs: [{ name: "X", fmt: "y" }],
            cond: "if",
            cond_test: "b"
          }
        ]
      }
    ],
    [
      "frontend",
      "http-response set-header A b",
      { http_response_rule_list: [{ type: "set-header", hdr_name: "A", hdr_format: "b" }] }
    ],
    [
      "frontend",
      "http-after-response del-header A",
      { http_after_response_rule_list: [{ type: "del-header", hdr_name: "A" }] }
    ],
    [
      "frontend",
      "tcp-request connection reject if x",
      { tcp_request_rule_list: [{ type: "connection", action: "reject", cond: "if", cond_test: "x" }] }
    ],
    [
      "backend",
      "tcp-response content reject if x",
      { tcp_response_rule_list: [{ type: "content", action: "reject", cond: "if", cond_test: "x" }] }
    ],
    [
      "backend",
      "http-check expect ! status 500",
      { http_check_list: [{ type: "expect", exclamation_mark: true, match: "status", pattern: "500" }] }
    ],
    [
      "backend",
      "tcp-check expect rstring a b",
      { tcp_check_rule_list: [{ action: "expect", match: "rstring", pattern: "a b" }] }
    ],
    [
      "frontend",
      "log 127.0.0.1:514 len 2048 format rfc5424 sample 1,3-5:5 local0 info err",
      {
        log_target_list: [
          {
            address: "127.0.0.1:514",
            length: 2048,
            format: "rfc5424",
            sample_range: "1,3-5",
            sample_size: 5,
            facility: "local0",
            level: "info",
            minlevel: "err"
          }
        ]
      }
    ],
    ["frontend", "no log", { log_target_list: [{ nolog: true }] }],
    [
      "frontend",
      "filter spoe engine e config /c",
      { filter_list: [{ type: "spoe", spoe_engine: "e", spoe_config: "/c" }] }
    ],
    ["frontend", "declare capture request len 5", { capture_list: [{ type: "request", length: 5 }] }],
    [
      "frontend",
      "quic-initial reject if x",
      { quic_initial_rule_list: [{ type: "reject", cond: "if", cond_test: "x" }] }
    ],
    ["frontend", "monitor fail if x", { monitor_fail: { cond: "if", cond_test: "x" } }],
    ["frontend", "timeout client 1m", { client_timeout: 60_000 }],
    ["frontend", "no option dontlognull", { dontlognull: "disabled" }],
    ["frontend", "option httplog clf", { clflog: true }],
    [
      "backend",
      "balance url_param x check_post 5",
      { balance: { algorithm: "url_param", url_param: "x", url_param_check_post: 5 } }
    ],
    [
      "backend",
      "hash-type consistent djb2 avalanche",
      { hash_type: { method: "consistent", function: "djb2", modifier: "avalanche" } }
    ],
    [
      "backend",
      "stick on src table t if a",
      { stick_rule_list: [{ type: "on", pattern: "src", table: "t", cond: "if", cond_test: "a" }] }
    ],
    [
      "backend",
      "stick-table type ip size 1m expire 30s store gpc0,http_req_rate(10s)",
      { stick_table: { type: "ip", size: 1_048_576, expire: 30_000, store: "gpc0,http_req_rate(10s)" } }
    ],
    [
      "backend",
      "source 10.0.0.1:80 usesrc hdr_ip(x-forwarded-for,-1)",
      { source: { address: "10.0.0.1", port: 80, usesrc: "hdr_ip", hdr: "x-forwarded-for", occ: "-1" } }
    ],
    ["backend", "option httpchk GET /h", { adv_check: "httpchk", httpchk_params: { method: "GET", uri: "/h" } }],
    ["backend", "option smtpchk HELO a.b", { adv_check: "smtpchk", smtpchk_params: { hello: "HELO", domain: "a.b" } }],
    [
      "backend",
      "option forwardfor except 10.0.0.0/8 header X if-none",
      { forwardfor: { enabled: "enabled", except: "10.0.0.0/8", header: "X", ifnone: true } }
    ],
    ["backend", "option redispatch -1", { redispatch: { enabled: "enabled", interval: -1 } }],
    ["backend", "persist rdp-cookie(x)", { persist_rule: { type: "rdp-cookie", rdp_cookie_name: "x" } }],
    ["backend", "errorfile 503 /x", { error_files: [{ code: 503, file: "/x" }] }],
    ["backend", "errorfiles e 404 500", { errorfiles_from_http_errors: [{ name: "e", codes: [404, 500] }] }],
    [
      "backend",
      "http-error status 503 content-type text/plain string a",
      {
        http_error_rule_list: [
          {
            type: "status",
            status: 503,
            return_content_type: "text/plain",
            return_content_format: "string",
            return_content: "a"
          }
        ]
      }
    ],
    ["defaults", "compression algo gzip", { compression: { algorithms: ["gzip"] } }],
    ["defaults", "email-alert mailers m", { email_alert: { mailers: "m" } }],
    ["listen", "bind :80", { binds: { ":80": { name: ":80", port: 80 } } }]
  ])("in %s, %s, reads and prints as it is", (keyword, line, fields) => {
    const { opaque, value } = read(keyword, [line])
    expect(fieldsOf(value)).toEqual(fields)
    expect(opaque).toEqual([])
    expect(write(keyword, value)).toEqual([line])
  })

  it.each<[version: HaproxyVersion, keyword: Keyword, line: string]>([
    ["3.2", "frontend", "http-request redirect location /x code 303 drop-query if a"],
    ["3.2", "frontend", "bind :80 shards 4"],
    ["3.0", "frontend", 'mode "http"'],
    ["3.2", "frontend", '"mode" http'],
    ["3.2", "backend", "balance sticky"],
    ["3.2", "backend", "stats scope ."],
    ["3.2", "backend", "server s :1"],
    ["3.2", "frontend", "http-request allow if"]
  ])("with %s, in %s, %s is known and stays as it is written", (version, keyword, line) => {
    const { lines, opaque } = read(keyword, [line], version)
    expect(lines).toEqual([expect.objectContaining({ rank: undefined, understood: true })])
    expect(opaque.map(({ words }) => words.join(" "))).toEqual([line])
  })

  it.each<[keyword: Keyword, line: string, at: number, expected: RegExp]>([
    ["backend", "server s1 10.0.0.1:80 weight x", 4, /^a whole number from 0 to 256$/],
    ["backend", "server s1 10.0.0.1:80 weigth 5", 3, /^one of .*weight/],
    ["backend", "balance fastest", 1, /^one of roundrobin/],
    ["frontend", "timeout client soon", 2, /^a duration such as 5s/],
    ["frontend", "http-request deny if { src 1", 6, /^"}"$/],
    ["frontend", "http-request do-nothing", 1, /^one of .*deny/],
    ["frontend", "bind :80 ssl-min-ver TLSv9", 3, /^one of SSLv3/],
    ["frontend", "mode udp", 1, /^one of/]
  ])("in %s, %s is refused at word %d", (keyword, line, at, expected) => {
    const [one] = read(keyword, [line]).lines
    expect(one?.rank).toBeUndefined()
    expect(one?.failure).toEqual({ at, expected: expect.stringMatching(expected) })
  })

  it("keeps its own words where the API's JSON can't carry them", () => {
    const line = 'server s 10.0.0.1:"${PORT}" weight 5'
    const { value } = read("backend", [line])
    const [server] = itemsInOrder((value as Draft)["servers"])
    expect(server).toEqual({
      name: "s",
      address: "10.0.0.1",
      weight: 5,
      [source]: ["s", '10.0.0.1:"${PORT}"', "weight", "5"]
    })
    expect(write("backend", value)).toEqual([line])
  })

  it("gives a bind from elsewhere the name that it has in JSON", () => {
    expect(write("frontend", { name: "x", binds: { a: { name: "a", address: "::", port: 80 } } })).toEqual([
      "bind [::]:80 name a"
    ])
  })

  it("reads the last of several lines that stand once", () => {
    expect(fieldsOf(read("backend", ["balance leastconn", "balance source"]).value)).toEqual({
      balance: { algorithm: "source" }
    })
  })

  it("takes a mode of connections back", () => {
    const { opaque, value } = read("frontend", ["option httpclose", "no option httpclose"])
    expect(fieldsOf(value)).toEqual({})
    expect(opaque.map(({ words }) => words.join(" "))).toEqual(["no option httpclose"])
    expect(fieldsOf(read("frontend", ["option httpclose", "no option http-keep-alive"]).value)).toEqual({
      http_connection_mode: "httpclose"
    })
  })

  it("keeps a mode of connections that stands behind its no", () => {
    const lines = ["no option httpclose", "option httpclose"]
    const { opaque, value } = read("frontend", lines)
    expect(fieldsOf(value)).toEqual({ http_connection_mode: "httpclose" })
    expect(write("frontend", value, opaque)).toEqual(lines)
  })

  it("shows a header for unique ids beside a format only, whatever comes first", () => {
    expect(fieldsOf(read("frontend", ["unique-id-header X"]).value)).toEqual({})
    expect(read("frontend", ["unique-id-header X"]).opaque.length).toBe(1)
    const fields = { unique_id_format: "%ci", unique_id_header: "X" }
    const lines = ["unique-id-header X", "unique-id-format %ci"]
    expect(fieldsOf(read("frontend", lines).value)).toEqual(fields)
    expect(fieldsOf(read("frontend", lines.toReversed()).value)).toEqual(fields)
  })

  it("keeps a default-server behind servers in its place", () => {
    const lines = ["default-server weight 1", "server a 10.0.0.1:1", "default-server weight 2", "server b 10.0.0.2:1"]
    const { opaque, value } = read("backend", lines)
    expect(fieldsOf(value)).toEqual({
      default_server: { weight: 2 },
      servers: {
        a: { name: "a", address: "10.0.0.1", port: 1 },
        b: { name: "b", address: "10.0.0.2", port: 1 }
      }
    })
    expect(opaque.map(({ words }) => words.join(" "))).toEqual(lines.slice(2))
    expect(write("backend", value, opaque)).toEqual(lines)
  })

  it("keeps the order of the lines of one family", () => {
    const { lines, value } = read("backend", ["stats uri /s", "stats enable", "mode http"])
    expect(lines[0]?.rank).toBe(lines[1]?.rank)
    expect(fieldsOf(value)).toEqual({ mode: "http", stats_options: { stats_enable: true, stats_uri_prefix: "/s" } })
  })
})

describe("the fields of the proxies", () => {
  const marked = (fields: ReadonlyArray<Field>, mark: "runtime" | "secret", at = ""): ReadonlyArray<string> =>
    fields.flatMap((field) => [
      ...(field[mark] === true ? [`${at}${field.name}`] : []),
      ...marked(field.fields ?? [], mark, `${at}${field.name}.`)
    ])

  it("tell what HAProxy takes while it runs", () => {
    expect(marked(grammarOf("backend").fields, "runtime").filter((name) => name.startsWith("servers."))).toEqual(
      ["agent-check", "maintenance", "agent-send", "agent-addr", "health_check_port", "weight", "address", "port"]
        .map((name) => `servers.${name}`)
        .toSorted(
          (a, b) =>
            marked(grammarOf("backend").fields, "runtime").indexOf(a) -
            marked(grammarOf("backend").fields, "runtime").indexOf(b)
        )
    )
    expect(marked(grammarOf("frontend").fields, "runtime")).toEqual(["maxconn"])
  })

  it("tell what must not be shown", () => {
    expect(marked(grammarOf("listen").fields, "secret").toSorted()).toEqual([
      "binds.ca_sign_pass",
      "binds.tcp_md5sig",
      "default_server.tcp_md5sig",
      "dynamic_cookie_key",
      "server_templates.tcp_md5sig",
      "servers.tcp_md5sig",
      "stats_options.stats_auths.passwd"
    ])
  })
})
