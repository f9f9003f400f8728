import { assert, describe, it } from "@effect/vitest"
import { file, lockstep, serving, withBundle } from "../support/program.ts"

withBundle()

/** What somebody else does to the labels of a pull request. */
const changeLabels = (url: string, labels: ReadonlyArray<string>) =>
  fetch(`${url}/repos/acme/web/issues/7/labels`, {
    method: "PUT",
    headers: { "user-agent": "test", authorization: "Bearer t" },
    body: JSON.stringify({ labels })
  })

describe("lockstep github", () => {
  it("derives, pushes and checks the state of a pull request", async () => {
    const seed = file(
      "seed.json",
      JSON.stringify({
        repositories: [
          {
            owner: "acme",
            name: "web",
            pullRequests: [{ number: 7, title: "More", checks: [{ name: "ci", conclusion: "success" }] }]
          }
        ]
      })
    )
    const emulator = await serving(["github", "emulator", "--seed", seed, "--listen", "127.0.0.1:0"])
    const env = { LOCKSTEP_GITHUB_URL: emulator.ready.url, LOCKSTEP_GITHUB_TOKEN: "t" }
    const run = (command: string, number = 7) => {
      const { status, stdout } = lockstep(["github", command, `acme/web#${number}`, "-o", "json"], { env })
      const { apiVersion, at, reason, ...told } = JSON.parse(stdout) as Readonly<Record<string, unknown>>
      assert.strictEqual(apiVersion, "lockstep/v1")
      assert.match(String(at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/)
      assert.isString(reason)
      return [status, told]
    }
    const told = { kind: "LabelSyncResult", added: [], removed: [], errors: [] }
    const inStep = { ...told, status: "unchanged", initial: "qualified", final: "qualified" }
    const set = { ...told, status: "applied", initial: null, final: "qualified", added: ["cd/qualified"] }
    assert.deepStrictEqual(run("sync"), [0, { ...set, added: [] }])
    assert.deepStrictEqual(run("push"), [0, set])
    assert.deepStrictEqual(run("push"), [0, inStep])
    assert.deepStrictEqual(run("check"), [0, inStep])
    await changeLabels(emulator.ready.url, ["cd/healthy"])
    const corrected = { initial: "healthy", added: ["cd/qualified"], removed: ["cd/healthy"] }
    assert.deepStrictEqual(run("check"), [0, { ...inStep, ...corrected, status: "applied" }])
    const missing = ["could not read acme/web#8: it was not found; check the name and what the token may see"]
    assert.deepStrictEqual(run("check", 8), [
      1,
      { ...told, status: "refused", initial: null, final: null, errors: missing }
    ])
    assert.strictEqual(lockstep(["github", "sync", "acme"], { env }).status, 64)
    assert.strictEqual(await emulator.stop(), 0)
  })
})
