import { Journal } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer } from "effect"
import { existsSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { current, desired } from "../../src/demo/configurations.ts"
import { file, folderOfTest, lockstep, serving, withBundle } from "../support/program.ts"

withBundle()

const examples = join(import.meta.dirname, "../../../../examples/haproxy")

/** What names the server of an emulator. */
const environmentOf = ({ url }: { readonly url: string }) => ({
  LOCKSTEP_HAPROXY_URL: url,
  LOCKSTEP_HAPROXY_USER: "admin",
  LOCKSTEP_HAPROXY_PASSWORD: "pw"
})

describe("the commands that speak to a server", () => {
  it("plan, apply and find nothing left to do", async () => {
    const emulator = await serving(["haproxy", "emulator", file("current.cfg", current), "--listen", "127.0.0.1:0"])
    const env = environmentOf(emulator.ready)
    const wanted = file("desired.cfg", desired)
    const saved = join(folderOfTest, "plan.json")

    const planned = lockstep(["haproxy", "plan", wanted, "--out", saved, "--detailed-exitcode"], { env })
    assert.strictEqual(planned.status, 2)
    assert.include(planned.stdout, "+ Create backend 'search'")
    assert.strictEqual(statSync(saved).mode & 0o777, 0o600)

    const applied = lockstep(["haproxy", "apply", saved, "-o", "json"], { env })
    const { kind, status, verified } = JSON.parse(applied.stdout) as Readonly<Record<string, unknown>>
    assert.deepStrictEqual([applied.status, kind, status, verified], [0, "SyncResult", "applied", true])

    const stale = lockstep(["haproxy", "apply", saved], { env })
    assert.strictEqual(stale.status, 1)
    assert.include(stale.stderr, "the server's configuration has changed since this plan was made")

    assert.strictEqual(lockstep(["haproxy", "plan", wanted, "--detailed-exitcode"], { env }).status, 0)
    const shown = JSON.parse(lockstep(["haproxy", "show", "-o", "json"], { env }).stdout) as Readonly<
      Record<string, unknown>
    >
    assert.deepStrictEqual([shown["kind"], shown["transactions"]], ["Server", []])

    const wrong = lockstep(["haproxy", "show"], { env: { ...env, LOCKSTEP_HAPROXY_PASSWORD: "not-it" } })
    assert.strictEqual(wrong.status, 1)
    assert.match(wrong.stderr, /^error: GET \/info failed \(401\): .*\n {2}check user and password\n$/)
    assert.notInclude(wrong.stdout + wrong.stderr, "not-it")

    assert.strictEqual(await emulator.stop(), 0)
    const gone = lockstep(["haproxy", "apply", wanted], { env })
    assert.strictEqual(gone.status, 1)
    assert.include(gone.stderr, "check the address, and that the Data Plane API runs there")
  })

  it("tell what is stored otherwise apart from what runs otherwise", async () => {
    const text = readFileSync(join(examples, "current.cfg"), "utf8")
    const emulator = await serving(["haproxy", "emulator", file("drift.cfg", text), "--listen", "127.0.0.1:0"])
    const env = environmentOf(emulator.ready)
    const drift = (wanted: string) =>
      lockstep(["haproxy", "drift", wanted, "-o", "json", "--detailed-exitcode"], { env })
    const none = drift(file("drift.cfg", text))
    assert.deepStrictEqual([none.status, (JSON.parse(none.stdout) as { drifted: boolean }).drifted], [0, false])

    const { url } = emulator.ready
    await fetch(`${url}/v3/services/haproxy/runtime/backends/shop/servers/shop1`, {
      method: "PUT",
      headers: { authorization: `Basic ${btoa("admin:pw")}`, "content-type": "application/json" },
      body: JSON.stringify({ admin_state: "maint" })
    })
    const { status, stdout } = drift(file("wanted.cfg", desired))
    const found = JSON.parse(stdout) as {
      readonly kind: string
      readonly configuration: { readonly operations: ReadonlyArray<unknown> }
      readonly running: unknown
    }
    assert.deepStrictEqual([status, found.kind], [2, "Drift"])
    assert.isNotEmpty(found.configuration.operations)
    assert.deepStrictEqual(found.running, [
      { backend: "shop", server: "shop1", difference: "its state is maint instead of ready" }
    ])
    const human = lockstep(["haproxy", "drift", file("wanted.cfg", desired)], { env })
    assert.include(human.stdout, "! server 'shop1' in backend 'shop': its state is maint instead of ready")
    await emulator.stop()
  })

  it("remember in a folder what was left open, show it, and bring it to its end", async () => {
    const emulator = await serving(["haproxy", "emulator", file("open.cfg", current), "--listen", "127.0.0.1:0"])
    const folder = join(folderOfTest, "state")
    const env = { ...environmentOf(emulator.ready), LOCKSTEP_STATE_DIR: folder }
    const by = { machine: "m", boot: "b", namespace: "n", pid: 1, started: "1" }
    await Journal.use((journal) =>
      journal.put(emulator.ready.url, {
        kind: "change",
        id: "c1",
        at: 0,
        by,
        left: true,
        open: "reload",
        good: { version: 1 }
      })
    ).pipe(Effect.provide(Journal.file(folder).pipe(Layer.provide(NodeServices.layer))), Effect.runPromise)
    const open = () =>
      (JSON.parse(lockstep(["haproxy", "show", "-o", "json"], { env }).stdout) as { open: unknown }).open
    assert.deepStrictEqual(open(), [{ since: "1970-01-01T00:00:00.000Z", open: "reload", left: true }])
    assert.include(lockstep(["haproxy", "show"], { env }).stdout, "whose reload nobody saw end")

    const held = file("open.cfg", current)
    const applied = lockstep(["haproxy", "apply", held, "-o", "json"], { env })
    const { reloads, success } = { success: applied.status, ...(JSON.parse(applied.stdout) as { reloads: number }) }
    assert.deepStrictEqual([success, reloads, open()], [0, 1, []])

    // A folder that can't be used costs a warning, and nothing else.
    const nowhere = lockstep(["haproxy", "apply", file("more.cfg", desired), "--state-dir", held], { env })
    assert.strictEqual(nowhere.status, 0, nowhere.stderr)
    assert.match(nowhere.stderr, /the journal in FOLDER\/open\.cfg can't be (read|written)/)
    assert.strictEqual(await emulator.stop(), 0)
  })

  it("hold the guards of a plan from its making to its end", async () => {
    const theirs = "frontend web\n  bind 127.0.0.1:18099\nbackend theirs\n  server s 10.0.0.1:80\n"
    const ours = "backend ours\n  server s 10.0.0.2:80\n"
    const emulator = await serving(["haproxy", "emulator", file("shared.cfg", theirs), "--listen", "127.0.0.1:0"])
    const env = environmentOf(emulator.ready)
    const wanted = file("ours.cfg", ours)
    const [saved, unsaved] = [join(folderOfTest, "ours.json"), join(folderOfTest, "never.json")]

    const refused = lockstep(["haproxy", "plan", wanted, "--max-deletes", "0", "--out", unsaved], { env })
    assert.strictEqual(refused.status, 1)
    assert.include(refused.stdout, "refused: the plan deletes 2, and 0 are allowed: ")
    assert.strictEqual(refused.stderr, "not saved: the plan is refused\n")
    assert.isFalse(existsSync(unsaved))
    const stopped = lockstep(["haproxy", "apply", wanted, "--protect", "backend/theirs", "-o", "json"], { env })
    const { status, requests } = JSON.parse(stopped.stdout) as Readonly<Record<string, unknown>>
    assert.deepStrictEqual([stopped.status, status, requests], [1, "refused", 0])

    const planned = lockstep(["haproxy", "plan", wanted, "--own", "backend/ours", "--out", saved], { env })
    assert.strictEqual(planned.status, 0)
    const { desired, guards } = JSON.parse(readFileSync(saved, "utf8")) as Readonly<Record<string, unknown>>
    assert.deepStrictEqual(guards, { own: ["backend/ours"] })
    assert.include(JSON.stringify(desired), JSON.stringify(theirs + ours).slice(1, -1))
    const applied = lockstep(["haproxy", "apply", saved], { env })
    assert.strictEqual(applied.status, 0, applied.stdout + applied.stderr)
    const again = lockstep(["haproxy", "plan", wanted, "--own", "backend/ours"], { env })
    assert.strictEqual(again.stdout, "In step: no changes.\n")
    assert.strictEqual(await emulator.stop(), 0)
  })

  it("meet what the emulator is told to let go wrong, on its command line and over HTTP", async () => {
    const flags = ["--listen", "127.0.0.1:0", "--fault", "unavailable=1"]
    const emulator = await serving(["haproxy", "emulator", file("faulty.cfg", current), ...flags])
    const { url } = emulator.ready
    const headers = { authorization: `Basic ${btoa("admin:pw")}` }
    const version = async () => (await fetch(`${url}/v3/services/haproxy/configuration/version`, { headers })).status
    assert.deepStrictEqual([await version(), await version()], [503, 200])
    const body = JSON.stringify({ name: "too-many-requests" })
    const added = await fetch(`${url}/lockstep/faults`, { method: "POST", headers, body })
    assert.strictEqual(added.status, 201)
    assert.deepStrictEqual([await version(), await version()], [429, 200])
    assert.strictEqual(await emulator.stop(), 0)
    const { status, stderr } = lockstep(["haproxy", "emulator", "--fault", "nonsense=1"])
    assert.strictEqual(status, 64)
    assert.include(stderr, '"nonsense=1" is no fault\n  write NAME=AMOUNT, with one of conflict-storm, slow-commits')
  })

  it("say which setting is missing", () => {
    const { status, stderr } = lockstep(["haproxy", "show"])
    assert.deepStrictEqual(
      [status, stderr],
      [1, "error: the address of the Data Plane API is not given\n  use --url, or set LOCKSTEP_HAPROXY_URL\n"]
    )
  })

  it("never show a password", () => {
    const secret = "userlist staff\n  user ines insecure-password geheim\n"
    const { stdout } = lockstep([
      "haproxy",
      "diff",
      file("none.cfg", "global\n  daemon\n"),
      file("secret.cfg", `global\n  daemon\n${secret}`),
      "-o",
      "json"
    ])
    assert.include(stdout, "Create user 'ines' in userlist 'staff'")
    assert.notInclude(stdout, "geheim")
  })
})

describe("a password in a configuration", () => {
  it("is in nothing that plan, drift and apply write, whether the server takes it or refuses it", async () => {
    const emulator = await serving(["haproxy", "emulator", file("plain.cfg", current), "--listen", "127.0.0.1:0"])
    const env = environmentOf(emulator.ready)
    const secret = `${current}userlist extra\n  user ines insecure-password geheim\n`
    const taken = file("taken.cfg", secret)
    const refused = file("refused.cfg", `${secret}backend none\n  bogus\n`)
    for (const args of [
      ["plan", taken],
      ["drift", taken],
      ["apply", refused],
      ["apply", taken],
      ["drift", file("plain.cfg", current)]
    ]) {
      for (const format of ["human", "json"]) {
        const { stderr, stdout } = lockstep(["haproxy", ...args, "-o", format], { env })

        assert.notInclude(stdout + stderr, "geheim", args.join(" "))
      }
    }
    assert.strictEqual(await emulator.stop(), 0)
  }, 60_000)
})

describe("the built-in example", () => {
  it("is the one in the folder of examples", () => {
    assert.strictEqual(current, readFileSync(join(examples, "current.cfg"), "utf8"))
    assert.strictEqual(desired, readFileSync(join(examples, "desired.cfg"), "utf8"))
  })

  it("is brought in step by the demo", () => {
    const { status, stdout } = lockstep(["demo"])
    assert.strictEqual(status, 0)
    assert.match(stdout, /A second look at all 3: \d+ requests, 0 labels and 0 trackers written\./)
    assert.match(stdout, /Both loops are in step\.\n$/)
  })
})
