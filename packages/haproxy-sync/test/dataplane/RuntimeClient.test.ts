import { DataplaneClient, RuntimeClient } from "@lockstep/haproxy-sync"
import { DataplaneEmulator } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** A server whose HAProxy has loaded a map and an ACL file. */
const server = (api: "2.9" | "3.0" | "3.2" | "3.4") =>
  Layer.unwrap(
    Effect.map(
      Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "lockstep-runtime-"))),
        (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
      ),
      (directory) => {
        mkdirSync(join(directory, "maps"))
        writeFileSync(join(directory, "maps/hosts.map"), "a one\nb two\n")
        writeFileSync(join(directory, "blocked.acl"), "/x\n")
        const config = [
          "global",
          `  stats socket ${join(directory, "stats.sock")} level admin`,
          "frontend public",
          "  bind 127.0.0.1:80",
          `  use_backend %[req.hdr(host),map(${join(directory, "maps/hosts.map")})]`,
          `  http-request deny if { path -f ${join(directory, "blocked.acl")} }`,
          "backend app",
          "  stick-table type ip size 1k store conn_cnt",
          "  server s1 10.0.0.1:80",
          ""
        ].join("\n")
        return RuntimeClient.layer.pipe(
          Layer.provideMerge(DataplaneEmulator.clientLayer({ api, config, directory, check: () => undefined }))
        )
      }
    )
  )

const states = RuntimeClient.use((runtime) =>
  Effect.map(runtime.servers("app"), (servers) => servers?.map(({ admin, name }) => `${name} ${admin}`))
)

describe.each(["2.9", "3.0", "3.2", "3.4"] as const)("RuntimeClient for %s", (api) => {
  const test = <A, E>(title: string, body: Effect.Effect<A, E, RuntimeClient | DataplaneClient>) =>
    it.live(title, () => body.pipe(Effect.provide(server(api)), Effect.scoped))

  test(
    "takes servers out and in, adds and deletes them",
    Effect.gen(function* () {
      const runtime = yield* RuntimeClient
      assert.deepStrictEqual(yield* states, ["s1 ready"])
      yield* runtime.setServer("app", "s1", { admin: "drain" })
      yield* runtime.addServer("app", { name: "s2", address: "10.0.0.2", port: 80 })
      assert.deepStrictEqual(yield* states, ["s1 drain", "s2 maint"])
      yield* runtime.deleteServer("app", "s2")
      yield* runtime.setServer("app", "s1", { admin: "ready" })
      assert.deepStrictEqual(yield* states, ["s1 ready"])
      assert.deepStrictEqual(yield* runtime.servers("nowhere"), [])
      // Nothing of it is stored.
      assert.strictEqual(yield* DataplaneClient.use((client) => client.version), 1)
    })
  )

  test(
    "changes a weight where the server's version can",
    Effect.gen(function* () {
      const runtime = yield* RuntimeClient
      const changed = yield* Effect.result(runtime.setServer("app", "s1", { weight: 7 }))
      if (api === "3.4") assert.strictEqual((yield* runtime.servers("app"))?.[0]?.weight, 7)
      else assert.strictEqual(changed._tag === "Failure" && changed.failure.reason, "Unsupported")
    })
  )

  test(
    "changes the entries of a map",
    Effect.gen(function* () {
      const runtime = yield* RuntimeClient
      const [map] = yield* runtime.maps
      const name = map?.name ?? ""
      yield* runtime.addMapEntries(name, [
        { key: "c", value: "three" },
        { key: "d", value: "four" }
      ])
      yield* runtime.setMapEntry(name, { key: "a", value: "first" })
      yield* runtime.deleteMapEntry(name, "b")
      assert.deepStrictEqual(
        (yield* runtime.mapEntries(name)).map(({ key, value }) => `${key} ${value}`),
        ["a first", "c three", "d four"]
      )
    })
  )

  test(
    "changes the entries of an ACL file",
    Effect.gen(function* () {
      const runtime = yield* RuntimeClient
      const acl = (yield* runtime.acls).find(({ name }) => name.endsWith("blocked.acl"))
      const id = acl?.id ?? ""
      yield* runtime.addAclEntries(id, ["/y", "/z"])
      const [first] = yield* runtime.aclEntries(id)
      yield* runtime.deleteAclEntry(id, first?.id ?? "")
      assert.deepStrictEqual(
        (yield* runtime.aclEntries(id)).map(({ value }) => value),
        ["/y", "/z"]
      )
    })
  )

  test(
    "reads stick tables, and certificates where the server's version can",
    Effect.gen(function* () {
      const runtime = yield* RuntimeClient
      const [table] = yield* runtime.stickTables
      assert.deepStrictEqual([table?.name, table?.type], ["app", "ip"])
      assert.deepStrictEqual(yield* runtime.stickTableEntries("app"), [])
      const certificates = yield* Effect.result(runtime.certificates)
      if (api === "2.9" || api === "3.0")
        assert.strictEqual(certificates._tag === "Failure" && certificates.failure.reason, "Unsupported")
      else assert.deepStrictEqual(certificates._tag === "Success" && certificates.success, [])
    })
  )
})
