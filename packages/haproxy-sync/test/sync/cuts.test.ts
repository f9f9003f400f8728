import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { accidents, survives } from "../support/cuts.ts"
import { smallConfig } from "../support/smallConfig.ts"

const before = smallConfig()

/** What is to come about, by the way it travels. */
const desired = {
  "a change that HAProxy takes while it runs": smallConfig({ weight: 20 }),
  "changes in one transaction": smallConfig({
    weight: 20,
    public: ["http-request deny if { path /x }", "http-request set-header X-A 1"],
    rest: "backend b2\n  server s 127.0.0.1:81"
  }),
  "a text as a whole": smallConfig({ weight: 20, rest: "listen both\n  bind 127.0.0.1:18081\n  server s 127.0.0.1:82" })
} as const

describe.each(Object.entries(desired))("Synchronizing %s", (_, text) => {
  it.live.each(Object.entries(accidents))(
    "is honest and can be repeated when a request %s",
    ([, accident]) =>
      Effect.map(survives({ config: before }, text, accident), (requests) => assert.isAbove(requests, 2)),
    120_000
  )
})
