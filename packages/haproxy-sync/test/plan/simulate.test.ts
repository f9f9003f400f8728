import { plan, simulatePlan } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { backend, config, section } from "../support/configs.ts"

const simulated = (from: string, to: string): string => {
  const [current, desired] = [config(from), config(to)]
  return simulatePlan(plan(current, desired), current, desired)
}

describe("simulatePlan", () => {
  it("writes sections that change from their model, and keeps the others", () => {
    const kept = "# mine\nfrontend  f\n\tbind :80 # why\n"
    assert.strictEqual(
      simulated(
        kept + backend("server  a  10.0.0.1:80", "no-such-keyword"),
        kept + backend("no-such-keyword", "server a 10.0.0.1:80 check", "server b 10.0.0.2:80")
      ),
      kept + backend("server a 10.0.0.1:80 check", "server b 10.0.0.2:80", "no-such-keyword")
    )
  })

  it("leaves what means the same as it is written, because nothing is sent for it", () => {
    const current = "frontend f\n  bind *:80\n"
    assert.strictEqual(simulated(current, "frontend f\n  # why\n  bind :80\n"), current)
  })

  it("puts a new section where it stands in the desired text", () => {
    const [a, b, c] = [section("backend a"), section("backend b"), section("backend c")]
    assert.strictEqual(simulated(a + c, a + b + c), a + b + c)
    assert.strictEqual(simulated(c, a + c), a + c)
    assert.strictEqual(simulated(a, a + b + c), a + b + c)
  })

  it("takes deleted sections out", () => {
    const [a, b] = [section("backend a"), section("backend b")]
    assert.strictEqual(simulated(a + b, b), b)
    assert.strictEqual(simulated(a + b, ""), "")
  })

  it("keeps the lines before the first section", () => {
    assert.strictEqual(
      simulated(`.notice "x"\n${backend()}`, `.notice "x"\n${backend("mode tcp")}`),
      `.notice "x"\n${backend("mode tcp")}`
    )
  })

  it("keeps a section without a name nameless", () => {
    assert.strictEqual(simulated("defaults\n", section("defaults", "mode http")), section("defaults", "mode http"))
  })

  it("keeps the quotes of a name", () => {
    assert.strictEqual(
      simulated('backend "a"\n', section('backend "a"', "mode tcp")),
      section('backend "a"', "mode tcp")
    )
  })

  it("carries operations on a list out one after another", () => {
    const rules = (letters: string) =>
      backend(...letters.split("").map((letter) => `http-request set-header ${letter} 1`))
    for (const [from, to] of [
      ["abcd", "dabc"],
      ["abcd", "bd"],
      ["", "abc"],
      ["abcd", "xbyd"],
      ["aab", "aba"],
      ["abcdef", "fxecba"]
    ] as const) {
      assert.strictEqual(simulated(rules(from), rules(to)), rules(to))
    }
  })

  it("changes servers whose names look like numbers in their places", () => {
    const servers = (weight: number) =>
      backend("balance first", `server 10 10.0.0.1:80 weight ${weight}`, "server 9 10.0.0.1:80 check")
    assert.strictEqual(simulated(servers(1), servers(2)), servers(2))
  })

  it("changes the bind that the server calls otherwise than the desired text", () => {
    assert.strictEqual(
      simulated("frontend f\n  bind *:80\n  bind *:81\n", "frontend f\n  bind :80 accept-proxy\n  bind *:81\n"),
      "frontend f\n  bind :80 accept-proxy\n  bind *:81\n"
    )
  })

  it("leaves what means the same in a section that changes, comments included", () => {
    const current = (...rules: ReadonlyArray<string>) =>
      section("frontend f # old", "bind *:80", 'http-request set-header X "a b" # old', ...rules, 'no-such-keyword "c"')
    assert.strictEqual(
      simulated(
        current(),
        section(
          "frontend f # new",
          "bind :80",
          "http-request set-header X a\\ b # new",
          "http-request deny",
          "no-such-keyword 'c'"
        )
      ),
      current("http-request deny")
    )
  })
})
