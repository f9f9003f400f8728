import {
  DataplaneClient,
  driftFrom,
  parse,
  readHeld,
  RuntimeClient,
  StorageClient,
  type StoredFile,
  storeFiles,
  Synchronizer
} from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Result } from "effect"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { connect } from "node:tls"
import { runtimeSocketAt } from "../../../src/dataplane/RuntimeSocket.ts"
import { makeAuthority } from "../../../../../tools/servers/pki/Certificates.ts"
import { folder, freePort, haproxyVersions, overHaproxy, synchronizerFor } from "../../support/realHaproxy.ts"
import { smallConfig } from "../../support/smallConfig.ts"

const authority = makeAuthority("tests")
const certificate = (name: string): string => {
  const { certificate: pem, key } = authority.issue({ commonName: name, usage: "server", names: [name] })
  return `${pem}\n${key}\n`
}

/** The name of the certificate that is shown to who asks for a name. */
const shownFor = (port: number, servername: string) =>
  Effect.promise(
    () =>
      new Promise<string>((resolve, reject) => {
        const socket = connect({ host: "127.0.0.1", port, servername, rejectUnauthorized: false }, () => {
          const { subject } = socket.getPeerCertificate()
          socket.destroy()
          resolve(String(subject.CN))
        })
        socket.on("error", reject)
      })
  )

/** Changes a weight at runtime, which is read back, and then another by hand, which is told as drift. */
const weighs = Effect.fnUntraced(function* (config: (weight: number) => string, socket: string) {
  const { raw } = yield* readHeld
  const result = yield* Synchronizer.use((one) => one.syncFromStrings(raw.text, config(20)))
  assert.deepStrictEqual([result.status, result.reloads, result.notices], ["applied", 0, []])
  yield* runtimeSocketAt(socket).execute("set server app/s1 weight 33")
  const { running } = yield* driftFrom(Result.getOrThrow(parse(config(20))))
  assert.deepStrictEqual(running, [{ backend: "app", server: "s1", difference: "its weight is 33 instead of 20" }])
})

describe.each(haproxyVersions)("A running HAProxy %s whose own socket is known", (api, variable) => {
  // Before 3.2 the server has no kind of files for lists of certificates.
  const [kind, place] = api === "3.0" ? (["general", "general"] as const) : (["ssl_crt_lists", "ssl"] as const)

  /** Runs something against a HAProxy with a list of two certificates, a third one that is loaded, and a file of authorities. */
  const against = <A, E>(
    run: (world: {
      readonly directory: string
      readonly port: number
      readonly socket: string
      readonly config: (weight: number) => string
    }) => Effect.Effect<A, E, DataplaneClient | RuntimeClient | StorageClient | Synchronizer>
  ) =>
    Effect.scoped(
      Effect.gen(function* () {
        const haproxy = process.env[variable] ?? ""
        assert.notStrictEqual(haproxy, "")
        const [directory, port, other] = [yield* folder, yield* freePort, yield* freePort]
        for (const name of ["ssl", "general"]) mkdirSync(join(directory, name))
        const ssl = (name: string) => join(directory, "ssl", name)
        for (const name of ["one", "two", "three"]) writeFileSync(ssl(`${name}.pem`), certificate(`${name}.test`))
        writeFileSync(join(directory, place, "list.txt"), `${ssl("one.pem")}\n${ssl("two.pem")} two.test\n`)
        writeFileSync(join(directory, "general/ca.pem"), authority.certificate)
        const socket = join(directory, "stats.sock")
        const config = (weight: number) =>
          smallConfig({
            socket,
            weight,
            bind: `127.0.0.1:${port} ssl crt-list ${join(directory, place, "list.txt")} ca-file ${join(directory, "general/ca.pem")} verify optional`,
            rest: `frontend other from main\n  bind 127.0.0.1:${other} name other ssl crt ${ssl("three.pem")}\n  default_backend app`
          })
        const { emulator } = yield* overHaproxy({ api, config: config(10), directory, haproxy })
        const layer = synchronizerFor(emulator, { runtimeSocket: socket })
        const result = yield* run({ config, directory, port, socket }).pipe(
          Effect.provide(Layer.mergeAll(RuntimeClient.layer, StorageClient.layer).pipe(Layer.provideMerge(layer)))
        )
        const ended = yield* DataplaneClient.use((client) => client.reloads).pipe(Effect.provide(layer))
        return { ended, result }
      })
    )

  const list = (directory: string, ...lines: ReadonlyArray<string>): StoredFile => ({
    kind,
    name: "list.txt",
    content: lines.map((line) => `${join(directory, "ssl")}/${line}\n`).join("")
  })

  it.live("takes entries of a list of certificates in and out without a reload", () =>
    Effect.map(
      against(({ directory, port }) =>
        Effect.gen(function* () {
          assert.strictEqual(yield* shownFor(port, "two.test"), "two.test")
          const wanted = list(directory, "one.pem", "three.pem [alpn h2] three.test *.three.test")
          const [change] = yield* storeFiles([wanted])
          assert.deepStrictEqual([change?.change, change?.requests], ["changed at runtime", 3])
          assert.strictEqual(yield* shownFor(port, "a.three.test"), "three.test")
          assert.strictEqual(yield* shownFor(port, "two.test"), "one.test")
          assert.strictEqual(readFileSync(join(directory, place, "list.txt"), "utf8"), wanted.content)
          assert.strictEqual((yield* storeFiles([wanted]))[0]?.change, "unchanged")
        })
      ),
      ({ ended }) => assert.deepStrictEqual(ended, [])
    )
  )

  it.live("is reloaded for what would come to another place in such a list", () =>
    against(({ directory, port }) =>
      Effect.gen(function* () {
        const [change] = yield* storeFiles([list(directory, "two.pem two.test", "one.pem")])
        assert.strictEqual(change?.change, "replaced")
        assert.isString(change?.reloadId)
        assert.strictEqual(yield* shownFor(port, "two.test"), "two.test")
      })
    )
  )

  it.live("takes another file of authorities without a reload", () =>
    Effect.map(
      against(({ directory }) =>
        Effect.gen(function* () {
          const content = `${authority.certificate}\n\n${makeAuthority("others").certificate}\n`
          const [change] = yield* storeFiles([{ kind: "general", name: "ca.pem", content }])
          assert.deepStrictEqual([change?.change, change?.requests], ["changed at runtime", 2])
          const runtime = yield* RuntimeClient
          const loaded = yield* runtime.caFingerprints(join(directory, "general/ca.pem"), 2)
          assert.strictEqual(new Set(loaded).size, 2)
          assert.strictEqual(readFileSync(join(directory, "general/ca.pem"), "utf8"), content)
        })
      ),
      ({ ended }) => assert.deepStrictEqual(ended, [])
    )
  )

  it.live("tells its weights, also those that somebody has changed by hand", () =>
    against(({ config, socket }) => weighs(config, socket))
  )
})

describe.each(haproxyVersions)("A running HAProxy %s whose own socket is not known", (api, variable) => {
  it.live("tells its weights through the API all the same", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const haproxy = process.env[variable] ?? ""
        const [directory, port] = [yield* folder, yield* freePort]
        const socket = join(directory, "stats.sock")
        const config = (weight: number) => smallConfig({ socket, weight, bind: `127.0.0.1:${port}` })
        const { layer } = yield* overHaproxy({ api, config: config(10), directory, haproxy })
        yield* weighs(config, socket).pipe(Effect.provide(layer))
      })
    )
  )
})
