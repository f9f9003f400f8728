import { compare, type CompareOptions } from "../diff/Comparator.ts"
import { isConditional } from "../diff/outline.ts"
import type { ConfigSection } from "../model/ConfigSection.ts"
import type { StructuredConfig } from "../model/StructuredConfig.ts"
import { sameMeaning } from "../model/values.ts"
import { type Chunk, chunksOf } from "./chunks.ts"
import type { Refusal } from "./Hazards.ts"
import { listed } from "./listed.ts"
import { coveredBy } from "./SectionPattern.ts"
import { withSections } from "./withSections.ts"

/**
 * A desired configuration within the bounds of an ownership.
 *
 * @category guards
 * @since 0.1.0
 */
export interface WithinOwnership {
  /** The current configuration with the owned sections as they are desired. */
  readonly desired: StructuredConfig
  /** What was desired of sections that are not owned, in sentences. */
  readonly notices: ReadonlyArray<string>
  /** What would change the meaning of a section, although its text stays or is as desired. */
  readonly refusals: ReadonlyArray<Refusal>
}

/**
 * Returns the current configuration in which the sections that the patterns cover are as desired: replaced, added or taken away. All
 * others stay as they are, byte for byte, whatever is desired of them.
 *
 * **Details**
 *
 * Sections keep the places they have. A new one comes behind the section that it stands behind in the desired configuration, or
 * behind the last one of its kind. The comment lines directly above a header belong to its section. Without patterns everything is
 * owned.
 *
 * Sections that inherit from the defaults section above them are refused where that would be another one than before or than desired,
 * and so are conditional blocks, which reach over several sections.
 *
 * @see coveredBy for the patterns
 * @category guards
 * @since 0.1.0
 */
export const withinOwnership = (
  current: StructuredConfig,
  desired: StructuredConfig,
  own: ReadonlyArray<string> | undefined,
  options: CompareOptions = {}
): WithinOwnership => {
  if (own === undefined) return { desired, notices: [], refusals: [] }
  const isOwned = coveredBy(own)
  const { config: target, placed } = withSections(current, desired, isOwned)
  return {
    desired: target,
    notices: leftAlone(current, desired, isOwned, options),
    refusals: [
      ...conditionals(current, desired),
      ...scattered(chunksOf(desired).chunks, isOwned),
      ...renamed(target, placed),
      ...inherited(current, desired, target, isOwned),
      ...parentless(target, isOwned)
    ]
  }
}

type IsOwned = (section: ConfigSection) => boolean

const label = ({ keyword, name }: ConfigSection): string => (name === "" ? keyword : `${keyword} ${name}`)

/** Sections that are desired otherwise than they are, and not owned. */
const leftAlone = (
  current: StructuredConfig,
  desired: StructuredConfig,
  isOwned: IsOwned,
  options: CompareOptions
): ReadonlyArray<string> => {
  const differing = compare(current, desired, options)
    .operations
    // What concerns the file as a whole is told as a change of `global` without a value.
    .filter(({ before, keyword, type }) => keyword !== "global" || type !== "update" || before !== undefined)
    .flatMap(({ keyword, owner }) => desired.section(keyword, owner) ?? [])
  const foreign = [...new Set(differing)].filter((section) => !isOwned(section))
  const words = (config: StructuredConfig) => config.preamble.map((statement) => statement.words.join(" "))
  const preamble = desired.preamble.length > 0 && !sameMeaning(words(current), words(desired))
  const one = foreign.length === 1
  return [
    ...(foreign.length === 0
      ? []
      : [
          `${foreign.length} section${one ? "" : "s"} of the desired configuration ${one ? "is" : "are"} not owned and ${one ? "was" : "were"} left alone: ${listed(foreign.map(label))}`
        ]),
    ...(preamble ? ["the lines before the first section of the desired configuration were left alone"] : [])
  ]
}

const refuse = (reason: string, hint: string, section?: ConfigSection): Refusal => {
  const line = section?.parts[0]?.header?.line
  return { guard: "own", reason, hint, ...(line === undefined ? {} : { line }) }
}

const conditionals = (...sides: ReadonlyArray<StructuredConfig>): ReadonlyArray<Refusal> =>
  sides.some(({ document }) => isConditional(document.text))
    ? [
        refuse(
          "conditional blocks reach over sections that are owned and sections that are not",
          "resolve .if blocks before the configuration is handed over, or own all sections"
        )
      ]
    : []

