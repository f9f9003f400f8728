import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { buildSync } from "esbuild"

/** Runs a measurement in a process of its own, so that its peak memory is its own; answers the JSON it prints. */
export const inChild = <T>(file: string, ...args: ReadonlyArray<string>): T =>
  answerOf(["--conditions=@lockstep/source", join(import.meta.dirname, file), ...args])

/** The same, bundled as the command line is: Node's reading of TypeScript takes much memory itself. */
export const inBundle = (file: string) => {
  const folder = mkdtempSync(join(tmpdir(), "lockstep-bench-"))
  const outfile = join(folder, "worker.mjs")
  buildSync({
    entryPoints: [join(import.meta.dirname, file)],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    conditions: ["@lockstep/source"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url)' },
    logLevel: "warning"
  })
  return {
    /** A folder for what the measurements need. */
    folder,
    run: <T>(...args: ReadonlyArray<string>): T => answerOf([outfile, ...args]),
    remove: () => rmSync(folder, { recursive: true })
  }
}

const answerOf = <T>(args: ReadonlyArray<string>): T =>
  JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 24 })) as T
