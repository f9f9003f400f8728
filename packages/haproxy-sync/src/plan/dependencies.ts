import type { Operation } from "../diff/Operation.ts"
import { sectionKey } from "../model/sectionKey.ts"
import type { StructuredConfig } from "../model/StructuredConfig.ts"
import { addMentions, declaredIn, type Mentions } from "./mentions.ts"
import type { Step } from "./Plan.ts"

/** Steps in an order in which nothing is named that isn't there. */
export interface Ordered {
  readonly steps: ReadonlyArray<Step>
  /** Steps that need each other, so that none of their orders will do; they come in one of them all the same. */
  readonly cycles: ReadonlyArray<ReadonlyArray<Step>>
}

/**
 * Puts the steps of a transaction into an order in which each stands behind those that it depends on, and notes them in it.
 *
 * **Details**
 *
 * A step that begins to name something stands behind the one that creates it, and a step that takes something away behind those that
 * cease to name it. Requests for one collection keep their order. Beside that the order stays as it is.
 */
export const inDependencyOrder = (
  steps: ReadonlyArray<Step>,
  current: StructuredConfig,
  desired: StructuredConfig
): Ordered => {
  const named = dependencies(steps, current, desired)
  const earlier = earlierInCollection(steps)
  const cycles: Array<ReadonlyArray<Step>> = []
  let result = sorted(named, earlier)
  while ("cycle" in result) {
    const { cycle } = result
    cycles.push(cycle.toSorted((a, b) => a - b).flatMap((step) => steps[step] ?? []))
    cut(named, earlier, cycle)
    result = sorted(named, earlier)
  }
  const places = new Map(result.order.map((step, place) => [step, place]))
  return {
    steps: result.order.flatMap((number) => {
      const step = steps[number]
      if (step === undefined) return []
      const behind = [...(named[number] ?? [])].flatMap((one) => places.get(one) ?? []).toSorted((a, b) => a - b)
      return behind.length === 0 ? [step] : [{ ...step, behind }]
    }),
    cycles
  }
}

/** For each step, by its number, the steps that have to be done before it. */
type Dependencies = ReadonlyArray<Set<number>>

/** What names depend on: each on what creates it, and what takes it away on all that ceases to name it. */
const dependencies = (
  steps: ReadonlyArray<Step>,
  current: StructuredConfig,
  desired: StructuredConfig
): Dependencies => {
  const declares = new Map<string, Array<number>>()
  const withdraws = new Map<string, Array<number>>()
  const effects = steps.map((step, number) => {
    const { after, before } = mentionsOf(step, desired)
    const [first] = step.operations
    const owner = first === undefined ? undefined : ([first.keyword, first.owner] as const)
    const note = (map: Map<string, Array<number>>, keys: Iterable<string>, others: ReadonlySet<string>) => {
      let elsewhere: ReadonlySet<string> | undefined
      for (const key of keys) {
        if (others.has(key)) continue
        // The same may be declared by another line, as an ACL of several is.
        elsewhere ??= declaredIn(
          owner === undefined ? undefined : (map === declares ? current : desired).section(...owner)
        )
        if (elsewhere.has(key)) continue
        const known = map.get(key)
        if (known === undefined) map.set(key, [number])
        else known.push(number)
      }
    }
    note(declares, after.declared, before.declared)
    note(withdraws, before.declared, after.declared)
    return {
      takes: [...after.named].filter((key) => !before.named.has(key)),
      leaves: [...before.named].filter((key) => !after.named.has(key))
    }
  })
  const result: Dependencies = steps.map(() => new Set<number>())
  for (const [number, { leaves, takes }] of effects.entries()) {
    for (const creator of takes.flatMap((key) => declares.get(key) ?? [])) {
      if (creator !== number) result[number]?.add(creator)
    }
    for (const remover of leaves.flatMap((key) => withdraws.get(key) ?? [])) {
      if (remover !== number) result[remover]?.add(number)
    }
  }
  return result
}

const mentionsOf = (
  { operations }: Step,
  { version }: StructuredConfig
): Readonly<Record<"before" | "after", Mentions>> => {
  const [before, after]: readonly [Mentions, Mentions] = [
    { declared: new Set(), named: new Set() },
    { declared: new Set(), named: new Set() }
  ]
  for (const operation of operations.filter(changesText)) {
    addMentions(before, operation, operation.before, version)
    addMentions(after, operation, operation.after, version)
  }
  return { before, after }
}

/** Whether other names may come out of it: not where only numbers and switches differ, as with the weights of many servers. */
const changesText = ({ changed, type }: Operation): boolean =>
  type !== "update" || changed.length === 0 || changed.some(({ after, before }) => isText(after) || isText(before))

const isText = (value: unknown): boolean =>
  typeof value === "string" ? value !== "enabled" && value !== "disabled" : typeof value === "object"

/** For each step the one before it that goes to the same collection. */
const earlierInCollection = (steps: ReadonlyArray<Step>): ReadonlyArray<number | undefined> => {
  const last = new Map<string, number>()
  return steps.map(({ operations: [operation] }, number) => {
    if (operation?.field === undefined) return undefined
    const key = `${sectionKey(operation.keyword, operation.owner)} ${operation.field}`
    const earlier = last.get(key)
    last.set(key, number)
    return earlier
  })
}

/** All steps, each behind those that it needs and else in their order; or some that need each other, one behind the next. */
const sorted = (
  named: Dependencies,
  earlier: ReadonlyArray<number | undefined>
): { readonly order: ReadonlyArray<number> } | { readonly cycle: ReadonlyArray<number> } => {
  const order: Array<number> = []
  const open = new Set<number>()
  const done = new Set<number>()
  const stack: Array<{ readonly step: number; readonly needs: Array<number> }> = []
  const visit = (step: number): void => {
    const before = earlier[step]
    open.add(step)
    // Taken from the end, so that the first of them comes first.
    stack.push({
      step,
      needs: [...(named[step] ?? []), ...(before === undefined ? [] : [before])].toSorted((a, b) => b - a)
    })
  }
  for (const start of named.keys()) {
    if (!done.has(start)) visit(start)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.needs.pop()
      if (next === undefined) {
        stack.pop()
        open.delete(top.step)
        done.add(top.step)
        order.push(top.step)
      } else if (open.has(next)) {
        return { cycle: [...open].slice([...open].indexOf(next)) }
      } else if (!done.has(next)) visit(next)
    }
  }
  return { order }
}

/** Lets a step of a cycle no longer wait for the next one; the order within a collection has to stay. */
const cut = (named: Dependencies, earlier: ReadonlyArray<number | undefined>, cycle: ReadonlyArray<number>): void => {
  const waiting = cycle.findLastIndex((step, index) => earlier[step] !== cycle[(index + 1) % cycle.length])
  named[cycle[waiting] ?? -1]?.delete(cycle[(waiting + 1) % cycle.length] ?? -1)
}
