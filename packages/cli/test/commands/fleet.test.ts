import { assert, describe, it } from "@effect/vitest"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { file, folderOfTest, lockstep, serving, withBundle } from "../support/program.ts"

withBundle()

const config = (weight: number) =>
  [
    "global",
    "  stats socket /tmp/lockstep-fleet-cli.sock mode 600 level admin",
    "frontend public",
    "  bind 127.0.0.1:18080",
    "  default_backend app",
    "backend app",
    `  server s1 127.0.0.1:80 weight ${weight}`,
    ""
  ].join("\n")

const env = { LOCKSTEP_HAPROXY_USER: "admin", LOCKSTEP_HAPROXY_PASSWORD: "pw" }

const started = (...flags: ReadonlyArray<string>) =>
  serving(["haproxy", "emulator", file("edge.cfg", config(1)), "--listen", "127.0.0.1:0", ...flags])

describe("haproxy fleet", () => {
  it("brings a configuration to all servers of a file, and tells who holds what", async () => {
    const [one, two] = [await started(), await started()]
    const fleet = file(
      "fleet.json",
      JSON.stringify({
        instances: [
          { name: "one", url: one.ready.url },
          { name: "two", url: two.ready.url, passwordFile: "two.password" }
        ]
      })
    )
    file("two.password", "pw\n")
    const wanted = file("wanted.cfg", config(7))
    const run = (...args: ReadonlyArray<string>) =>
      lockstep(["haproxy", "fleet", ...args, "--instances", fleet], { env })

    const applied = run("apply", wanted, "-o", "json")
    const report = JSON.parse(applied.stdout) as {
      readonly kind: string
      readonly instances: ReadonlyArray<{ readonly outcome: string }>
    }
    assert.deepStrictEqual([applied.status, report.kind], [0, "FleetReport"], applied.stderr)
    assert.deepStrictEqual(
      report.instances.map(({ outcome }) => outcome),
      ["done", "done"]
    )
    // What is left open would be remembered where the home of the program is.
    assert.isTrue(existsSync(join(folderOfTest, ".local/state/lockstep/haproxy/key")))
    const status = run("status")
    assert.deepStrictEqual([status.status, status.stdout.split("\n").at(-2)], [0, "All hold the same configuration."])

    await one.stop()
    const stopped = run("apply", file("next.cfg", config(9)))
    assert.strictEqual(stopped.status, 1)
    assert.include(stopped.stdout, "- two: skipped")
    assert.strictEqual(run("status").status, 1)
    await two.stop()
  })

  it.each([
    ["no JSON", "nonsense", "is no JSON"],
    ["a field that means nothing", '{"instances":[{"name":"a","url":"http://a","pasword":"x"}]}', "pasword"],
    ["no instance", '{"instances":[]}', "can't be understood"],
    ["a name twice", '{"instances":[{"name":"a","url":"http://a"},{"name":"a","url":"http://b"}]}', "the same name"]
  ])("refuses a file with %s", (_, content, message) => {
    const { status, stderr } = lockstep(["haproxy", "fleet", "status", "--instances", file("wrong.json", content)], {
      env
    })
    assert.strictEqual(status, 1)
    assert.include(stderr, message)
  })
})

describe("haproxy rollback", () => {
  it("brings the version before back, where the server keeps it", async () => {
    const server = await started("--backups", "3")
    const at = { ...env, LOCKSTEP_HAPROXY_URL: server.ready.url }
    assert.strictEqual(lockstep(["haproxy", "apply", file("next.cfg", config(5))], { env: at }).status, 0)
    const back = lockstep(["haproxy", "rollback", "-o", "json"], { env: at })
    const { status, verified } = JSON.parse(back.stdout) as Readonly<Record<string, unknown>>
    assert.deepStrictEqual([back.status, status, verified], [0, "applied", true], back.stderr)
    const plan = lockstep(["haproxy", "plan", file("first.cfg", config(1)), "--detailed-exitcode"], { env: at })
    assert.strictEqual(plan.status, 0)
    const none = lockstep(["haproxy", "rollback", "--to", "99"], { env: at })
    assert.strictEqual(none.status, 1)
    assert.include(none.stderr, "the server keeps no backup of version 99")
    await server.stop()
  })
})
