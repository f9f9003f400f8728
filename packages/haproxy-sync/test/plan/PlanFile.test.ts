import { decodePlanFile, looksLikePlanFile, PlanFile, sha256 } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"

const text = "backend app\n  server s 10.0.0.1:80\n"
const file: PlanFile = {
  apiVersion: "lockstep/v1",
  kind: "Plan",
  haproxy: "3.2",
  order: "auto",
  base: { sha256: sha256("global\n") },
  desired: { sha256: sha256(text), text }
}
const encode = Schema.encodeSync(PlanFile)
const refusal = (content: unknown) =>
  Result.getOrThrow(Result.flip(decodePlanFile(typeof content === "string" ? content : JSON.stringify(content))))

describe("decodePlanFile", () => {
  it("reads back what was written", () => {
    assert.deepStrictEqual(Result.getOrThrow(decodePlanFile(JSON.stringify(encode(file)))), file)
  })

  it("takes fields that people need and it does not", () => {
    assert.isTrue(
      Result.isSuccess(decodePlanFile(JSON.stringify({ ...file, server: { url: "http://127.0.0.1:5555" } })))
    )
  })

  it("keeps the guards, and refuses those that make no sense", () => {
    const guards = { own: ["backend/team-a-*"], maxDeletes: 3, protect: ["global"] }
    assert.deepStrictEqual(
      Result.getOrThrow(decodePlanFile(JSON.stringify(encode({ ...file, guards })))).guards,
      guards
    )
    assert.match(refusal({ ...file, guards: { maxDeletes: -1 } }), /^it is no plan file of this version: /)
    assert.match(refusal({ ...file, guards: { own: "global" } }), /^it is no plan file of this version: /)
  })

  it("refuses what is no JSON", () => {
    assert.match(refusal("{"), /^it is no JSON: /)
  })

  it.each([
    ["another version", { ...file, apiVersion: "lockstep/v2" }],
    ["another kind", { ...file, kind: "Model" }],
    ["an unknown version of HAProxy", { ...file, haproxy: "1.8" }],
    ["no text", { ...file, desired: { sha256: "" } }],
    ["a list", []]
  ])("refuses %s", (_, content) => {
    assert.match(refusal(content), /^it is no plan file of this version: /)
  })

  it("refuses a text that was changed after it was written", () => {
    assert.strictEqual(
      refusal({ ...file, desired: { ...file.desired, text: `${text}backend b\n` } }),
      "its configuration was changed after it was written"
    )
  })

  it("refuses a text that can't be understood", () => {
    const broken = 'backend "app\n'
    assert.strictEqual(
      refusal({ ...file, desired: { text: broken, sha256: sha256(broken) } }),
      "its configuration can't be understood"
    )
  })

  it("never repeats the text in a refusal, since it may hold passwords", () => {
    const broken = 'backend "geheim\n'
    assert.notInclude(refusal({ ...file, desired: { text: broken, sha256: sha256(broken) } }), "geheim")
    assert.notInclude(refusal({ ...file, order: "some", desired: { ...file.desired, text: "geheim" } }), "geheim")
  })
})

describe("looksLikePlanFile", () => {
  it("tells a plan file from a configuration", () => {
    assert.isTrue(looksLikePlanFile("\n  {}"))
    assert.isFalse(looksLikePlanFile(text))
    assert.isFalse(looksLikePlanFile(""))
  })
})
