import { Result } from "effect"
import type { ConfigSection } from "../model/ConfigSection.ts"
import { parse, type StructuredConfig } from "../model/StructuredConfig.ts"
import { sectionKinds } from "../text/SectionKind.ts"
import { type Chunk, chunksOf, joined } from "./chunks.ts"

/**
 * Returns the current configuration with some of its sections taken from the desired one: replaced, added, or gone where the desired one
 * has none. All others, and the lines in front, stay byte for byte.
 */
export const withSections = (
  current: StructuredConfig,
  desired: StructuredConfig,
  isTaken: (section: ConfigSection) => boolean
): { readonly config: StructuredConfig; readonly placed: ReadonlyArray<Chunk> } => {
  const { chunks, preamble } = chunksOf(current)
  const placed = place(chunks, chunksOf(desired).chunks, isTaken)
  const text = joined([preamble, ...placed.map((chunk) => chunk.text)].filter((piece) => piece !== ""))
  const { file } = desired.document
  return { config: Result.getOrThrow(parse(text, { file, version: desired.version, side: "desired" })), placed }
}

/** The pieces in their order: those that stay, those that are taken, and the new ones in their places. */
const place = (
  current: ReadonlyArray<Chunk>,
  desired: ReadonlyArray<Chunk>,
  isTaken: (section: ConfigSection) => boolean
): ReadonlyArray<Chunk> => {
  const wanted = new Map(
    [...Map.groupBy(desired, ({ key }) => key)]
      .filter(([, [first]]) => first !== undefined && isTaken(first.owner))
      .map(([key, parts]) => [key, joined(parts.map(({ text }) => text))])
  )
  const there = new Set(current.map(({ key }) => key))
  const replaced = new Set<string>()
  const staying = current.flatMap((chunk): ReadonlyArray<Chunk> => {
    if (!isTaken(chunk.owner)) return [chunk]
    const text = wanted.get(chunk.key)
    if (text === undefined || replaced.has(chunk.key)) return []
    replaced.add(chunk.key)
    return [{ ...chunk, text }]
  })
  // The piece that new ones come behind; -1 for the beginning.
  const lastOf = new Map(staying.map(({ key }, index) => [key, index]))
  const behind = new Map<number, Array<Chunk>>()
  let previous: number | undefined
  for (const chunk of desired) {
    const text = wanted.get(chunk.key)
    if (there.has(chunk.key) || text === undefined) previous = lastOf.get(chunk.key) ?? previous
    else {
      previous ??= lastOfKind(staying, chunk)
      const followers = behind.get(previous) ?? []
      followers.push({ ...chunk, text })
      behind.set(previous, followers)
      wanted.delete(chunk.key)
    }
  }
  return [...(behind.get(-1) ?? []), ...staying.flatMap((chunk, index) => [chunk, ...(behind.get(index) ?? [])])]
}

const rankOf = ({ owner }: Chunk): number => sectionKinds.findIndex(({ keyword }) => keyword === owner.keyword)

/** Behind the last section of its kind, or of a kind that usually stands before it. */
const lastOfKind = (staying: ReadonlyArray<Chunk>, chunk: Chunk): number => {
  const same = staying.findLastIndex(({ owner }) => owner.keyword === chunk.owner.keyword)
  return same >= 0 ? same : staying.findLastIndex((one) => rankOf(one) <= rankOf(chunk))
}
