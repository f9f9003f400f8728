// Bundles the command line into one file that Node starts as it is.
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { chmod, mkdir, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import { build } from "esbuild"

const outfile = process.argv[2] ?? "dist/lockstep.mjs"

const { outputFiles } = await build({
  entryPoints: ["src/main.ts"],
  bundle: true,
  minify: true,
  legalComments: "none",
  // A stack trace shows the line it is about: that must not be the whole program.
  lineLimit: 160,
  platform: "node",
  format: "cjs",
  target: "node22.19",
  conditions: ["@lockstep/source"],
  // What Node itself has is required, not imported: Node warns of an import by code that it was given as text.
  supported: { "dynamic-import": false },
  define: { "import.meta.url": "bundleUrl" },
  write: false,
  logLevel: "warning"
})
const program = outputFiles[0].text

/** The paths of all commands, from the help that the program itself gives. */
const helpTexts = (file) => {
  const texts = {}
  const visit = (path) => {
    const text = execFileSync(process.execPath, [file, ...path, "--help"], {
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1" }
    })
    texts[path.join(" ")] = text
    const list = /^SUBCOMMANDS\n((?: {2}.*\n?)+)/m.exec(text)?.[1] ?? ""
    for (const line of list.split("\n")) {
      const name = /^ {2}([a-z-]+)/.exec(line)?.[1]
      if (name !== undefined) visit([...path, name])
    }
  }
  visit([])
  return texts
}

/**
 * The file: help is answered at once, since it needs nothing of the program. The program itself is text in the file, so that
 * starting costs no more than reading it; what V8 compiled of it is kept from one start to the next, which halves the start.
 */
const fileOf = async (help) => {
  const { outputFiles: launcher } = await build({
    entryPoints: ["src/launch/launch.mjs"],
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node22.19",
    define: { HELP: JSON.stringify(help), PROGRAM: JSON.stringify("\0program") },
    write: false
  })
  const name = createHash("sha256").update(program).digest("hex").slice(0, 16)
  return `#!/usr/bin/env node\n${launcher[0].text.replace(/"\\0program"/, () => JSON.stringify({ name, text: program }))}`
}

await mkdir(dirname(outfile), { recursive: true })
await writeFile(outfile, await fileOf({}))
await chmod(outfile, 0o755)
await writeFile(outfile, await fileOf(helpTexts(outfile)))
