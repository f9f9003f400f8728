/**
 * How a repository's catalogue of labels comes to hold the vocabulary.
 *
 * @since 0.1.0
 */
import { Plan } from "@lockstep/core"
import { fold, sameName, type Label } from "./Label.ts"
import type { LabelVocabulary } from "./LabelVocabulary.ts"
import { all, type LifecycleState } from "./LifecycleState.ts"

/**
 * A label as the vocabulary has it: with its looks.
 *
 * @category models
 * @since 0.1.0
 */
export type CatalogueLabel = Required<Label>

/**
 * What can't be done by itself: a former name and the one it is to get are both in the catalogue. A rename would have to
 * merge them, and GitHub doesn't do that.
 *
 * @category models
 * @since 0.1.0
 */
export interface Clash {
  readonly former: string
  readonly wanted: string
}

/**
 * The changes to a catalogue, in order: renames and new looks before new labels, so that a rename finds its name free.
 *
 * @category models
 * @since 0.1.0
 */
export interface CataloguePlan extends Plan.Plan<CatalogueLabel> {
  readonly clashes: ReadonlyArray<Clash>
}

/**
 * The names that labels had before, by the state they stand for; of several, the first that is found is renamed.
 *
 * @category models
 * @since 0.1.0
 */
export type FormerNames = { readonly [State in LifecycleState]?: ReadonlyArray<string> }

/**
 * Plans how a catalogue comes to hold the vocabulary.
 *
 * **Details**
 *
 * Labels are found whatever their case, and get the case of the vocabulary. A label under a former name is renamed, which
 * keeps it on every pull request that has it. Others get the vocabulary's colour and description, or are created. Labels of
 * others are never mentioned, and nothing is deleted.
 *
 * **Example** (A catalogue that was made by hand)
 *
 * ```ts
 * import { CataloguePlan, LabelVocabulary } from "@lockstep/github-sync"
 *
 * const { changes } = CataloguePlan.make(LabelVocabulary.standard, [{ name: "CD/Merged", color: "ededed" }])
 * changes.find(({ id }) => id === "CD/Merged")?._tag // => "update"
 * ```
 *
 * @category planning
 * @since 0.1.0
 */
export const make = (
  vocabulary: LabelVocabulary,
  present: ReadonlyArray<Label>,
  formerNames: FormerNames = {}
): CataloguePlan => {
  const found = new Map(present.map((label) => [fold(label.name), whole(label)]))
  const clashes: Array<Clash> = []
  const changes = all.map((state): Plan.Change<CatalogueLabel> => {
    const wanted = whole(vocabulary.labels[state])
    const formers = (formerNames[state] ?? []).flatMap((name) => found.get(fold(name)) ?? [])
    const own = found.get(fold(wanted.name))
    const others = formers.filter(({ name }) => !sameName(name, wanted.name))
    if (own !== undefined) for (const { name } of others) clashes.push({ former: name, wanted: wanted.name })
    const before = own ?? others[0]
    if (before === undefined) return Plan.create(wanted.name, wanted)
    return changedFields(before, wanted).length === 0
      ? Plan.noop(before.name, before, wanted)
      : Plan.update(before.name, before, wanted)
  })
  const ordered = [
    ...changes.filter(({ _tag }) => _tag !== "create"),
    ...changes.filter(({ _tag }) => _tag === "create")
  ]
  const writes = Plan.effective({ changes }).length
  // What was written is read back, 100 labels at a time.
  const reads = Math.ceil((present.length + writes) / 100)
  return {
    changes: ordered,
    clashes,
    forecast: { ...Plan.nothing, requests: writes === 0 ? 0 : writes + reads, seconds: writes }
  }
}

/**
 * Returns the fields in which a label differs from how it should be. Colours are the same in either case.
 *
 * @category comparing
 * @since 0.1.0
 */
export const changedFields = (before: CatalogueLabel, after: CatalogueLabel): ReadonlyArray<keyof CatalogueLabel> => [
  ...(before.name === after.name ? [] : (["name"] as const)),
  ...(before.color.toLowerCase() === after.color.toLowerCase() ? [] : (["color"] as const)),
  ...(before.description === after.description ? [] : (["description"] as const))
]

const whole = ({ color, description, name }: Label): CatalogueLabel => ({
  name,
  color: color ?? "ededed",
  description: description ?? ""
})
