import { type ApiVersion, readHeld, textDifference } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { against, bring } from "../support/synchronizing.ts"

/** How a trap of the server is met. */
type Met =
  /** The text is refused before anything is sent. */
  | "refused"
  /** What is sent is chosen so that the server keeps what was asked for. */
  | "kept"
  /** The loss is found afterwards, and the configuration before is put back. */
  | "rolled-back"

interface Trap {
  /** What the server does. */
  readonly trap: string
  readonly met: Met
  readonly before?: ReadonlyArray<string>
  readonly desired: ReadonlyArray<string>
  readonly api?: ApiVersion
  /** Lines that have to stand in this order in the end. */
  readonly order?: ReadonlyArray<string>
}

const base = ["global", "  stats socket /tmp/lockstep-traps.sock level admin", "defaults main", "  mode http"]
const app = ["frontend public from main", "  bind 127.0.0.1:80 name public", "backend app from main"]
const servers = (count: number, weight: number) =>
  Array.from({ length: count }, (_, n) => `  server s${count - n} 10.0.0.${n + 1}:80 weight ${weight} check`)

const whole: ReadonlyArray<Trap> = [
  {
    trap: "A whole section is read without the order of its servers, and written in the order of their names",
    met: "kept",
    before: [...app, "  balance first", ...servers(12, 1)],
    desired: [...app, "  balance first", ...servers(12, 2).map((line) => `${line} inter 5s`)],
    order: servers(12, 2).map((line) => `server ${line.trim().split(" ")[1]} `)
  },
  {
    trap: "A whole section loses the lines the API does not know",
    met: "kept",
    before: [...app, ...servers(12, 1), "  http-request set-timeout server 5s"],
    desired: [...app, ...servers(12, 2).map((line) => `${line} inter 5s`), "  http-request set-timeout server 5s"]
  },
  {
    trap: "A whole section that is replaced gets the name in the body",
    met: "kept",
    before: [...app, "  mode tcp"],
    desired: [...app, "  mode http", "  balance source", ...servers(3, 1)]
  },
  {
    trap: "Resolvers are created without their nameservers",
    met: "kept",
    desired: [
      ...app,
      "resolvers dns",
      "  nameserver one 10.0.0.1:53",
      "  nameserver two 10.0.0.2:53",
      "  hold valid 10s"
    ]
  },
  {
    trap: "A crt-store is written without its loads",
    met: "kept",
    desired: ["crt-store web", "  crt-base /etc/ssl", "  load crt a.pem alias a", "  load crt b.pem alias b", ...app]
  },
  {
    trap: "A userlist can't be updated, and is created without its users where that is not asked for",
    met: "kept",
    before: ["userlist staff", "  user ines insecure-password a", ...app],
    desired: ["userlist staff", "  group g users ines", "  user ines insecure-password b", ...app]
  },
  {
    trap: "A frontend whose lists alone change is written without a reload",
    met: "kept",
    before: [...app],
    desired: [
      app[0] ?? "",
      app[1] ?? "",
      "  acl a path /a",
      "  acl b path /b",
      "  http-request deny if a b",
      app[2] ?? ""
    ]
  }
]

