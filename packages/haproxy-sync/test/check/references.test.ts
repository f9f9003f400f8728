import { assert, describe, it } from "@effect/vitest"
import { checked } from "../support/checked.ts"

const short = (text: string) => checked(text).map((one) => one.split(":", 2).join(":"))

describe("A line that names what is declared nowhere", () => {
  it.each([
    ["frontend web", "default_backend ap", `reference.backend: there is no backend "ap" (did you mean "app"?)`],
    [
      "frontend web",
      "use_backend other",
      `reference.backend: there is no backend "other" (declare it, or name another)`
    ],
    [
      "frontend web",
      "http-request deny if bad",
      `reference.acl: there is no acl "bad" above (declare it, or name another)`
    ],
    [
      "frontend web",
      "http-request deny if FALSE TRU",
      `reference.acl: there is no acl "TRU" above (did you mean "TRUE"?)`
    ],
    [
      "backend own",
      "server a b:80 resolvers dsn",
      `reference.resolvers: there is no resolvers "dsn" (did you mean "dns"?)`
    ],
    [
      "backend own",
      "server a 10.0.0.1:80 track app/two",
      `reference.server: there is no server "app/two" (declare it, or name another)`
    ],
    [
      "backend own",
      "stick-table type ip size 1k peers cluster",
      `reference.peers: there is no peers "cluster" (declare it, or name another)`
    ],
    [
      "backend own",
      "http-request cache-use pages",
      `reference.cache: there is no cache "pages" (declare it, or name another)`
    ],
    ["backend own", "filter cache pages", `reference.cache: there is no cache "pages" (declare it, or name another)`],
    [
      "backend own",
      "errorfiles pages",
      `reference.http-errors: there is no http-errors "pages" (declare it, or name another)`
    ],
    [
      "backend own",
      "http-request deny errorfiles pages",
      `reference.http-errors: there is no http-errors "pages" (declare it, or name another)`
    ],
    ["backend own", "use-fcgi-app php", `reference.fcgi-app: there is no fcgi-app "php" (declare it, or name another)`],
    [
      "backend own",
      "use-server two if TRUE",
      `reference.server: there is no server "two" (declare it, or name another)`
    ],
    [
      "backend own",
      "acl a http_auth(people)",
      `reference.userlist: there is no userlist "people" (declare it, or name another)`
    ],
    [
      "backend own",
      "http-request set-header X %[nbsrv(ap)]",
      `reference.backend: there is no backend "ap" (did you mean "app"?)`
    ],
    [
      "backend own",
      "acl a fe_conn(app) gt 1",
      `reference.frontend: there is no frontend "app" (declare it, or name another)`
    ],
    [
      "backend own",
      "acl a srv_is_up(app/two)",
      `reference.server: there is no server "app/two" (declare it, or name another)`
    ],
    [
      "backend own",
      "acl a src,table_conn_cnt(hits) gt 1",
      `reference.table: there is no stick table "hits" (declare it, or name another)`
    ],
    [
      "backend own",
      "http-request track-sc0 src table hits",
      `reference.table: there is no stick table "hits" (declare it, or name another)`
    ],
    [
      "backend own",
      "http-request track-sc0 src",
      `reference.table: this section has no stick table (declare it, or name another)`
    ],
    ["backend own", "stick on src", `reference.table: this section has no stick table (declare it, or name another)`],
    [
      "backend own",
      "http-request do-resolve(txn.a,dsn) src",
      `reference.resolvers: there is no resolvers "dsn" (did you mean "dns"?)`
    ],
    [
      "backend own",
      "http-request do-log profile short",
      `reference.log-profile: there is no log profile "short" (declare it, or name another)`
    ],
    [
      "backend own",
      "http-response set-bandwidth-limit slow",
      `reference.bandwidth: there is no bandwidth limitation "slow" (declare it, or name another)`
    ],
    [
      "backend own",
      "http-request lua.guard",
      `reference.lua: "lua.guard" comes from a script, but none is loaded (load the script by "lua-load" in global)`
    ],
    [
      "backend own",
      "http-request set-header X %[src,lua.word]",
      `reference.lua: "lua.word" comes from a script, but none is loaded (load the script by "lua-load" in global)`
    ],
    ["crt-store", "load crt a.pem acme le", `reference.acme: there is no acme "le" (declare it, or name another)`],
    [
      "userlist people",
      "user ann password x groups staff",
      `reference.group: there is no group "staff" (declare it, or name another)`
    ],
    ["userlist people", "group staff users ann", `reference.user: there is no user "ann" (declare it, or name another)`]
  ])("is refused in %s: %s", (section, line, message) => {
    const text = `${section}\n  ${line}\nbackend app\n  server one 10.0.0.1:80\nresolvers dns\n`
    assert.deepStrictEqual(
      checked(text).map((one) => one.slice(one.indexOf(" ") + 1)),
      [`error ${message}`]
    )
  })

  it("is looked at where the name is known only", () => {
    const text = `frontend web
  default_backend "\${BACKEND}"
  use_backend %[path,field(2,/)]
  http-request deny if "$ACL"
  acl a http_auth("$LIST")
`
    assert.deepStrictEqual(short(text), [])
  })

  it("may name what has its name from the environment", () => {
    assert.deepStrictEqual(short(`frontend web\n  default_backend app\nbackend "$NAME"\n`), [])
    assert.deepStrictEqual(
      short(
        `backend app\n  acl "$NAME" path /\n  http-request deny if any\n  server "$S" 10.0.0.1:80\n  use-server a if any\n`
      ),
      []
    )
  })

  it("is passed over in a proxy that is switched off, conditions aside", () => {
    const text = `defaults
  disabled
frontend web
  default_backend other
  http-request deny if bad
frontend on
  enabled
  default_backend other
`
    assert.deepStrictEqual(short(text), ["5:24 error reference.acl", "8:19 error reference.backend"])
  })

  it("counts only in the last of several settings", () => {
    assert.deepStrictEqual(short("frontend web\n  default_backend a\n  default_backend b\n"), [
      "3:19 error reference.backend"
    ])
  })

  it("names resolvers for the servers below", () => {
    assert.deepStrictEqual(short("backend app\n  default-server resolvers a\n"), [])
    assert.deepStrictEqual(
      short("backend app\n  default-server resolvers a\n  server one b:80 resolvers default\n"),
      []
    )
    assert.deepStrictEqual(short("backend app\n  default-server resolvers a\n  server one b:80\n"), [
      "2:28 error reference.resolvers"
    ])
  })

  it("names mailers once it is known from whom, and to whom", () => {
    const text = "backend app\n  email-alert mailers a\n"
    assert.deepStrictEqual(short(text), [])
    assert.deepStrictEqual(short(`${text}  email-alert from b@c\n  email-alert to d@e\n`), [
      "2:23 error reference.mailers"
    ])
  })
})

