import type { HaproxyVersion } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { checked } from "../support/checked.ts"

const short = (text: string, version?: HaproxyVersion) =>
  checked(text, version).map((one) => one.split(":", 2).join(":"))

describe("The header of a section", () => {
  it.each([
    "frontend",
    "backend",
    "listen",
    "peers",
    "resolvers",
    "cache",
    "userlist",
    "ring",
    "mailers",
    "fcgi-app",
    "http-errors"
  ])("has a name: %s", (keyword) => {
    assert.deepStrictEqual(checked(`${keyword}\n`), [
      `1:${keyword.length + 1} error section.name: this section has no name (write a name behind "${keyword}")`
    ])
  })

  it.each(["global", "defaults", "crt-store", "traces"])("may do without a name: %s", (keyword) => {
    assert.deepStrictEqual(short(`${keyword}\n`), [])
  })

  it.each([
    ["frontend", "error"],
    ["peers", "error"],
    ["resolvers", "error"]
  ])("has a name of letters, digits and some signs: %s", (keyword, severity) => {
    assert.deepStrictEqual(checked(`${keyword} a/b\n`), [
      `1:${keyword.length + 2} ${severity} section.name: "/" may not stand in the name of a section (use letters, digits, and any of _.:-)`
    ])
  })

  it("may have any name where HAProxy doesn't mind, or only complains", () => {
    assert.deepStrictEqual(short("cache a/b\ncrt-store a/b\ndefaults a/b\n"), [])
    assert.deepStrictEqual(short("backend a/b\n", "3.3"), ["1:9 warning section.name"])
  })

  it("ends behind the name", () => {
    assert.deepStrictEqual(checked("frontend web 10.0.0.1:80\n"), [
      `1:14 error section.header: "10.0.0.1:80" may not stand behind the name of a section (give the address in a "bind" line)`
    ])
    assert.deepStrictEqual(short("peers a b\nglobal x\ntraces y\ncache c d\n"), [
      "1:9 error section.header",
      "2:8 error section.header",
      "3:8 error section.header",
      "4:9 error section.header"
    ])
    assert.deepStrictEqual(short("ring a b\nmailers a b\ndefaults a b\n"), [])
    assert.deepStrictEqual(short("backend a b\n", "3.0"), [])
    assert.deepStrictEqual(short("backend a b\n  mode http\n", "3.0"), ["1:11 error section.header"])
  })

  it.each([
    ["traces", "3.0", "3.1"],
    ["crt-store", "2.8", "3.0"],
    ["acme a", "3.1", "3.2"],
    ["healthcheck a", "3.3", "3.4"],
    ["log-profile a", "3.0", "3.1"]
  ] as const)("comes with a version: %s", (header, before, since) => {
    const [keyword] = header.split(" ")
    assert.deepStrictEqual(checked(`${header}\n  whatever\n`, before), [
      `1:1 error version.since: HAProxy ${before} has no section "${keyword}" (it came with HAProxy ${since})`
    ])
    assert.deepStrictEqual(short(`${header}\n`, since), [])
  })

  it("goes after a version", () => {
    assert.deepStrictEqual(short("program a\n  command true\n", "3.2"), [])
    assert.deepStrictEqual(short("program a\n  command true\n", "3.3"), ["1:1 error version.until"])
  })
})

describe("Two sections of one name", () => {
  it.each([
    "peers",
    "mailers",
    "resolvers",
    "cache",
    "ring",
    "http-errors",
    "fcgi-app",
    "log-forward",
    "frontend",
    "backend",
    "listen"
  ])("are refused: %s", (keyword) => {
    assert.deepStrictEqual(checked(`${keyword} a\n${keyword} a\n`), [
      `2:${keyword.length + 2} error section.duplicate: ${keyword} "a" stands in line 1 already (rename one of the two)`
    ])
  })

  it("are taken where HAProxy adds them up, or takes the first", () => {
    assert.deepStrictEqual(
      short("global\nglobal\ndefaults a\ndefaults a\nuserlist a\nuserlist a\ncrt-store a\ncrt-store a\n"),
      []
    )
  })

  it.each([
    ["frontend", "backend", "2.6", "warning"],
    ["backend", "frontend", "3.2", "warning"],
    ["frontend", "backend", "3.3", "error"],
    ["listen", "backend", "2.6", "error"],
    ["frontend", "listen", "2.6", "error"],
    ["backend", "listen", "3.0", "warning"],
    ["backend", "listen", "3.2", "error"]
  ] as const)("share it: a %s and a %s in HAProxy %s give an %s", (one, other, version, severity) => {
    assert.deepStrictEqual(short(`${one} a\n${other} a\n`, version), [
      `2:${other.length + 2} ${severity} section.duplicate`
    ])
  })

  it("may take their names from the environment", () => {
    assert.deepStrictEqual(short(`backend "$A"\nbackend "$A"\n`), [])
  })
})
