import { Result } from "effect"
import { parse, parseDocument } from "../packages/haproxy-sync/src/index.ts"
import { answer } from "./answer.ts"
import { configurationOf } from "./configuration.ts"
import { medianTime } from "./Report.ts"

const [mode = "", bytes = "0"] = process.argv.slice(2)
const text = configurationOf(Number(bytes))

/** The limit: every word of every line, cut out of the text. */
const split = () => {
  let count = 0
  for (const line of text.split("\n")) count += line.trim().split(/[ \t]+/).length
  return count
}

const work: Readonly<Record<string, () => unknown>> = {
  split,
  document: () => parseDocument(text).sections.length,
  model: () => Result.getOrThrow(parse(text)).sections.map((section) => Object.keys(section.value).length)
}

const run = work[mode]
if (run === undefined) throw new Error(`unknown mode ${mode}`)
// A small text is read often enough for its code to be compiled: what a fresh process takes is the bench of starts.
const runs = text.length > 1e7 ? 3 : text.length > 1e6 ? 9 : 60
answer({ ms: medianTime(runs, run), bytes: text.length })
