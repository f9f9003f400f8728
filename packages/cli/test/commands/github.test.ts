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
  it("derives, pushes and checks the state of a pull request", { timeout: 60_000 }, async () => {
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
    const why = lockstep(["tracker", "explain", "acme/web#7"], { env })
    assert.strictEqual(why.status, 0)
    assert.include(why.stdout, "acme/web#7 is qualified\n  pull request   open")
    assert.include(why.stdout, "  changes        +cd/qualified\n")
    const { steps, ...explained } = JSON.parse(
      lockstep(["tracker", "explain", "acme/web#7", "-o", "json"], { env }).stdout
    ) as { readonly steps: ReadonlyArray<object> }
    assert.deepStrictEqual<object>(explained, {
      apiVersion: "lockstep/v1",
      kind: "Explanation",
      pullRequest: "acme/web#7",
      state: "qualified",
      verdict: "started",
      reason: "it is open and qualifies"
    })
    assert.strictEqual(steps.length, 7)
    assert.deepStrictEqual(run("sync"), [0, { ...set, added: [] }])
    assert.deepStrictEqual(run("push"), [0, set])
    assert.deepStrictEqual(run("push"), [0, inStep])
    assert.deepStrictEqual(run("check"), [0, inStep])
    await changeLabels(emulator.ready.url, ["cd/healthy"])
    const dry = lockstep(["github", "check", "acme/web#7", "--dry-run", "-o", "json"], { env })
    assert.deepInclude(JSON.parse(dry.stdout), { status: "applied", added: ["cd/qualified"], dryRun: true })
    assert.strictEqual(
      dry.stderr,
      "would add the label cd/qualified to acme/web#7\nwould take the label cd/healthy from acme/web#7\n"
    )
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

describe("lockstep github labels", () => {
  it(
    "plans and applies the catalogue of a repository, and has nothing to do the second time",
    { timeout: 60_000 },
    async () => {
      const seed = file(
        "catalogue.json",
        JSON.stringify({
          repositories: [
            {
              owner: "acme",
              name: "web",
              labels: [{ name: "bug" }, { name: "CD/Merged", color: "ededed" }, { name: "flow/closed" }],
              pullRequests: [{ number: 7, title: "More", labels: ["flow/closed"] }]
            }
          ]
        })
      )
      const emulator = await serving(["github", "emulator", "--seed", seed, "--listen", "127.0.0.1:0"])
      const env = {
        LOCKSTEP_GITHUB_URL: emulator.ready.url,
        LOCKSTEP_GITHUB_TOKEN: "t",
        LOCKSTEP_GITHUB_WRITE_INTERVAL: "0 seconds"
      }
      const labels = (command: string, ...args: ReadonlyArray<string>) =>
        lockstep(["github", "labels", command, "--repo", "acme/web", "--former-prefix", "flow/", ...args], { env })

      const planned = labels("plan", "--detailed-exitcode")
      assert.strictEqual(planned.status, 2)
      assert.include(planned.stdout, "  ~ CD/Merged\n      name: CD/Merged → cd/merged\n      color: ededed → 5319e7")
      assert.include(planned.stdout, "  ~ flow/closed\n      name: flow/closed → cd/closed")
      assert.include(planned.stdout, "  + cd/healthy  2cbe4e  Every cluster has the change and is healthy")
      assert.include(planned.stdout, "Plan for acme/web: 7 to create, 2 to change. 10 requests.")
      assert.deepInclude(JSON.parse(labels("plan", "-o", "json").stdout), {
        apiVersion: "lockstep/v1",
        kind: "LabelPlan",
        repository: "acme/web",
        clashes: [],
        summary: { creates: 7, updates: 2 },
        forecast: { requests: 10, seconds: 9 }
      })

      const applied = labels("apply", "-o", "json")
      assert.strictEqual(applied.status, 0)
      const told = JSON.parse(applied.stdout) as {
        readonly kind: string
        readonly status: string
        readonly applied: ReadonlyArray<string>
        readonly errors: ReadonlyArray<string>
      }
      assert.deepInclude(told, { kind: "LabelCatalogueResult", status: "applied", errors: [] })
      assert.strictEqual(told.applied.length, 9)
      assert.strictEqual(labels("plan", "--detailed-exitcode").stdout, "The labels of acme/web are in step.\n")
      assert.deepInclude(labels("apply"), { status: 0, stdout: "The labels of acme/web are in step.\n" })
      const of7 = await fetch(`${emulator.ready.url}/repos/acme/web/issues/7/labels`, {
        headers: { "user-agent": "t" }
      })
      assert.include(await of7.text(), `"name":"cd/closed","color":"cccccc"`)
      assert.strictEqual(await emulator.stop(), 0)
    }
  )

  it("refuses what it can't work with", { timeout: 60_000 }, () => {
    const wrong: ReadonlyArray<ReadonlyArray<string>> = [
      ["--repo", "acme"],
      ["--repo", "acme/web", "--name", "shipped=x"],
      ["--repo", "acme/web", "--rename", "x"],
      ["--repo", "acme/web", "--prefix", "x".repeat(50)]
    ]
    for (const args of wrong) assert.strictEqual(lockstep(["github", "labels", "plan", ...args]).status, 64)
  })
})
