import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { calling, services } from "../support/calling.ts"

/** Paths with a name that HAProxy's socket would take for something else, and what the server calls it. */
const refused = [
  ["/configuration/backends/a%23b/servers", "parent_name"],
  ["/configuration/frontends/%22x%22/acls/0", "parent_name"],
  ["/runtime/backends/a%26b/servers", "parent_name"],
  ["/runtime/backends/app/servers/a%3Bb", "name"],
  ["/runtime/maps/a%2Ab", "name"],
  ["/runtime/acls/1/entries/a%23b", "id"]
] as const

describe("A name in a path", () => {
  it.live.each(refused)("such as in %s is refused as %s", ([path, name]) =>
    Effect.gen(function* () {
      const { call } = yield* calling({ api: "3.2" })
      const { body, status } = yield* call("GET", `${services}${path}`)
      assert.strictEqual(status, 422)
      assert.include((body as { readonly message: string }).message, `${name} in path should match '^`)
    }).pipe(Effect.scoped)
  )

  it.live("is looked for among stored files as it would be stored, and never outside of their folder", () =>
    Effect.gen(function* () {
      const { call, emulator } = yield* calling({ api: "3.2" })
      writeFileSync(join(emulator.directory, "general/a_b.txt"), "held")
      assert.strictEqual((yield* call("GET", `${services}/storage/general/a%20b.txt`)).text, "held")
      const outside = yield* call("GET", `${services}/storage/general/..%2Fhaproxy.cfg`)
      assert.strictEqual(outside.status, 404)
      assert.include(outside.text, "file _haproxy.cfg doesn't exist in dir")
    }).pipe(Effect.scoped)
  )
})

describe("The ACL files of the HAProxy that is simulated", () => {
  const config = (file: string) =>
    `global\n  stats socket /tmp/nowhere.sock\nfrontend public\n  mode http\n  http-request deny if { path -f ${file} }\n`

  it.live("take an entry after another, and tell which number is none", () =>
    Effect.gen(function* () {
      const { call, emulator } = yield* calling({ api: "3.2" })
      const file = join(emulator.directory, "general/paths.acl")
      writeFileSync(file, "/a\n")
      writeFileSync(emulator.file, config(file))
      yield* Effect.promise(() => emulator.startHaproxy())
      const entries = `${services}/runtime/acls/0/entries`
      assert.strictEqual((yield* call("POST", entries, { value: "/b" })).status, 201)
      const values = Effect.map(call("GET", entries), ({ body }) =>
        (body as ReadonlyArray<{ readonly value: string }>).map(({ value }) => value)
      )
      assert.deepStrictEqual(yield* values, ["/a", "/b"])
      const other = yield* call("POST", `${services}/runtime/acls/99/entries`, { value: "/b" })
      assert.strictEqual(other.status, 500)
      assert.include(other.text, "cannot add ACL files entry for 99: [3]  Unknown ACL identifier.")
      assert.strictEqual((yield* call("POST", entries, {})).status, 500)
      // The server gives the number on without the sign that HAProxy wants in front.
      const replaced = yield* call("PUT", entries, [{ value: "/c" }])
      assert.strictEqual(replaced.status, 400)
      assert.include(replaced.text, "[prepare acl 0] general error")
      assert.deepStrictEqual(yield* values, ["/a", "/b"])
    }).pipe(Effect.scoped)
  )
})
