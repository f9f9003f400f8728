/**
 * The labels Lockstep owns: one for each state. No other label is ever written.
 *
 * @since 0.1.0
 */
import { Result, Schema } from "effect"
import { fold, type Label } from "./Label.ts"
import { all, record, type LifecycleState } from "./LifecycleState.ts"

/**
 * The labels Lockstep owns.
 *
 * @category models
 * @since 0.1.0
 */
export interface LabelVocabulary {
  readonly labels: { readonly [State in LifecycleState]: Label }
  readonly byName: ReadonlyMap<string, LifecycleState>
}

/**
 * Settings of a vocabulary.
 *
 * @category models
 * @since 0.1.0
 */
export interface VocabularyOptions {
  /** What the names begin with, `cd/` if left out. */
  readonly prefix?: string
  /** Names to use after the prefix instead of the states' own. */
  readonly names?: { readonly [State in LifecycleState]?: string }
}

/**
 * Names that GitHub would refuse or mix up. Whoever configured them has to change them.
 *
 * @category errors
 * @since 0.1.0
 */
export class VocabularyError extends Schema.TaggedError<VocabularyError>()("VocabularyError", {
  problems: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return `the label names can't be used: ${this.problems.join("; ")}; change the prefix or the names`
  }
}

const looks: { readonly [State in LifecycleState]: { readonly color: string; readonly description: string } } = {
  discovered: { color: "c5def5", description: "Open and known to Lockstep" },
  qualified: { color: "0e8a16", description: "Checks and reviews allow a merge" },
  rejected: { color: "b60205", description: "A person said no; set the label for discovered to end that" },
  closed: { color: "cccccc", description: "Closed without a merge" },
  merged: { color: "5319e7", description: "Merged, not yet seen in any cluster" },
  synced: { color: "1d76db", description: "Every cluster has the change" },
  healthy: { color: "2cbe4e", description: "Every cluster has the change and is healthy" },
  degraded: { color: "d93f0b", description: "A cluster has the change and is not healthy" },
  drifted: { color: "fbca04", description: "A cluster no longer runs what was applied" }
}

/**
 * Creates a vocabulary, or says which names GitHub would not take.
 *
 * **Details**
 *
 * Names have 1 to 50 characters (counted in UTF-16 units, the strictest reading of GitHub's limit), hold more than emoji,
 * don't begin or end with a space, and differ in more than case.
 *
 * **Example** (Labels in a style of one's own)
 *
 * ```ts
 * import { LabelVocabulary } from "@lockstep/github-sync"
 *
 * LabelVocabulary.make({ prefix: "delivery: ", names: { qualified: "ready to merge" } })
 * // => Result.succeed({ ... }), with the label "delivery: ready to merge"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: VocabularyOptions = {}): Result.Result<LabelVocabulary, VocabularyError> => {
  const name = (state: LifecycleState) => `${options.prefix ?? "cd/"}${options.names?.[state] ?? state}`
  const problems = all.flatMap((state, index) => [
    ...limits.filter(([, broken]) => broken(name(state))).map(([rule]) => `'${name(state)}' (${state}) ${rule}`),
    ...all
      .slice(0, index)
      .filter((other) => fold(name(other)) === fold(name(state)))
      .map((other) => `'${name(state)}' would stand for ${other} and ${state}`)
  ])
  return problems.length > 0 ? Result.fail(new VocabularyError({ problems })) : Result.succeed(build(name))
}

const limits: ReadonlyArray<readonly [rule: string, broken: (name: string) => boolean]> = [
  ["is empty", (name) => name.trim() === ""],
  ["is longer than 50 characters", (name) => name.length > 50],
  ["begins or ends with a space", (name) => name !== name.trim()],
  [
    "holds nothing but emoji",
    (name) => name.trim() !== "" && /^[\p{Extended_Pictographic}\u{FE0F}\u{200D}\s]+$/u.test(name)
  ],
  ["holds a line break or a comma", (name) => /[\n\r,]/u.test(name)]
]

const build = (name: (state: LifecycleState) => string): LabelVocabulary => ({
  labels: record((state) => ({ name: name(state), ...looks[state] })),
  byName: new Map(all.map((state) => [fold(name(state)), state]))
})

/**
 * The vocabulary with the prefix `cd/` and the states' own names.
 *
 * @category constructors
 * @since 0.1.0
 */
export const standard: LabelVocabulary = build((state) => `cd/${state}`)

/**
 * Returns the state a label stands for, or nothing for a label of somebody else.
 *
 * @category queries
 * @since 0.1.0
 */
export const stateOf = (vocabulary: LabelVocabulary, label: string): LifecycleState | undefined =>
  vocabulary.byName.get(fold(label))

/**
 * Returns those among labels that Lockstep owns, each with the state it stands for.
 *
 * @category queries
 * @since 0.1.0
 */
export const ownedAmong = (
  vocabulary: LabelVocabulary,
  labels: ReadonlyArray<Pick<Label, "name">>
): ReadonlyArray<{ readonly name: string; readonly state: LifecycleState }> =>
  labels.flatMap(({ name }) => {
    const state = stateOf(vocabulary, name)
    return state === undefined ? [] : [{ name, state }]
  })

/**
 * Returns the states shown by labels, in the order of how far a pull request has come.
 *
 * @category queries
 * @since 0.1.0
 */
export const statesOf = (
  vocabulary: LabelVocabulary,
  labels: ReadonlyArray<Pick<Label, "name">>
): ReadonlyArray<LifecycleState> => {
  const shown = new Set(ownedAmong(vocabulary, labels).map(({ state }) => state))
  return all.filter((state) => shown.has(state))
}
