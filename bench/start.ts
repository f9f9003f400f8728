// What starting the bundled command line costs, against starting Node with an empty file.
import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { median, type Report } from "./Report.ts"

const bundle = join(import.meta.dirname, "../packages/cli/dist/lockstep.mjs")

export const run = async (quick: boolean): Promise<Report> => {
  execFileSync(process.execPath, ["build.mjs"], {
    cwd: join(import.meta.dirname, "../packages/cli"),
    stdio: ["ignore", 2, 2]
  })
  const folder = mkdtempSync(join(tmpdir(), "lockstep-bench-"))
  const empty = join(folder, "empty.mjs")
  const config = join(folder, "haproxy.cfg")
  writeFileSync(empty, "")
  writeFileSync(config, "global\n  maxconn 100\n")
  const commands = {
    node: [empty],
    help: [bundle, "--help"],
    "help-diff": [bundle, "haproxy", "diff", "--help"],
    print: [bundle, "haproxy", "print", config],
    model: [bundle, "haproxy", "model", config]
  }
  const times = new Map<string, Array<number>>(Object.keys(commands).map((name) => [name, []]))
  // In turn, so that a change of the machine's speed meets all of them.
  for (let round = 0; round <= (quick ? 7 : 20); round++) {
    for (const [name, args] of Object.entries(commands)) {
      const start = performance.now()
      spawnSync(process.execPath, args, { stdio: "ignore" })
      if (round > 0) times.get(name)?.push(performance.now() - start)
    }
  }
  rmSync(folder, { recursive: true })
  const bare = median(times.get("node") ?? [])
  const rest = [...times].filter(([name]) => name !== "node").map(([name, list]) => [name, median(list)] as const)
  return {
    columns: ["command", "median ms", "times Node's own start"],
    rows: [
      ["node", bare.toFixed(1), "1.00"],
      ...rest.map(([name, ms]) => [name, ms.toFixed(1), (ms / bare).toFixed(2)])
    ],
    ratios: Object.fromEntries(rest.map(([name, ms]) => [name, bare / ms])),
    goals: { help: 0.4, "help-diff": 0.4, print: 0.25, model: 0.25 }
  }
}
