import { PullRequest } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"

describe("PullRequest.parseRef", () => {
  it("reads what formatRef writes", () => {
    const ref = { repository: { owner: "acme", name: "web.site_2" }, number: 42 }
    assert.strictEqual(PullRequest.formatRef(ref), "acme/web.site_2#42")
    assert.deepStrictEqual(PullRequest.parseRef("acme/web.site_2#42"), Option.some(ref))
  })

  it.each([
    "",
    "acme",
    "acme/web",
    "acme/web#",
    "acme/web#0",
    "acme/web#-1",
    "acme/web#1.5",
    "/web#1",
    "acme/#1",
    "a/b/c#1",
    "acme/web#1#2"
  ])("refuses '%s'", (text) => {
    assert.deepStrictEqual(PullRequest.parseRef(text), Option.none())
  })
})
