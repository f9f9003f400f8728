import { checkDocument, haproxyVersions, parseDocument } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { checked } from "../support/checked.ts"

const everything = `# Everything that refers to something else.
global
  daemon
  maxconn 2000
  log stdout format raw local0 info
  stats socket /run/haproxy.sock mode 600 level admin

resolvers dns
  nameserver first 10.0.0.53:53
  hold valid 10s

userlist people
  group staff users ann
  user ann insecure-password "a b" groups staff

peers cluster
  peer one 10.0.0.1:1024
  table clients type ip size 100k expire 5m store conn_rate(10s)

mailers mail
  mailer first 10.0.0.25:25

cache pages
  total-max-size 4

http-errors own
  errorfile 503 /etc/haproxy/errors/503.http

fcgi-app php
  docroot /srv/www
  acl index path /
  set-param DOCUMENT %[path] if index

defaults base
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  http-request set-header X-Base yes

frontend web from base
  bind :80,:8443 name both
  acl api path_beg /api
  acl staff http_auth_group(people) staff
  http-request auth realm "the staff" if api !staff
  http-request track-sc0 src table cluster/clients
  http-request deny deny_status 429 if { sc_conn_rate(0,cluster/clients) gt 100 }
  http-request do-resolve(txn.ip,dns,ipv4) str(example.com)
  errorfiles own
  use_backend %[path,field(2,/)] if { nbsrv(app) gt 0 }
  use_backend app if api || staff
  default_backend app

backend app from base
  balance hash req.hdr(x-user),lower
  filter cache pages
  http-request cache-use pages
  http-response cache-store pages
  stick-table type string len 32 size 10k peers cluster
  stick on req.cook(id)
  email-alert mailers mail
  email-alert from a@example.com
  email-alert to b@example.com
  use-server first if { src 10.0.0.0/8 }
  server first 10.0.1.1:8080 check inter 2s weight 10
  server second app.example.com:8080 resolvers dns track first
  server-template more 3 app.example.com:8080 resolvers dns init-addr none

backend scripts from base
  use-fcgi-app php
  server one 10.0.2.1:9000 proto fcgi track app/first
`

describe("checkDocument", () => {
  it.each(haproxyVersions)("finds nothing wrong with a configuration that HAProxy %s takes", (version) => {
    assert.deepStrictEqual(checked(everything, version), [])
  })

  it("names the place, the word and what to do about it", () => {
    const document = parseDocument("backend app\n\tserver one 10.0.0.1:80 chekc\n", "app.cfg")
    assert.deepStrictEqual(checkDocument(document), [
      {
        severity: "error",
        code: "keyword.unknown",
        message: `"chekc" is unknown behind "server"`,
        hint: `did you mean "check"?`,
        word: "chekc",
        file: "app.cfg",
        line: 2,
        column: 25
      }
    ])
  })

  it("shows what is wrong in the order of the text", () => {
    const text = `frontend web
  bind :80
  default_backend ap
  mode "http
backend app
  srever one 10.0.0.1:80
backend app
`
    assert.deepStrictEqual(
      checked(text).map((one) => one.split(":", 2).join(":")),
      [
        "3:19 error reference.backend",
        "4:8 error syntax.quote",
        "6:3 error keyword.unknown",
        "7:9 error section.duplicate"
      ]
    )
  })

  it("refuses what stands outside of any section, except what steers the reading of the file", () => {
    assert.deepStrictEqual(checked(".notice hello\n[scope]\nmode http\nglobal\n"), [
      `3:1 error section.none: "mode" stands outside of any section (begin a section above it, such as "global" or "defaults")`
    ])
  })

  it.each([
    ["3.2", "warning"],
    ["3.3", "error"]
  ] as const)("takes an empty word of HAProxy %s for an %s", (version, severity) => {
    assert.deepStrictEqual(
      checked('backend app\n  mode http ""\n', version).map((one) => one.split(": ")[0]),
      [`2:13 ${severity} syntax.empty`]
    )
  })

  it("checks as HAProxy 3.2 where no version is given", () => {
    const text = "frontend a\n  use-small-buffers\nbackend a\n"
    assert.deepStrictEqual(checkDocument(parseDocument(text)), checkDocument(parseDocument(text), { version: "3.2" }))
  })
})
