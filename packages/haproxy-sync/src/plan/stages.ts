import { sectionKey } from "../model/sectionKey.ts"
import type { Step } from "./Plan.ts"

/**
 * Returns the steps of a transaction in stages: those of one stage may be sent side by side, in any order, and lead to the same
 * configuration; each stage begins when the one before has been answered.
 *
 * **Details**
 *
 * What is referred to is there before what refers to it, since one kind of section comes after the other in the order of the plan, and
 * deletes last. Among sections of one kind, and among the collections of one section, nothing depends on anything else; only defaults
 * sections may inherit from each other. A change of a section itself waits for what is in it, and the other way round.
 *
 * Within one collection one request follows the other, also where items are addressed by name: new ones are appended in the order in
 * which they come, and the server looks for the place of a name and then writes to that place, between which another request must not
 * take an item away.
 *
 * @category plans
 * @since 0.1.0
 */
export const stagesOf = <S extends Step>(steps: ReadonlyArray<S>): ReadonlyArray<ReadonlyArray<S>> => {
  const stages: Array<Array<S>> = []
  let phase = ""
  let first = 0
  let lanes = new Map<string, Lane>()
  for (const step of steps) {
    const { alone, collection, kind, section } = placeOf(step)
    if (kind !== phase) [phase, first, lanes] = [kind, stages.length, new Map<string, Lane>()]
    const lane = lanes.get(section) ?? { next: first, open: first, collections: new Map<string, number>() }
    lanes.set(section, lane)
    const stage = alone ? lane.next : (lane.collections.get(collection) ?? lane.open)
    lane.next = Math.max(lane.next, stage + 1)
    if (alone) [lane.open, lane.collections] = [stage + 1, new Map<string, number>()]
    else lane.collections.set(collection, stage + 1)
    for (let missing = stages.length; missing <= stage; missing++) stages.push([])
    stages[stage]?.push(step)
  }
  return stages
}

/** The steps of one section. */
interface Lane {
  /** The stage behind all its steps so far. */
  next: number
  /** The stage behind the last step that concerned the section as a whole. */
  open: number
  /** The stage behind the last step in each collection. */
  collections: Map<string, number>
}

const placeOf = (step: Step) => {
  const [operation] = step.operations
  const [keyword, owner] = [operation?.keyword ?? "global", operation?.owner ?? ""]
  const whole = step.route !== "item" && step.route !== "list"
  const deletes = operation?.type === "delete" && operation.field === undefined
  return {
    kind: `${deletes ? "delete " : ""}${keyword}`,
    section: keyword === "defaults" ? keyword : sectionKey(keyword, owner),
    collection: operation?.field ?? "",
    alone: whole || keyword === "defaults" || operation?.field === undefined
  }
}
