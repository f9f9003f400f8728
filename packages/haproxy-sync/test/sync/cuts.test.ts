import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { accidents, survives } from "../support/cuts.ts"

const config = (weight: number, rules: ReadonlyArray<string> = [], rest = "") =>
  [
    "global",
    "  stats socket /tmp/lockstep-cuts.sock mode 600 level admin",
    "defaults main",
    "  mode http",
    "  timeout connect 1s",
    "  timeout client 1s",
    "  timeout server 1s",
    "frontend public from main",
    "  bind 127.0.0.1:18080 name public",
    ...rules.map((rule) => `  http-request ${rule}`),
    "  default_backend app",
    "backend app from main",
    `  server s1 127.0.0.1:80 weight ${weight}`,
    rest,
    ""
  ].join("\n")

const before = config(10)

/** What is to come about, by the way it travels. */
const desired = {
  "a change that HAProxy takes while it runs": config(20),
  "changes in one transaction": config(
    20,
    ["deny if { path /x }", "set-header X-A 1"],
    "backend b2\n  server s 127.0.0.1:81"
  ),
  "a text as a whole": config(20, [], "listen both\n  bind 127.0.0.1:18081\n  server s 127.0.0.1:82")
} as const

describe.each(Object.entries(desired))("Synchronizing %s", (_, text) => {
  it.live.each(Object.entries(accidents))(
    "is honest and can be repeated when a request %s",
    ([, accident]) =>
      Effect.map(survives({ config: before }, text, accident), (requests) => assert.isAbove(requests, 2)),
    120_000
  )
})