const lossy: ReadonlyArray<Trap> = [
  {
    trap: "Sections are sorted by name, and with that proxies come under another defaults section",
    met: "refused",
    desired: ["defaults other", "  mode tcp", "frontend f", "  bind 127.0.0.1:80"]
  },
  {
    trap: "Lines of a section are put into an order of the server's own: Lua's path behind what is loaded",
    met: "refused",
    desired: ["global", "  lua-load /a.lua", "  lua-prepend-path /lua/?.lua", ...app]
  },
  {
    trap: "Conditional blocks become unconditional",
    met: "refused",
    desired: [...app, "  .if defined(X)", "  mode tcp", "  .endif"]
  },
  {
    trap: "Lines that the API does not know go to the end of their section",
    met: "refused",
    desired: [app[0] ?? "", app[1] ?? "", "  http-request invented-later a", "  http-request deny", app[2] ?? ""]
  },
  {
    trap: "Of several anonymous defaults sections proxies come under the last",
    met: "refused",
    desired: ["defaults", "  mode tcp", "frontend f", "  bind 127.0.0.1:80", "defaults", "  mode http", "backend b"]
  },
  {
    trap: "Of sections with one name only the last stays",
    met: "refused",
    desired: [...app, ...servers(1, 1), "backend app from main", "  server other 10.0.0.9:80"]
  },
  {
    trap: "A line of 64 KiB ends the file",
    met: "refused",
    desired: [...app, `  http-request deny if { path ${"/x".repeat(33_000)} }`, "backend lost from main"]
  },
  {
    trap: "Comments are rewritten",
    met: "kept",
    before: ["# one", ...app, "  # two", ...servers(1, 1), "  mode http # three"],
    desired: ["# another", ...app, "  # two ## more", ...servers(1, 2), "  mode tcp # ## four"]
  },
  {
    trap: "A time from the environment is read as absent, and deleted by the next update",
    met: "kept",
    before: [...app, '  timeout server "${T}"', "  balance roundrobin"],
    desired: [...app, '  timeout server "${T}"', "  balance leastconn"]
  },
  {
    trap: "A number from the environment does not survive JSON",
    met: "kept",
    before: [...app, '  server s1 10.0.0.1:80 weight "${W}"'],
    desired: [...app, '  server s1 10.0.0.1:80 weight "${W}" check inter 3s']
  },
  {
    trap: "A default-server between servers is written before all of them",
    met: "refused",
    desired: [...app, "  server s1 10.0.0.1:80", "  default-server check", "  server s2 10.0.0.2:80"]
  },
  {
    trap: "Indexes shift while rules are deleted",
    met: "kept",
    before: [...app, ...["a", "b", "c", "d"].map((name) => `  http-request set-header ${name} 1`)],
    desired: [...app, ...["d", "b"].map((name) => `  http-request set-header ${name} 1`)],
    order: ["set-header d", "set-header b"]
  },
  {
    trap: "Several acl lines of one name are entries of their own",
    met: "kept",
    before: [...app, "  acl x path /a", "  acl x path /b", "  http-request deny if x"],
    desired: [...app, "  acl x path /a2", "  acl x path /b", "  acl x path /c", "  http-request deny if x"],
    order: ["/a2", "/b", "/c"]
  },
  {
    trap: "Of several lua-load-per-thread lines only the last stays",
    met: "refused",
    desired: ["global", "  lua-load-per-thread /a.lua", "  lua-load-per-thread /b.lua", ...app]
  },
  {
    trap: "What stands behind the name of a section is lost",
    met: "refused",
    desired: ["backend app from main mode tcp", "  server s1 10.0.0.1:80"]
  },
  {
    trap: "A level that comes from the environment is dropped from a log line",
    met: "rolled-back",
    before: [...app],
    desired: ["global", '  log stdout format raw daemon "${LEVEL}"', ...app]
  },
  {
    trap: "An option that an old server does not know is dropped",
    met: "rolled-back",
    api: "3.0",
    desired: [...app, "  server s1 10.0.0.1:80 idle-ping 5s check"]
  },
  {
    trap: "The loads of a crt-store have no requests before 3.2",
    met: "kept",
    api: "3.0",
    desired: ["crt-store web", "  crt-base /etc/ssl", "  key-base /etc/keys", "  load crt a.pem alias a", ...app]
  },
  {
    trap: "The rules of defaults sections have no requests before 3.2",
    met: "kept",
    api: "3.0",
    before: ["defaults other", "  mode http", ...app],
    desired: [
      "defaults other",
      "  mode http",
      "  http-request deny if { path /x }",
      "  http-request deny if { path /y }",
      ...app
    ]
  },
  {
    trap: "A quoted address loses its port when it is written from JSON",
    met: "kept",
    before: [app[0] ?? "", '  bind "127.0.0.1:80"', app[2] ?? ""],
    desired: [app[0] ?? "", '  bind "127.0.0.1:80" ssl crt /a.pem', '  bind "127.0.0.1:81"', app[2] ?? ""]
  },
  {
    trap: "A rule for sessions becomes one for connections when it is written from JSON",
    met: "kept",
    before: [app[0] ?? "", app[1] ?? "", app[2] ?? ""],
    desired: [
      app[0] ?? "",
      app[1] ?? "",
      "  tcp-request session sc-add-gpc(0,0) 1",
      "  tcp-request content accept",
      app[2] ?? ""
    ]
  },
  {
    trap: "Proxies without a defaults section of their own get one only when the server starts",
    met: "kept",
    before: ["frontend f", "  bind 127.0.0.1:80"],
    desired: ["frontend f", "  bind 127.0.0.1:81", "backend b", "  server s1 10.0.0.1:80"]
  }
]

const textOf = (lines: ReadonlyArray<string>): string => `${[...base, ...lines].join("\n")}\n`

const meets = ({ api = "3.2", before = app, desired, met, order = [] }: Trap) =>
  // What HAProxy itself thinks of these texts is not the question.
  against({ api, config: textOf(before), check: () => undefined }, () =>
    Effect.gen(function* () {
      const { raw } = yield* readHeld
      const result = yield* bring(textOf(desired))
      const held = (yield* readHeld).raw.text
      if (met !== "kept") {
        assert.strictEqual(result.status, met, result.message)
        return assert.isUndefined(textDifference(held, raw.text), "the server holds what it held before")
      }
      assert.strictEqual(result.status, "applied", result.message)
      assert.isTrue(result.verified)
      assert.strictEqual(result.reloads, 1)
      assert.isUndefined(textDifference(held, textOf(desired)))
      const places = order.map((part) => held.indexOf(part))
      assert.deepStrictEqual(
        places,
        places.toSorted((a, b) => a - b)
      )
      assert.notInclude(places, -1)
      assert.strictEqual((yield* bring(textOf(desired))).status, "in-sync")
    })
  )

describe("A trap of whole sections", () => {
  it.live.each(whole)("is met: $trap", meets)
})

describe("A trap of the server's rewriting", () => {
  it.live.each(lossy)("is met: $trap", meets)
})
