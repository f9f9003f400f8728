import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { calling, services } from "../support/calling.ts"

const map = `${services}/storage/maps/hosts.map`
const raw = `${services}/configuration/raw`

/** What is asked for, and the type of what comes: as a real server of the line 3.2 answers. */
const answers = [
  [map, "*/*", "application/octet-stream"],
  [map, "application/octet-stream", "application/octet-stream"],
  [map, "application/json, application/octet-stream", "application/octet-stream"],
  [map, "application/json", "application/json"],
  [map, "application/json, text/plain, */*", "application/json"],
  [raw, "*/*", "text/plain"],
  [raw, "text/plain", "text/plain"],
  [raw, "application/json, text/plain", "text/plain"],
  [raw, "application/json", "application/json"],
  [raw, "application/json, text/plain;q=0.9", "application/json"],
  [raw, "application/json, application/octet-stream", "application/json"]
] as const

describe("A text that is asked for", () => {
  it.live.each(answers)("at %s as %s comes as %s", ([path, accept, type]) =>
    Effect.gen(function* () {
      const { call, emulator } = yield* calling({ api: "3.2" })
      writeFileSync(join(emulator.directory, "maps/hosts.map"), "a b\n")
      const answer = yield* call("GET", path, undefined, { accept })
      assert.deepStrictEqual([answer.status, answer.type], [200, type])
      // A file in JSON is nothing, and the configuration is a string.
      if (type === "application/json") assert.strictEqual(typeof answer.body, path === map ? "object" : "string")
      else assert.include(answer.text, path === map ? "a b" : "global")
    }).pipe(Effect.scoped)
  )
})
