import { coveredBy } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { unknownKinds } from "../../src/plan/SectionPattern.ts"
import { config } from "../support/configs.ts"

const { sections } = config(
  "global\ndefaults\ndefaults main\nfrontend web\nbackend team-a-web\nbackend team-b-web\nbackend team-b-web\nbackend x.y\n"
)
const covered = (...patterns: ReadonlyArray<string>) =>
  sections.filter(coveredBy(patterns)).map(({ keyword, name }) => `${keyword}/${name}`)

describe("coveredBy", () => {
  it.each([
    ["backend/team-a-*", ["backend/team-a-web"]],
    ["frontend/*", ["frontend/web"]],
    ["frontend", ["frontend/web"]],
    ["global", ["global/"]],
    ["*end/*web", ["frontend/web", "backend/team-a-web", "backend/team-b-web", "backend/team-b-web#2"]],
    ["backend/team-?-web", ["backend/team-a-web", "backend/team-b-web", "backend/team-b-web#2"]],
    ["defaults/unnamed_defaults_1", ["defaults/unnamed_defaults_1"]],
    ["backend/team", []],
    ["backend/x?y", ["backend/x.y"]],
    ["backend/x.", []],
    ["backend/[x].y", []]
  ] as const)("by %s covers %j", (pattern, names) => {
    assert.deepStrictEqual(covered(pattern), [...names])
  })

  it("covers sections of one name together, whatever number they go by", () => {
    assert.deepStrictEqual(covered("backend/team-b-web"), ["backend/team-b-web", "backend/team-b-web#2"])
  })

  it("covers what any of the patterns covers, and nothing without one", () => {
    assert.deepStrictEqual(covered("global", "frontend/w*"), ["global/", "frontend/web"])
    assert.deepStrictEqual(covered(), [])
    assert.strictEqual(covered("*").length, sections.length)
  })
})

describe("unknownKinds", () => {
  it("refuses what is no kind of section, and says which there are", () => {
    const [refusal, ...more] = unknownKinds(["backends/a", "backend/a", "*/a", "global"])
    assert.deepStrictEqual(more, [])
    assert.strictEqual(refusal?.reason, 'the pattern "backends/a" names no kind of section')
    assert.include(refusal?.hint, "defaults, userlist, peers")
  })
})
