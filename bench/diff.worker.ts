import { readFileSync } from "node:fs"
import { Result } from "effect"
import { compare, parse, type StructuredConfig } from "../packages/haproxy-sync/src/index.ts"
import { answer } from "./answer.ts"
import { leastTime } from "./Report.ts"

const [mode = "", ...files] = process.argv.slice(2)
const [current = "", desired = ""] = files.map((file) => readFileSync(file, "utf8"))
const runs = current.length > 1e6 ? 9 : 40

const read = (text: string): StructuredConfig => Result.getOrThrow(parse(text))

/** The limit: every word of every line of both texts, cut out. */
const split = () => {
  let count = 0
  for (const text of [current, desired])
    for (const line of text.split("\n")) count += line.trim().split(/[ \t]+/).length
  return count
}

const once = () => {
  const start = performance.now()
  const { operations } = compare(read(current), read(desired))
  return { first: performance.now() - start, operations: operations.length }
}

const modes: Readonly<Record<string, () => object>> = {
  split: () => ({ limit: leastTime(runs, split) }),
  parse: () => ({ parse: leastTime(runs, () => read(current).sections.map((section) => section.value)) }),
  cold: () => ({ cold: leastTime(runs, () => compare(read(current), read(desired))) }),
  known: () => {
    const known = read(current)
    return { known: leastTime(runs, () => compare(known, read(desired))) }
  },
  // Of a single comparison, as a command does it.
  once,
  // What Node, the program and the texts take.
  nothing: () => ({})
}

const measure = modes[mode]
if (measure === undefined) throw new Error(`unknown mode ${mode}`)
answer(measure())
