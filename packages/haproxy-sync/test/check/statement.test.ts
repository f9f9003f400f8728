import { haproxyVersions, type HaproxyVersion } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { checked, refused } from "../support/checked.ts"

/** Says of one line of a section what is wrong, without its place. */
const wrong = (section: string, line: string, version?: HaproxyVersion) =>
  checked(`${section}\n  ${line}\n`, version).map((one) => one.slice(one.indexOf(" ") + 1))

describe("The keyword of a line", () => {
  it.each([
    ["global", "maxcon 10", `"maxcon" is no keyword of "global" (did you mean "maxconn"?)`],
    ["backend app", "balanec roundrobin", `"balanec" is no keyword of "backend" (did you mean "balance"?)`],
    ["backend app", "fronted web", `"fronted" is no keyword of "backend" (did you mean "frontend"?)`],
    ["cache pages", "colour blue", `"colour" is no keyword of "cache"`]
  ])("is unknown in %s: %s", (section, line, message) => {
    assert.deepStrictEqual(wrong(section, line), [`error keyword.unknown: ${message}`])
  })

  it.each([
    [
      "frontend web",
      "server one 10.0.0.1:80",
      `"server" may not stand in "frontend" (HAProxy takes it in listen, backend, peers and ring)`
    ],
    [
      "backend app",
      "declare capture request len 5",
      `"declare" may not stand in "backend" (HAProxy takes it in frontend and listen)`
    ],
    [
      "defaults",
      "use_backend app",
      `"use_backend" may not stand in "defaults" (HAProxy takes it in frontend, listen and backend)`
    ],
    [
      "resolvers dns",
      "maxconn 10",
      `"maxconn" may not stand in "resolvers" (HAProxy takes it in defaults, frontend, listen, backend, global and log-forward)`
    ]
  ])("belongs elsewhere in %s: %s", (section, line, message) => {
    const [first] = wrong(section, line)
    assert.strictEqual(first, `error section.keyword: ${message}`)
  })

  it("may stand in any proxy where HAProxy only takes no notice of it", () => {
    assert.deepStrictEqual(refused("backend app", "timeout client 5s"), [])
    assert.deepStrictEqual(refused("frontend web", "balance roundrobin"), [])
  })

  it.each([
    ["no option httplog", ["keyword.unknown"]],
    ["no option httpclose", []],
    ["no mode http", ["keyword.unknown"]],
    ["no log", []],
    ["default option httpclose", []],
    ["default mode http", ["keyword.unknown"]]
  ])("takes a prefix where HAProxy knows its opposite: %s", (line, codes) => {
    assert.deepStrictEqual(refused("backend app", line), codes)
  })
})

