import assert from "node:assert/strict"
import {
  compare,
  type ConfigSection,
  parse,
  type Plan,
  plan,
  simulatePlan,
  type StructuredConfig
} from "@lockstep/haproxy-sync"
import { Result } from "effect"
import { meaningOf } from "../../../src/model/values.ts"
import { simulate } from "../../../src/plan/simulate.ts"
import { meaningOfWord } from "../../../src/text/expandWords.ts"
import type { Pair } from "../randomPairs.ts"

/** To listen on `*:80` is to listen on `:80`, also where that is the name; brackets don't count. */
const withPlainAddresses = (field: string, value: unknown): unknown => {
  if (field !== "binds" || typeof value !== "object" || value === null) return value
  const plain = (text: unknown) =>
    String(text ?? "")
      .replaceAll(/[[\]]/g, "")
      .replace(/^\*(?=:|$)/, "")
  const binds = Object.values(value as Readonly<Record<string, Readonly<Record<string, unknown>>>>)
  // A name may stand twice then: `:80` beside `*:80`.
  const named = Map.groupBy(binds, (bind) => plain(bind["name"]))
  return Object.fromEntries(
    [...named].map(([name, same]) => [name, same.map((bind) => ({ ...bind, name, address: plain(bind["address"]) }))])
  )
}

/** What a section means, worked out without the comparison: its model and its other lines. */
const meaning = (section: ConfigSection): string =>
  meaningOf({
    value: JSON.parse(JSON.stringify(section.value, withPlainAddresses)) as unknown,
    opaque: section.opaque.map(({ words }) => meaningOf(words.join(" "))).toSorted()
  })

/** The words of a section as HAProxy sees them: some of the model's fields take only what is written without quotes. */
const wordsOf = ({ parts }: ConfigSection): string =>
  JSON.stringify(parts.flatMap(({ statements }) => statements.map(({ words }) => words.map(meaningOfWord))))

const assertMeansTheSame = (reached: StructuredConfig, desired: StructuredConfig): void => {
  const named = ({ sections }: StructuredConfig) =>
    sections.filter(({ keyword }) => keyword !== "global" && keyword !== "traces")
  const names = (config: StructuredConfig) => named(config).map(({ keyword, name }) => `${keyword} ${name}`)
  assert.deepEqual(names(reached).toSorted(), names(desired).toSorted())
  for (const section of desired.sections) {
    const one = reached.section(section.keyword, section.name)
    if (one !== undefined && wordsOf(one) !== wordsOf(section)) assert.equal(meaning(one), meaning(section))
  }
}

/** The steps of each section in their order, the sections the other way round. */
const otherWayRound = ({ steps }: Plan) => {
  const groups = Map.groupBy(steps, ({ operations: [first] }) => `${first?.keyword} ${first?.owner}`)
  return [...groups.values()].toReversed().flat()
}

/** Asserts that a plan leads from one text to the other, whatever the order of independent steps, and that nothing is left to do then. */
export const assertLeads = ([from, to]: Pair): void => {
  const [current, desired] = [parse(from), parse(to)]
  if (Result.isFailure(current) || Result.isFailure(desired)) return
  const [a, b] = [current.success, desired.success]
  const first = plan(a, b)
  const reached = Result.getOrThrow(parse(simulatePlan(first, a, b)))
  assert.deepEqual(compare(reached, b).operations, [])
  assertMeansTheSame(reached, b)
  const shuffled = Result.getOrThrow(parse(simulate(otherWayRound(first), a, b)))
  assert.deepEqual(compare(shuffled, b).operations, [])
  assert.deepEqual(plan(b, b).operations, [])
  const again = plan(Result.getOrThrow(parse(from)), Result.getOrThrow(parse(to)))
  assert.equal(JSON.stringify(again), JSON.stringify(first))
}
