// What comparing two configurations costs, cold and with one side already parsed: against cutting both texts into words, against
// parsing one of them, and against what the reference implementation in Go took.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { inBundle } from "./child.ts"
import { configurationOf } from "./configuration.ts"
import type { Report } from "./Report.ts"

interface Size {
  readonly name: string
  readonly bytes: number
  /** Two parses and a comparison in Go, in milliseconds, and the peak in megabytes: recorded once, on another machine. */
  readonly go: { readonly ms: number; readonly peak: number }
}

const sizes: ReadonlyArray<Size> = [
  { name: "70KB", bytes: 70e3, go: { ms: 14, peak: 47 } },
  { name: "0.7MB", bytes: 0.7e6, go: { ms: 170, peak: 177 } },
  { name: "3.6MB", bytes: 3.6e6, go: { ms: 830, peak: 789 } }
]

type Peak = { readonly peak: number }

const measured = ({ folder, run }: ReturnType<typeof inBundle>, { bytes, go, name }: Size, changes: number) => {
  const files = [configurationOf(bytes), configurationOf(bytes, { servers: changes })].map((text, index) => {
    const file = join(folder, `${index}.cfg`)
    writeFileSync(file, text)
    return file
  })
  const child = <T>(mode: string) => run<T & Peak>(mode, ...files)
  const once = child<{ readonly first: number; readonly operations: number }>("once")
  return {
    name: `${name}/${changes}`,
    changes,
    go,
    limit: child<{ readonly limit: number }>("split").limit,
    parse: child<{ readonly parse: number }>("parse").parse,
    cold: child<{ readonly cold: number }>("cold").cold,
    known: child<{ readonly known: number }>("known").known,
    ...once,
    base: child<object>("nothing").peak
  }
}

export const run = async (quick: boolean): Promise<Report> => {
  const worker = inBundle("diff.worker.ts")
  const results = sizes.flatMap((size) =>
    (quick ? [0, 100] : [0, 1, 100, 10_000])
      .filter((changes) => changes * 80 < size.bytes)
      .map((changes) => measured(worker, size, changes))
  )
  worker.remove()
  const each = (prefix: string, ratio: (result: (typeof results)[number]) => number) =>
    results.map((result) => [`${prefix}${result.name}`, ratio(result)])
  return {
    columns: [
      "size/changes",
      "split both ms",
      "one parse ms",
      "two parses + diff ms",
      "current known ms",
      "first in a process ms",
      "operations",
      "split / diff",
      "parse / diff",
      "Go / diff",
      "peak MB",
      "without diff MB",
      "Go / peak"
    ],
    rows: results.map(({ base, cold, first, go, known, limit, name, operations, parse, peak }) => [
      name,
      ...[limit, parse, cold, known, first].map((ms) => ms.toFixed(1)),
      String(operations),
      ...[limit / cold, parse / cold, go.ms / cold].map((ratio) => ratio.toFixed(2)),
      peak.toFixed(0),
      base.toFixed(0),
      (go.peak / peak).toFixed(2)
    ]),
    ratios: Object.fromEntries([
      ...each("", ({ cold, parse }) => parse / cold),
      ...each("limit-", ({ cold, limit }) => limit / cold),
      ...each("go-", ({ cold, go }) => go.ms / cold),
      ...each("memory-", ({ go, peak }) => go.peak / peak)
    ]),
    goals: Object.fromEntries([
      // Where nothing differs, comparing two texts costs less than building the model of one, and than cutting both into words.
      ...results
        .filter(({ changes }) => changes === 0)
        .flatMap(({ name }) => [
          [name, 1],
          [`limit-${name}`, 1]
        ]),
      // Of 47 MB, half can't be reached: Node alone takes 41.
      ...results.flatMap(({ changes, name }) => [
        [`go-${name}`, changes > 100 ? 2 : 5],
        [`memory-${name}`, 2]
      ])
    ])
  }
}