/** What stands in several places of a file may count where it stands, and is put in one. */
const scattered = (desired: ReadonlyArray<Chunk>, isOwned: IsOwned): ReadonlyArray<Refusal> => {
  const again = desired.findIndex(
    ({ key, owner }, index) =>
      isOwned(owner) && desired[index - 1]?.key !== key && desired.slice(0, index).some((one) => one.key === key)
  )
  const owner = desired[again]?.owner
  return owner === undefined
    ? []
    : [
        refuse(
          `${label(owner)} stands in several places of the desired configuration, and it may count which`,
          `write one ${owner.keyword} section`,
          owner
        )
      ]
}

/** Parts of one section that stand together are one. */
const onceInARow = (chunks: ReadonlyArray<Chunk>): ReadonlyArray<Chunk> =>
  chunks.filter(({ key }, index) => key !== chunks[index - 1]?.key)

/** Sections that go by their number, since they have no name of their own, must not become others. */
const renamed = (target: StructuredConfig, placed: ReadonlyArray<Chunk>): ReadonlyArray<Refusal> => {
  const expected = onceInARow(placed)
  const wrong = onceInARow(chunksOf(target).chunks).findIndex(({ key }, index) => key !== expected[index]?.key)
  const owner = expected[wrong]?.owner
  return owner === undefined
    ? []
    : [
        refuse(
          `${label(owner)} has no name of its own, and would be taken for another one when sections come or go before it`,
          "give each section of the kind a name of its own, or own all of them"
        )
      ]
}

/** Proxies without `from` inherit from the defaults section above them, wherever that comes from. */
const inherited = (
  current: StructuredConfig,
  desired: StructuredConfig,
  target: StructuredConfig,
  isOwned: IsOwned
): ReadonlyArray<Refusal> => {
  const changes = (config: StructuredConfig, concerned: IsOwned) =>
    config.sections.flatMap((section) => {
      const [before, own] = [config.implicitParent(section), target.section(section.keyword, section.name)]
      if (before === undefined || own === undefined || !concerned(section)) return []
      const after = target.implicitParent(own)
      const same = before === after && (config === current || isSameDefaults(before, current, desired, isOwned))
      return same ? [] : [{ section, before, after }]
    })
  return [
    ...changes(desired, isOwned).map(({ after, before, section }) =>
      refuse(
        `${label(section)} inherits from ${fromOf(before)} in the desired configuration, and would inherit from ${before === after ? "another" : fromOf(after)} in its place among the current sections`,
        'name the defaults section and write "from NAME" behind the proxy\'s name, or put the current defaults section above it in the desired configuration',
        section
      )
    ),
    ...changes(current, (section) => !isOwned(section)).map(({ after, before, section }) =>
      refuse(
        `${label(section)} is not owned and inherits from ${fromOf(before)} above it; it would inherit from ${fromOf(after)}`,
        'name the defaults sections and write "from NAME" behind each proxy\'s name, or own the proxy'
      )
    )
  ]
}

/** Sections that name a defaults section that is not owned and not there, or that is owned and no longer there. */
const parentless = (target: StructuredConfig, isOwned: IsOwned): ReadonlyArray<Refusal> =>
  target.sections.flatMap((section) => {
    const from = section.parts[0]?.from
    if (from === undefined || target.section("defaults", from) !== undefined) return []
    const what = `inherits from ${fromOf(from)}, which would not be there`
    return isOwned(section)
      ? [
          refuse(
            `${label(section)} ${what}`,
            "own that section as well, or let it be created first by whom it belongs to"
          )
        ]
      : [
          refuse(
            `${label(section)} is not owned and ${what}`,
            "keep that section in the desired configuration, or own what inherits from it"
          )
        ]
  })

const fromOf = (name: string | undefined) =>
  name === undefined || name === "" ? "no defaults section" : `defaults ${name}`

/** An anonymous defaults section goes by its number; with more or fewer of them on the other side, that says nothing. */
const isSameDefaults = (
  name: string,
  current: StructuredConfig,
  desired: StructuredConfig,
  isOwned: IsOwned
): boolean => {
  const [a, b] = [current.section("defaults", name), desired.section("defaults", name)]
  if (a === undefined || b === undefined || isOwned(a) || b.parts[0]?.writtenName !== undefined) return true
  const anonymous = (config: StructuredConfig) =>
    config.ofKind("defaults").filter(({ parts }) => parts[0]?.writtenName === undefined).length
  return (
    anonymous(current) === anonymous(desired) ||
    sameMeaning([a.value, a.opaque.map(wordsOf)], [b.value, b.opaque.map(wordsOf)])
  )
}

const wordsOf = ({ words }: { readonly words: ReadonlyArray<string> }): string => words.join(" ")