describe("The words behind a keyword", () => {
  it.each([
    ["maxlen 1200", []],
    ["maxlen 16k", []],
    ["maxlen 10.0.0.0/8", []],
    ["maxlen -5", []],
    ["maxlen 0x10", ["value.expected"]],
    ["maxlen many", ["value.expected"]],
    ["size 16k", []],
    ["size 10.0.0.0/8", ["value.expected"]]
  ])("are read as far as HAProxy reads them in a ring: %s", (line, codes) => {
    assert.deepStrictEqual(refused("ring own", line), codes)
  })

  it.each([
    ["backend app", "mode htpp", `value`, `keyword.unknown: "htpp" is unknown behind "mode" (did you mean "http"?)`],
    [
      "backend app",
      "timeout conect 5s",
      "",
      `keyword.unknown: "conect" is unknown behind "timeout" (did you mean "connect"?)`
    ],
    ["backend app", "timeout connect 5x", "", `value.expected: expected a duration such as 5s or 250ms, not "5x"`],
    ["backend app", "mode http now", "", `value.unexpected: expected the end of the line, not "now"`],
    ["backend app", "timeout connect", "", "value.expected: a duration such as 5s or 250ms is missing"],
    ["backend app", "stick-table type ip", "", `value.expected: "size" is missing`],
    [
      "backend app",
      "http-request set-haeder X y",
      "",
      `keyword.unknown: "set-haeder" is unknown behind "http-request" (did you mean "set-header"?)`
    ],
    [
      "backend app",
      "http-request set-header X %[hdrr(a)]",
      "",
      `value.unknown: expected a sample fetch function, not "hdrr" (did you mean "hdr"?)`
    ],
    [
      "backend app",
      "http-request set-header X %[hdr(a),lowre]",
      "",
      `value.unknown: expected a converter, not "lowre" (did you mean "lower"?)`
    ],
    [
      "backend app",
      "http-request set-header X %[hdr(a)",
      "",
      `value.expected: expected "]" behind the expression, not "%[hdr(a)"`
    ],
    ["backend app", "http-request deny if { path_beg /a", "", `value.expected: "}" behind the values is missing`],
    [
      "backend app",
      "acl a var(txn.x) yes",
      "",
      `value.expected: expected "-m" and a matching method, such as str, found or int, not "yes"`
    ],
    ["backend app", "server one 10.0.0.1:http", "", `value.expected: expected a port number, not "10.0.0.1:http"`],
    ["frontend web", "bind 10.0.0.1", "", `value.expected: expected a port, such as :80, not "10.0.0.1"`],
    ["frontend web", "bind :80-70", "", `value.expected: expected a port number or a range of them, not ":80-70"`],
    ["global", "nbthread many", "", `value.expected: expected a whole number from 1, not "many"`],
    [
      "crt-store",
      "load crt a.pem kye b.key",
      "",
      `keyword.unknown: "kye" is unknown behind "load" (did you mean "key"?)`
    ]
  ])("are wrong in %s: %s", (section, line, _, message) => {
    assert.deepStrictEqual(wrong(section, line), [`error ${message}`])
  })

  it.each([
    ["backend app", `mode "\${MODE}"`],
    ["backend app", `timeout connect "$TIME"`],
    ["backend app", `server one "\${HOST}:\${PORT}" "$OPTIONS"`],
    ["backend app", `http-request set-header X "%[$FETCH]"`],
    ["backend app", `option "\${OPTIONS[*]}" now`],
    ["backend app", `"$DIRECTIVE" anything`],
    ["frontend web", "bind ${ADDRESS}"],
    ["backend app", 'http-request deny if { path "$PATH" }']
  ])("may come from the environment in %s: %s", (section, line) => {
    assert.deepStrictEqual(refused(section, line), [])
  })

  it.each([
    ["backend app", "log 10.0.0.1 local0 info extra"],
    ["backend app", "retries many"],
    ["frontend web", "monitor-net 10.0.0.0/8 and more"],
    ["resolvers dns", "nameserver a 10.0.0.1:53 and more"]
  ])("are passed over where HAProxy passes over them in %s: %s", (section, line) => {
    assert.deepStrictEqual(refused(section, line), line.includes("info") ? ["value.unknown"] : [])
  })
})

describe("The version", () => {
  it.each([
    ["backend app", "guid app", "2.8"],
    ["backend app", "http-request pause 5s", "3.1"],
    ["backend app", "hash-preserve-affinity always", "3.1"],
    ["backend app", "server a 10.0.0.1:80 idle-ping 5s", "3.1"],
    ["frontend web", "quic-initial accept", "3.1"],
    ["backend app", "server a 10.0.0.1:80 ktls on", "3.3"],
    ["global", "tune.h2.log-errors none", "3.1"],
    ["global", "ssl-passphrase-cmd a", "3.3"]
  ] as const)("decides in %s about %s, which came with HAProxy %s", (section, line, since) => {
    for (const version of haproxyVersions) {
      const known = haproxyVersions.indexOf(version) >= haproxyVersions.indexOf(since)
      const codes = refused(section, line, version)
      assert.deepStrictEqual(codes, known ? [] : ["version.since"], version)
    }
  })

  it("tells when a word came, and when it went", () => {
    assert.deepStrictEqual(wrong("backend app", "server a 10.0.0.1:80 idle-ping 5s", "3.0"), [
      `error version.since: HAProxy 3.0 does not know "idle-ping" (it came with HAProxy 3.1)`
    ])
    assert.deepStrictEqual(wrong("frontend web", "bind-process 1", "3.0"), [
      `error version.until: HAProxy 3.0 does not know "bind-process" (it went after HAProxy 2.6)`
    ])
  })

  it("decides about fetch functions, converters and arguments", () => {
    assert.deepStrictEqual(refused("backend app", "acl a acl(b) -m bool", "2.6"), ["value.unknown"])
    assert.deepStrictEqual(refused("backend app", "acl a acl(b) -m bool", "3.2"), [])
    assert.deepStrictEqual(refused("backend app", "email-alert to", "3.0"), [])
    assert.deepStrictEqual(refused("backend app", "email-alert to", "3.2"), ["value.expected"])
  })
})

describe("A password", () => {
  it.each([
    ["userlist people", "user ann insecure-password two words"],
    ["userlist people", "user ann password two words"],
    ["frontend web", "bind :443 ca-sign-pass two words"]
  ])("never reaches the message in %s: %s", (section, line) => {
    const all = wrong(section, line).join("\n")
    assert.match(all, /expected an option, not this \(quote a password that has blanks\)/)
    assert.notMatch(all, /two|words/)
  })
})
