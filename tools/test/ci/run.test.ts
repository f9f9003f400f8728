import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, assert, beforeEach, describe, it } from "@effect/vitest"

const repository = fileURLToPath(new URL("../../..", import.meta.url))

let root = ""

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "lockstep-ci-"))
  for (const file of [".ci/run", "tools/report.mjs"]) cpSync(join(repository, file), join(root, file))
  mkdirSync(join(root, "node_modules/.bin"), { recursive: true })
  symlinkSync(process.execPath, join(root, "node_modules/.bin/node"))
  // Where the archive's keys are missing it installs them; a test must not.
  mkdirSync(join(root, "bin"))
  for (const name of ["apt-get", "sudo"]) writeFileSync(join(root, "bin", name), "#!/bin/sh\n", { mode: 0o755 })
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

interface Step {
  readonly status: number
  /** Results by the folder of their report. */
  readonly reports: Readonly<Record<string, readonly [passed: number, failed: number]>>
}

/** Writes a script that leaves reports as a test run does, and ends with a status. */
const script = (name: string, { status, reports }: Step) => {
  const lines = Object.entries(reports).map(([folder, [passed, failed]]) => {
    const report = {
      numPassedTests: passed,
      numFailedTests: failed,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: []
    }
    const directory = JSON.stringify(`${folder}/dist/.test`)
    const text = JSON.stringify(JSON.stringify(report))
    return `fs.mkdirSync(${directory}, { recursive: true }); fs.writeFileSync(${directory} + "/report.json", ${text})`
  })
  writeFileSync(
    join(root, name),
    `import fs from "node:fs"\nconsole.log("output of a step")\n${lines.join("\n")}\nprocess.exit(${status})\n`
  )
  return `node ${name}`
}

const run = (test: Step, servers: Step) => {
  const scripts = { test: script("test.mjs", test), "test:servers": script("servers.mjs", servers) }
  writeFileSync(join(root, "package.json"), JSON.stringify({ name: "ci", private: true, scripts }))
  const env = { ...process.env, PATH: `${join(root, "bin")}:${process.env.PATH}` }
  const { status, stdout } = spawnSync(join(root, ".ci/run"), { cwd: tmpdir(), encoding: "utf8", env })
  return { status, last: stdout.trimEnd().split("\n").at(-1) }
}

const tests: Step = { status: 0, reports: { "packages/a": [3, 0], "packages/b": [4, 0], tools: [2, 0] } }
const servers: Step = { status: 0, reports: { "tools/servers": [5, 0] } }

describe(".ci/run", { timeout: 60_000 }, () => {
  it("sums up both steps in its last line", () => {
    assert.deepStrictEqual(run(tests, servers), { status: 0, last: "14 passed, 0 failed" })
  })

  it("fails with the number of failed tests", () => {
    const red: Step = { status: 1, reports: { "tools/servers": [4, 2] } }
    assert.deepStrictEqual(run(tests, red), { status: 1, last: "13 passed, 2 failed" })
  })

  it("counts a step that fails without a failed test as one failure", () => {
    assert.deepStrictEqual(run({ ...tests, status: 1 }, servers), { status: 1, last: "14 passed, 1 failed" })
  })

  it("counts a step that leaves no results as one failure", () => {
    assert.deepStrictEqual(run(tests, { status: 1, reports: {} }), { status: 1, last: "9 passed, 1 failed" })
    assert.deepStrictEqual(run({ status: 0, reports: {} }, servers), { status: 1, last: "5 passed, 1 failed" })
  })

  it("takes no results of an earlier run for its own", () => {
    assert.strictEqual(run(tests, servers).status, 0)
    assert.deepStrictEqual(run(tests, { status: 1, reports: {} }), { status: 1, last: "9 passed, 1 failed" })
  })
})
