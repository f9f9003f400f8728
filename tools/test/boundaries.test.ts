import { assert, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

const root = join(import.meta.dirname, "../..")

/** Lints a file with one import at a path of the project, under the project's own rules, in a folder of its own. */
const lint = (file: string, imported: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "lockstep-boundaries-"))
  cpSync(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"))
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), `import * as planted from "${imported}"\n\nexport const used = planted\n`)
  try {
    execFileSync(join(root, "node_modules/.bin/oxlint"), [file], { cwd: folder, encoding: "utf8", stdio: "pipe" })
    return ""
  } catch (error) {
    return String((error as { readonly stdout: unknown }).stdout)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe("the boundaries between packages", () => {
  it.each([
    ["packages/core/src/planted-import.ts", "@lockstep/github-sync"],
    ["packages/core/src/planted-import.ts", "@lockstep/haproxy-sync/testing"],
    ["packages/github-sync/src/planted-import.ts", "@lockstep/haproxy-sync"],
    ["packages/github-sync/src/planted-import.ts", "../../haproxy-sync/src/index.ts"],
    ["packages/haproxy-sync/src/planted-import.ts", "@lockstep/github-sync"],
    ["packages/haproxy-sync/src/planted-import.ts", "@lockstep/operator"],
    ["packages/operator/src/planted-import.ts", "@lockstep/cli"],
    ["packages/github-sync/src/domain/planted-import.ts", "node:fs"],
    ["packages/github-sync/src/domain/planted-import.ts", "@octokit/rest"],
    ["packages/haproxy-sync/src/plan/planted-import.ts", "../dataplane/DataplaneClient.ts"],
    ["packages/haproxy-sync/src/grammar/planted-import.ts", "effect/http/HttpClient"],
    ["packages/haproxy-sync/src/check/planted-import.ts", "../testing/Emulator.ts"],
    ["packages/haproxy-sync/src/api/planted-import.ts", "../dataplane/DataplaneClient.ts"]
  ])("refuse that %s imports %s", (file, imported) => {
    assert.match(lint(file, imported), /no-restricted-imports/)
  })

  it.each([
    ["packages/github-sync/src/planted-import.ts", "@lockstep/core"],
    ["packages/operator/src/planted-import.ts", "@lockstep/haproxy-sync"],
    ["packages/haproxy-sync/src/plan/planted-import.ts", "../diff/Operation.ts"],
    ["packages/haproxy-sync/src/plan/planted-import.ts", "../api/Routes.ts"]
  ])("allow that %s imports %s", (file, imported) => {
    assert.strictEqual(lint(file, imported), "")
  })

  it("agree with what the packages declare", () => {
    const needs = (name: string): ReadonlyArray<string> => {
      const manifest = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")) as {
        readonly dependencies: Readonly<Record<string, string>>
      }
      return Object.keys(manifest.dependencies).filter((one) => one.startsWith("@lockstep/"))
    }
    assert.deepStrictEqual(needs("core"), [])
    assert.deepStrictEqual(needs("github-sync"), ["@lockstep/core"])
    assert.deepStrictEqual(needs("haproxy-sync"), ["@lockstep/core"])
    assert.deepStrictEqual(needs("operator"), ["@lockstep/core", "@lockstep/github-sync", "@lockstep/haproxy-sync"])
  })
})
