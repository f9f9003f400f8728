import { assert, describe, it } from "@effect/vitest"
import { spawn } from "node:child_process"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { bundleOfTest, file, folderOfTest, lockstep, serving, withBundle } from "../support/program.ts"

withBundle()

const seed = {
  repositories: [
    {
      owner: "acme",
      name: "web",
      pullRequests: [
        { number: 7, title: "More", checks: [{ name: "ci" }] },
        { number: 8, title: "Less", draft: true, checks: [{ name: "ci" }] }
      ]
    }
  ]
}

describe("lockstep tracker and drift", () => {
  it("show what a local operator keeps in its file, while it runs", { timeout: 60_000 }, async () => {
    const emulator = await serving([
      "github",
      "emulator",
      "--seed",
      file("trackers.json", JSON.stringify(seed)),
      "--listen",
      "127.0.0.1:0"
    ])
    const env = { LOCKSTEP_GITHUB_URL: emulator.ready.url, LOCKSTEP_GITHUB_TOKEN: "t" }
    const store = join(folderOfTest, "operator.db")
    const operator = spawn(
      process.execPath,
      [bundleOfTest, "operator", "run", "--repo", "acme/web", "--store", store, "--listen", "127.0.0.1:0"],
      { stdio: "ignore", env: { PATH: process.env["PATH"], HOME: folderOfTest, ...env } }
    )
    onTestFinished(() => void operator.kill("SIGKILL"))
    const list = (...args: ReadonlyArray<string>) => lockstep(["tracker", "list", "--store", store, ...args])
    const absent = lockstep(["drift", "list", "--store", join(folderOfTest, "absent.db")])
    assert.deepInclude(absent, {
      status: 1,
      stderr:
        "error: there is no file FOLDER/absent.db\n  name the file of a local operator: operator run --store FILE\n"
    })
    const rows = () =>
      list()
        .stdout.split("\n")
        .map((line) => line.split(/ {2,}/u).slice(0, 5).join(" "))
    for (;;) if (rows().filter((row) => row.includes(" True")).length === 2) break

    assert.deepStrictEqual(rows(), [
      "NAME STATE REPOSITORY PR READY",
      "acme-web-7 qualified web 7 True",
      "acme-web-8 discovered web 8 True",
      ""
    ])
    const listed = JSON.parse(list("-o", "json").stdout)
    assert.deepInclude(listed, { apiVersion: "lockstep/v1", kind: "PullRequestTrackerList" })
    assert.strictEqual(listed.items[0].status.labels.lastApplied, "qualified")
    const got = lockstep(["tracker", "get", "acme-web-8", "--store", store])
    assert.deepInclude(JSON.parse(got.stdout).object.status.qualification, { reasons: ["it is a draft"] })
    const missing = lockstep(["tracker", "get", "acme-web-9", "--store", store])
    assert.strictEqual(missing.status, 1)
    assert.include(missing.stderr, "acme-web-9")
    assert.strictEqual(lockstep(["drift", "list", "--store", store]).stdout, "NAME   CLUSTER   PHASE   AGE\n")

    const ended = new Promise((resolve) => operator.once("exit", resolve))
    operator.kill("SIGTERM")
    assert.strictEqual(await ended, 0)
    assert.strictEqual(rows().length, 4)
    assert.strictEqual(await emulator.stop(), 0)
  })
})
