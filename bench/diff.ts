// What comparing two configurations costs, cold and with one side already parsed, against parsing one of them.
import { inChild } from "./child.ts"
import type { Report } from "./Report.ts"

type Measured = {
  readonly parse: number
  readonly cold: number
  readonly warm: number
  readonly operations: number
  readonly peak: number
}

const sizes = { "70KB": 70e3, "0.7MB": 0.7e6, "3.6MB": 3.6e6 } as const

export const run = async (quick: boolean): Promise<Report> => {
  const cases = Object.entries(sizes).flatMap(([name, bytes]) =>
    (quick ? [0, 100] : [0, 1, 100, 10_000])
      .filter((changes) => changes * 80 < bytes)
      .map((changes) => ({ name: `${name}/${changes}`, bytes, changes }))
  )
  const results = cases.map(({ bytes, changes, name }) => ({
    name,
    ...inChild<Measured>("diff.worker.ts", String(bytes), String(changes))
  }))
  return {
    columns: [
      "size/changes",
      "one parse ms",
      "two parses + diff ms",
      "diff, current known ms",
      "operations",
      "parse / cold",
      "peak MB"
    ],
    rows: results.map(({ cold, name, operations, parse, peak, warm }) => [
      name,
      parse.toFixed(1),
      cold.toFixed(1),
      warm.toFixed(1),
      String(operations),
      (parse / cold).toFixed(2),
      peak.toFixed(0)
    ]),
    ratios: Object.fromEntries(results.map(({ cold, name, parse }) => [name, parse / cold])),
    // Where nothing differs, comparing two texts costs less than building the model of one.
    goals: Object.fromEntries(results.filter(({ name }) => name.endsWith("/0")).map(({ name }) => [name, 1]))
  }
}
