// Runs a benchmark by name: a table for people, and as the last line of stdout a JSON object for scripts.
import type { Report } from "./Report.ts"

const benchmarks: Readonly<Record<string, () => Promise<{ readonly run: (quick: boolean) => Promise<Report> }>>> = {
  controller: () => import("./controller.ts"),
  diff: () => import("./diff.ts"),
  parse: () => import("./parse.ts"),
  start: () => import("./start.ts"),
  sync: () => import("./sync.ts")
}

const [name = "", ...flags] = process.argv.slice(2)
const load = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined
if (load === undefined) {
  console.error(`usage: npm run bench -- NAME [--quick], where NAME is one of ${Object.keys(benchmarks).join(", ")}`)
  process.exit(64)
}
const { columns, goals, ratios, rows } = await (await load()).run(flags.includes("--quick"))
const table = [columns, ...rows]
const widths = columns.map((_, index) => Math.max(...table.map((row) => row[index]?.length ?? 0)))
for (const row of table) console.log(row.map((cell, index) => cell.padStart(widths[index] ?? 0)).join("  "))
const rounded = Object.fromEntries(Object.entries(ratios).map(([key, value]) => [key, Math.round(value * 1000) / 1000]))
const short = Object.keys(goals).filter((key) => (ratios[key] ?? 0) < (goals[key] ?? 0))
console.log(JSON.stringify({ bench: name, ratios: rounded, goals, short }))
