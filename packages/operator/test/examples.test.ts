import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const operator = dirname(dirname(fileURLToPath(import.meta.url)))
const root = dirname(dirname(operator))
// Beside the dependencies of this package, so that the examples find what they import.
const folder = join(operator, "node_modules", ".examples")

const packages = ["core", "github-sync", "haproxy-sync", "operator"]

const examplesOf = (file: string) =>
  [...readFileSync(file, "utf8").matchAll(/```ts\n(.*?)```/gsu)].map(([, block = ""]) =>
    block
      .split("\n")
      .map((line) => line.replace(/^\s*\* ?/u, ""))
      .join("\n")
  )

const options = {
  extends: join(root, "tsconfig.base.json"),
  compilerOptions: {
    rootDir: root,
    noEmit: true,
    composite: false,
    declaration: false,
    declarationMap: false,
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
    noUnusedLocals: false,
    customConditions: ["@lockstep/source"]
  }
}

describe("the examples in the doc comments", () => {
  it("compile", { timeout: 60_000 }, () => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const files = packages.flatMap((name) =>
      globSync(join(root, "packages", name, "src", "**", "*.ts")).flatMap((source) =>
        examplesOf(source).map((example, index) => {
          const file = join(folder, `${source.slice(root.length + 1).replaceAll("/", "_")}.${index}.ts`)
          writeFileSync(file, `${example}\nexport {}\n`)
          return file
        })
      )
    )
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ ...options, files }))
    const compiler = spawnSync(join(root, "node_modules", ".bin", "tsc"), ["-p", folder], { encoding: "utf8" })
    rmSync(folder, { recursive: true, force: true })
    assert.isAtLeast(files.length, 10)
    assert.deepStrictEqual(
      compiler.stdout.split("\n").filter((line) => line.includes("error TS")),
      []
    )
    assert.isNull(compiler.signal)
  })
})
