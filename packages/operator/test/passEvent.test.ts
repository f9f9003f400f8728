import type { Pass } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { DateTime } from "effect"
import { passEvent } from "../src/passEvent.ts"

const details = {
  initialState: undefined,
  finalState: "qualified",
  labelsAdded: [],
  labelsRemoved: [],
  errors: [],
  syncTime: DateTime.makeUnsafe(0),
  reason: "A sentence"
} as const

const passOf = (_tag: Pass["result"]["_tag"]) => ({ result: { ...details, _tag } }) as unknown as Pass

describe("passEvent", () => {
  it.each([
    ["applied", "Normal", "Synced"],
    ["partial", "Warning", "PartlySynced"],
    ["deferred", "Warning", "SyncDeferred"],
    ["refused", "Warning", "SyncRefused"]
  ] as const)("tells of a pass that is %s", (tag, type, reason) => {
    assert.deepStrictEqual(passEvent(passOf(tag)), { type, reason, action: "SyncLabels", note: "A sentence" })
  })

  it("is silent where nothing was to do", () => {
    assert.isUndefined(passEvent(passOf("unchanged")))
  })
})
