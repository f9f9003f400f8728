import assert from "node:assert/strict"
import {
  checkDocument,
  compare,
  describe,
  measuredCosts,
  parse,
  parseDocument,
  type PlanOptions,
  stagesOf,
  type Step
} from "@lockstep/haproxy-sync"
import { Result } from "effect"
import { inDependencyOrder } from "../../../src/plan/dependencies.ts"
import { simulate } from "../../../src/plan/simulate.ts"
import { structuredSteps } from "../../../src/plan/steps.ts"
import type { Pair } from "../randomPairs.ts"

/** To send the text is never worth it. */
export const inParts: PlanOptions = {
  costs: { ...measuredCosts, request: { ...measuredCosts.request, raw: { fixed: 1e9, perMegabyte: 0 } } }
}

/** What a text names that it does not have. */
const danglingIn = (text: string): ReadonlySet<string> =>
  new Set(
    checkDocument(parseDocument(text))
      .filter(({ code }) => code.startsWith("reference."))
      .map(({ code, message }) => `${code}: ${message}`)
  )

/**
 * Asserts that what each beginning of a plan's requests leads to names nothing that isn't there, unless one of the two texts does so
 * too, or the beginning ends amid changes that need each other. That holds in whatever order those of a stage are answered.
 */
export const assertPrefixesHold = ([from, to]: Pair): void => {
  const [before, after] = [parse(from), parse(to)]
  if (Result.isFailure(before) || Result.isFailure(after)) return
  const [current, desired] = [before.success, after.success]
  const { operations } = compare(current, desired)
  const whole = operations.some(({ onlyRaw }) => onlyRaw !== undefined)
  const requests = whole ? undefined : structuredSteps(operations, desired, measuredCosts, 1)
  if (requests === undefined) return
  const { cycles, steps } = inDependencyOrder(requests, current, desired)
  const allowed = new Set([...danglingIn(from), ...danglingIn(to)])
  // Those of one stage may come in any order.
  for (const order of [steps, stagesOf(steps).flatMap((stage) => stage.toReversed())]) {
    const placeOf = ({ operations: [first] }: Step) => order.findIndex((step) => step.operations[0] === first)
    const circles = cycles.map((cycle) => cycle.map(placeOf))
    for (let length = 1; length < order.length; length++) {
      if (circles.some((places) => Math.min(...places) < length && Math.max(...places) >= length)) continue
      const text = simulate(order.slice(0, length), current, desired)
      const dangling = [...danglingIn(text)].filter((one) => !allowed.has(one))
      const last = order[length - 1]?.operations[0]
      assert.deepEqual(dangling, [], `after "${last === undefined ? "" : describe(last)}"`)
    }
  }
}
