import { assert, describe, it } from "@effect/vitest"
import { brokenByReordering, orderDiffers } from "../../src/diff/LineOrder.ts"
import { config, section } from "../support/configs.ts"

const only = (header: string, ...lines: ReadonlyArray<string>) => {
  const [first] = config(section(header, ...lines)).sections
  if (first === undefined) throw new Error("no section")
  return first
}
const [server, other] = ["server a 10.0.0.1:80", "server b 10.0.0.2:80"]

describe("brokenByReordering", () => {
  it.each<[title: string, header: string, lines: ReadonlyArray<string>]>([
    ["default-server before all servers", "backend b", ["default-server check", server, other]],
    ["servers without a default-server", "backend b", [server, other]],
    [
      "several default-server lines before all servers",
      "backend b",
      ["default-server check", "default-server inter 5s", server]
    ],
    ["a comment that only looks like one", "backend b", [server, "# default-server check"]],
    ["a path for Lua before the files", "global", ["lua-prepend-path /a/?.lua", "lua-load x.lua"]],
    ["variables of one kind", "global", ["setenv A 1", "setenv B 2", 'log "$A" local0']],
    ["variables that have nothing to do with each other", "global", ["setenv A 1", "presetenv B 2", "unsetenv C D"]],
    ["default-bind before the bind", "peers p", ["default-bind ssl crt a.pem", "bind 10.0.0.1:1"]]
  ])("finds nothing in %s", (_, header, lines) => {
    assert.isUndefined(brokenByReordering(only(header, ...lines)))
  })

  it.each<[title: string, header: string, lines: ReadonlyArray<string>, broken: string]>([
    ["a server before the default-server", "backend b", [server, "default-server check", other], server],
    [
      "a server between default-server lines",
      "backend b",
      ["default-server check", server, "default-server inter 5s"],
      server
    ],
    [
      "a server template before the default-server",
      "backend b",
      ["server-template t 3 a:1", "default-server check"],
      "server-template t 3 a:1"
    ],
    ["a server of a listen section", "listen l", [server, "default-server check"], server],
    ["a Lua file before the path", "global", ["lua-load x.lua", "lua-prepend-path /a/?.lua"], "lua-load x.lua"],
    [
      "a bind of peers before default-bind",
      "peers p",
      ["bind 10.0.0.1:1", "default-bind ssl crt a.pem"],
      "bind 10.0.0.1:1"
    ],
    ["a variable before it is set", "global", ['log "$A" local0', "setenv A 1"], 'log "$A" local0'],
    ["a variable that is set again", "global", ["setenv A 1", "presetenv A 2"], "setenv A 1"],
    ["a variable that another one is made of", "global", ["setenv A 1", 'presetenv B "$A"'], 'presetenv B "$A"']
  ])("finds %s", (_, header, lines, broken) => {
    const found = brokenByReordering(only(header, ...lines))
    assert.strictEqual(found?.words.join(" "), broken)
  })
})

describe("orderDiffers", () => {
  it("does not count lines that only one side has", () => {
    assert.isFalse(
      orderDiffers(only("backend b", "default-server check", server), only("backend b", "default-server check", other))
    )
  })

  it("counts a line that gets another one of its kind before it", () => {
    const before = only("backend b", "default-server check", server, "default-server inter 5s", other)
    const after = only("backend b", "default-server check", "default-server inter 5s", server, other)
    assert.isTrue(orderDiffers(before, after))
    assert.isTrue(orderDiffers(after, before))
  })
})