describe("A defaults section", () => {
  it("has to stand above the sections that name it", () => {
    assert.deepStrictEqual(checked("frontend web from bas\ndefaults base\nfrontend other from bas\n"), [
      `1:19 error reference.defaults: there is no defaults section "bas" above (declare it above)`,
      `3:21 error reference.defaults: there is no defaults section "bas" above (did you mean "base"?)`
    ])
  })

  it("has a name of its own up to HAProxy 3.2 where another names it", () => {
    const text = "defaults a\ndefaults a\nfrontend web from a\n"
    assert.deepStrictEqual(checked(text), [
      `3:19 error reference.defaults: there are several defaults sections "a" (rename all but one)`
    ])
    assert.deepStrictEqual(checked(text, "3.3"), [])
  })

  it("needs a name to hold rules", () => {
    assert.deepStrictEqual(short("defaults\n  http-request deny\n  acl a path /\n  log global\n"), [
      "2:3 error reference.defaults",
      "3:3 error reference.defaults"
    ])
    assert.deepStrictEqual(short("defaults base\n  http-request deny\n"), [])
  })

  it("names a backend for the frontends that take it", () => {
    const defaults = "defaults base\n  default_backend nope\n"
    assert.deepStrictEqual(short(`${defaults}backend app\n`), [])
    assert.deepStrictEqual(short(`${defaults}frontend web\n  default_backend app\nbackend app\n`), [])
    assert.deepStrictEqual(short(`${defaults}frontend web\n`), ["2:19 error reference.backend"])
    assert.deepStrictEqual(short(`${defaults}defaults other from base\nfrontend web from other\n`), [
      "2:19 error reference.backend"
    ])
  })
})

describe("A line that declares again what stands above", () => {
  it.each([
    [
      "backend app",
      "server a 10.0.0.1:80",
      `value.duplicate: server "a" stands in line 2 already (rename one of the two)`
    ],
    [
      "resolvers dns",
      "nameserver a 10.0.0.1:53",
      `value.duplicate: nameserver "a" stands in line 2 already (rename one of the two)`
    ],
    [
      "peers own",
      "table a type ip size 1k",
      `value.duplicate: table "a" stands in line 2 already (rename one of the two)`
    ],
    [
      "frontend web",
      "stick-table type ip size 1k",
      "value.duplicate: a stick-table stands in line 2 already (keep one of the two)"
    ]
  ])("is refused in %s: %s", (section, line, message) => {
    assert.deepStrictEqual(
      checked(`${section}\n  ${line}\n  ${line}\n`).map((one) => one.replace(/^3:\d+ error /, "")),
      [message]
    )
  })

  it("is taken where HAProxy adds it up", () => {
    assert.deepStrictEqual(short("frontend web\n  bind :80\n  bind :80\n  acl a path /a\n  acl a path /b\n"), [])
    assert.deepStrictEqual(short('backend app\n  server "$A" 10.0.0.1:80\n  server "$A" 10.0.0.1:80\n'), [])
  })
})
