import { type StoredFile, storeFiles } from "@lockstep/haproxy-sync"
import { DataplaneEmulator, Faults } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { makeAuthority } from "../../../../tools/servers/pki/Certificates.ts"
import { fingerprintsOf } from "../../src/storage/certificates.ts"

const runtime = "/v3/services/haproxy/runtime"
const authority = makeAuthority("tests").certificate

/** A server of 3.2 whose HAProxy has loaded a list of certificates and a file of authorities, and what it answers about them. */
const scene = Effect.fnUntraced(function* (
  answersOf: (seen: ReadonlyArray<string>, ca: string) => Readonly<Record<string, { status: number; body?: unknown }>>
) {
  const directory = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "lockstep-running-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  )
  for (const name of ["ssl", "general"]) mkdirSync(join(directory, name))
  const [list, ca] = [join(directory, "ssl/list.txt"), join(directory, "general/ca.pem")]
  writeFileSync(list, "/1.pem\n/2.pem two.test\n")
  writeFileSync(ca, authority)
  const seen: Array<string> = []
  const known = (): ReturnType<typeof answersOf> => ({
    [`GET ${runtime}/ssl_crt_lists`]: { status: 200, body: [{ file: list }] },
    [`GET ${runtime}/ssl_ca_files`]: { status: 200, body: [{ storage_name: ca, count: "1 certificate(s)" }] },
    ...answersOf(seen, encodeURIComponent(ca))
  })
  const faults = new Faults()
  faults.add(({ method, path, query }) => {
    const reply = known()[`${method} ${path}`]
    if (path.startsWith(runtime) && method !== "GET")
      seen.push(`${method} ${path.replace(encodeURIComponent(ca), "CA")} ${query.toString()}`)
    return reply === undefined ? undefined : { reply: { body: {}, ...reply } }
  })
  const layer = DataplaneEmulator.clientLayer({
    directory,
    faults,
    api: "3.2",
    check: () => undefined,
    reloadDelay: 10
  })
  return { layer, list, seen }
})

const listOf = (...lines: ReadonlyArray<string>): StoredFile => ({
  kind: "ssl_crt_lists",
  name: "list.txt",
  content: `${lines.join("\n")}\n`
})

const first = { file: "/1.pem", line_number: 1 }
const second = { file: "/2.pem", line_number: 2, sni_filter: ["two.test"] }
const third = { file: "/3.pem", line_number: 3, ssl_bind_config: "alpn h2", sni_filter: ["three.test"] }
const entries = `${runtime}/ssl_crt_lists/entries`

describe("A list of certificates that HAProxy has loaded", () => {
  it.live("is changed by its entries through servers from 3.2 on", () =>
    Effect.gen(function* () {
      const { layer, list, seen } = yield* scene((sent) => ({
        [`GET ${entries}`]: { status: 200, body: sent.length < 2 ? [first, second] : [first, third] },
        [`POST ${entries}`]: { status: 201 },
        [`DELETE ${entries}`]: { status: 204 }
      }))
      const [change] = yield* storeFiles([listOf("/1.pem", "/3.pem [alpn h2] three.test")]).pipe(Effect.provide(layer))
      assert.deepStrictEqual([change?.change, change?.requests, change?.reloadId], ["changed at runtime", 3, undefined])
      const name = new URLSearchParams({ name: list }).toString()
      assert.deepStrictEqual(seen, [
        `DELETE ${entries} ${name}&cert_file=%2F2.pem&line_number=2`,
        `POST ${entries} ${name}`
      ])
    }).pipe(Effect.scoped)
  )

  it.live("is stored with a reload where HAProxy has something else afterwards", () =>
    Effect.gen(function* () {
      const { layer } = yield* scene(() => ({
        [`GET ${entries}`]: { status: 200, body: [first, second] },
        [`POST ${entries}`]: { status: 201 },
        [`DELETE ${entries}`]: { status: 204 }
      }))
      const [change] = yield* storeFiles([listOf("/1.pem")]).pipe(Effect.provide(layer))
      assert.strictEqual(change?.change, "replaced")
      assert.isString(change?.reloadId)
    }).pipe(Effect.scoped)
  )

  it.live("is stored with a reload where HAProxy refuses an entry", () =>
    Effect.gen(function* () {
      const { layer } = yield* scene(() => ({
        [`GET ${entries}`]: { status: 200, body: [first, second] },
        [`POST ${entries}`]: { status: 500, body: { code: 500, message: "certificate '/4.pem' does not exist" } }
      }))
      const [change] = yield* storeFiles([listOf("/1.pem", "/2.pem two.test", "/4.pem")]).pipe(Effect.provide(layer))
      assert.strictEqual(change?.change, "replaced")
    }).pipe(Effect.scoped)
  )
})

describe("A file of authorities that HAProxy has loaded", () => {
  const other = makeAuthority("others").certificate
  const file: StoredFile = { kind: "general", name: "ca.pem", content: other }
  const [fingerprint] = fingerprintsOf(other)

  it.live.each([
    ["is changed as a whole, and read back", fingerprint, "changed at runtime"],
    ["is stored with a reload where HAProxy has another afterwards", "00", "replaced"]
  ] as const)("%s", ([, shown, ending]) =>
    Effect.gen(function* () {
      const { layer, seen } = yield* scene((_, ca) => ({
        [`PUT ${runtime}/ssl_ca_files/${ca}`]: { status: 201 },
        [`GET ${runtime}/ssl_ca_files/${ca}/entries/1`]: { status: 200, body: { sha1_finger_print: shown } }
      }))
      const [change] = yield* storeFiles([file]).pipe(Effect.provide(layer))
      assert.deepStrictEqual([change?.change, change?.reloadId === undefined], [ending, ending !== "replaced"])
      assert.deepStrictEqual(seen, [`PUT ${runtime}/ssl_ca_files/CA `])
    }).pipe(Effect.scoped)
  )
})
