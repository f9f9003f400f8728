import { assert, describe, it } from "@effect/vitest"
import { spawn, spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const root = join(import.meta.dirname, "../..")

/** A folder that looks like the project to the bootstrap, with programs of our own in the place of the real ones. */
const checkout = (programs: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(join(tmpdir(), "lockstep-run-"))
  for (const file of ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"])
    cpSync(join(root, file), join(folder, file))
  const bin = join(folder, "node_modules/.bin")
  mkdirSync(bin, { recursive: true })
  mkdirSync(join(folder, "tools"))
  cpSync(join(root, "tools/run.mjs"), join(folder, "tools/run.mjs"))
  for (const [name, script] of Object.entries(programs))
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return { folder, bin, remove: () => rmSync(folder, { recursive: true }) }
}

const run = (folder: string, args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, [join(folder, "tools/run.mjs"), ...args], {
    encoding: "utf8",
    env: { ...process.env, LOCKSTEP_RUN: "", ...env }
  })

describe("tools/run.mjs", () => {
  it("says in one sentence that a task is unknown, and which there are", () => {
    const { remove, folder } = checkout({})
    const { status, stderr } = run(folder, ["deploy"])
    remove()
    assert.strictEqual(status, 1)
    assert.match(stderr, /^lockstep: unknown task deploy\. There are: start, .*\n$/)
  })

  it("installs when the manifests changed, and only then", () => {
    const { bin, folder, remove } = checkout({
      pnpm: 'echo "$@" >> "$(dirname "$0")/calls"',
      oxfmt: "exit 0",
      node: "exit 0"
    })
    run(folder, ["format"])
    run(folder, ["format"])
    const once = readFileSync(join(bin, "calls"), "utf8")
    writeFileSync(join(folder, "pnpm-lock.yaml"), "changed\n")
    run(folder, ["format"])
    const twice = readFileSync(join(bin, "calls"), "utf8")
    remove()
    assert.strictEqual(once, "install --frozen-lockfile --reporter=append-only\n")
    assert.strictEqual(twice, once + once)
  })

  it.each([
    ["ENOSPC: no space left on device", /the disk is full/],
    ["getaddrinfo ENOTFOUND packages.example.test", /the package registry cannot be reached/],
    ["EACCES: permission denied, mkdir", /cannot be written/],
    ["ERR_PNPM_OUTDATED_LOCKFILE", /does not match package\.json/]
  ])("puts the failure %s of the installation into a sentence", (output, sentence) => {
    const { folder, remove } = checkout({ pnpm: `echo "${output}" >&2; exit 1` })
    const { status, stderr } = run(folder, ["format"])
    remove()
    assert.strictEqual(status, 1)
    assert.match(stderr.trimEnd().split("\n").at(-1) ?? "", sentence)
  })

  it("stops when an install script calls it, instead of calling itself without end", () => {
    const { folder, remove } = checkout({ pnpm: "exit 0" })
    const { status, stderr } = run(folder, ["format"], { LOCKSTEP_RUN: "1" })
    remove()
    assert.strictEqual(status, 1)
    assert.match(stderr, /an install script called tools\/run\.mjs/)
  })

  it("ends with the exit code of the task", () => {
    const { folder, remove } = checkout({ pnpm: "exit 0", node: "exit 0", oxfmt: "exit 7" })
    const { status } = run(folder, ["format"])
    remove()
    assert.strictEqual(status, 7)
  })

  it("hands SIGTERM on to the task and ends as it ends", async () => {
    const { folder, remove } = checkout({
      pnpm: "exit 0",
      node: "exit 0",
      oxfmt: `exec "${process.execPath}" -e 'process.on("SIGTERM", () => { console.log("stopped"); process.exit(5) }); console.log("started"); setInterval(() => {}, 1000)'`
    })
    const child = spawn(process.execPath, [join(folder, "tools/run.mjs"), "format"], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, LOCKSTEP_RUN: "" }
    })
    let out = ""
    const code = await new Promise<number | null>((resolve) => {
      child.stdout.on("data", (data: Buffer) => {
        if (out === "") child.kill("SIGTERM")
        out += data.toString()
      })
      child.on("close", resolve)
    })
    remove()
    assert.strictEqual(out, "started\nstopped\n")
    assert.strictEqual(code, 5)
  })

  it("has no root script that pnpm would run by itself", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly scripts: object }
    for (const name of ["preinstall", "install", "postinstall", "prepare", "prepublish"])
      assert.notProperty(scripts, name)
  })

  it("runs on the Node that the project brings along", () => {
    assert.isAtLeast(Number(process.versions.node.split(".")[0]), 22)
  })
})
