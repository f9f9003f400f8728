import { compare, describe as describeOperation } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { config, section } from "../support/configs.ts"

const told = (current: string, desired: string) =>
  compare(config(current), config(desired)).operations.map(describeOperation)

/** Each line in a section on its own, by what a change of it is called: the words of the reference implementation. */
const children: ReadonlyArray<[header: string, line: string, words: string]> = [
  ["backend b", "server s 10.0.0.1:80", "server 's' in backend 'b'"],
  ["backend b", "server-template web- 3 a:80", "server template 'web-' in backend 'b'"],
  ["backend b", "acl x path /a", "ACL 'x' in backend 'b'"],
  ["frontend f", "acl x path /a", "ACL 'x' in frontend 'f'"],
  ["frontend f", "bind :80", "bind '*:80' in frontend 'f'"],
  ["frontend f", "bind 10.0.0.1:443 ssl crt /a.pem", "bind '10.0.0.1:443 ssl crt /a.pem' in frontend 'f'"],
  ["frontend f", "bind /run/a.sock name local", "bind 'local' in frontend 'f'"],
  ["frontend f", "http-request deny", "HTTP request rule (deny) in frontend 'f'"],
  ["backend b", "http-response set-header X 1", "HTTP response rule (set-header) in backend 'b'"],
  ["backend b", "http-after-response del-header X", "HTTP after response rule (del-header) in backend 'b'"],
  ["frontend f", "tcp-request connection accept", "TCP request rule (connection) in frontend 'f'"],
  ["backend b", "tcp-response content accept", "TCP response rule (content) in backend 'b'"],
  ["backend b", "http-check connect", "HTTP check (connect) in backend 'b'"],
  ["backend b", "tcp-check connect", "TCP check (connect) in backend 'b'"],
  ["backend b", "stick on src", "stick rule (on) in backend 'b'"],
  ["backend b", "filter compression", "filter (compression) in backend 'b'"],
  ["frontend f", "declare capture request len 10", "capture (request) in frontend 'f'"],
  ["frontend f", "log 10.0.0.1:514 local0", "log target (10.0.0.1:514) in frontend 'f'"],
  ["backend b", "log global", "log target at index 0 in backend 'b'"],
  ["frontend f", "use_backend b if { path /a }", "backend switching rule (b) in frontend 'f'"],
  ["backend b", "use-server s if { path /a }", "server switching rule (s) in backend 'b'"],
  ["frontend f", "quic-initial reject", "quic-initial-rule at index 0 in frontend 'f'"],
  ["userlist u", "user ines insecure-password x", "user 'ines' in userlist 'u'"],
  ["mailers m", "mailer one 10.0.0.1:25", "mailer entry 'one' in mailers section 'm'"],
  ["peers p", "peer one 10.0.0.1:1024", "peer entry 'one' in peer section 'p'"],
  ["resolvers r", "nameserver one 10.0.0.1:53", "nameserver 'one' in resolvers section 'r'"]
]

const sections: ReadonlyArray<[header: string, line: string, words: string]> = [
  ["backend x", "mode tcp", "backend 'x'"],
  ["frontend x", "mode tcp", "frontend 'x'"],
  ["defaults x", "mode tcp", "defaults section 'x'"],
  ["cache x", "max-age 5", "cache 'x'"],
  ["http-errors x", "errorfile 503 /a.http", "http-errors section 'x'"],
  ["mailers x", "timeout mail 5s", "mailers 'x'"],
  ["peers x", "localpeer a", "peer section 'x'"],
  ["program x", "command a", "program 'x'"],
  ["resolvers x", "timeout retry 5s", "resolver 'x'"],
  ["ring x", "size 4096", "ring 'x'"],
  ["crt-store x", "crt-base /a", "crt-store 'x'"],
  ["userlist x", "group g", "userlist 'x'"],
  ["fcgi-app x", "docroot /a", "fcgi-app 'x'"],
  ["log-profile x", "log-tag a", "log-profile 'x'"],
  ["acme x", "directory https://a/", "acme-provider 'x'"],
  ["log-forward x", "maxconn 5", "log-forward 'x'"]
]

describe("Operation.describe", () => {
  it.each(children)("calls a line of %s as the reference does: %s", (header, line, words) => {
    const [without, included] = [section(header), section(header, line)]
    assert.deepStrictEqual(told(without, included), [`Create ${words}`])
    assert.deepStrictEqual(told(included, without), [`Delete ${words.replace(" in ", " from ")}`])
  })

  it.each(sections)("calls %s as the reference does", (header, line, words) => {
    const [empty, filled] = [section(header), section(header, line)]
    assert.include(told("", filled), `Create ${words}`)
    assert.deepStrictEqual(told(empty, filled), [`Update ${words}`])
    assert.deepStrictEqual(told(filled, ""), [`Delete ${words}`])
  })

  it("calls what stands once only by its kind", () => {
    assert.deepStrictEqual(told("", "global\n  daemon\n"), ["Update global section"])
    assert.deepStrictEqual(told("global\n", "global\n  daemon\n"), ["Update global section"])
    assert.deepStrictEqual(told("", "traces\n  trace h1 sink stdout\n"), ["Update traces section"])
  })

  it("says that something moves", () => {
    assert.deepStrictEqual(
      told(
        section("frontend f", "http-request deny", "http-request allow", "http-request tarpit"),
        section("frontend f", "http-request allow", "http-request tarpit", "http-request deny")
      ),
      ["Move HTTP request rule (deny) in frontend 'f'"]
    )
  })
})
