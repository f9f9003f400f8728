import type { ConfigSection } from "../model/ConfigSection.ts"
import { sectionKey } from "../model/sectionKey.ts"
import type { StructuredConfig } from "../model/StructuredConfig.ts"

/** A piece of a text that belongs to one section: its lines, and the comment lines directly above its header. */
export interface Chunk {
  readonly key: string
  readonly owner: ConfigSection
  readonly text: string
}

const comment = /^[ \t]*#/

/** Cuts a text into what stands before the first section, and a piece for each section, or for each part of one. */
export const chunksOf = (
  config: StructuredConfig
): { readonly preamble: string; readonly chunks: ReadonlyArray<Chunk> } => {
  const { lineStarts, sections, text } = config.document
  const owners = new Map(config.sections.flatMap((owner) => owner.parts.map((part) => [part, owner] as const)))
  const isComment = (line: number) => comment.test(text.slice(lineStarts[line], lineStarts[line + 1]))
  const parts = sections.flatMap((section) => {
    const owner = owners.get(section)
    return owner === undefined ? [] : [{ owner, line: section.firstLine }]
  })
  const starts = parts.map(({ line }) => {
    let first = line
    while (first > 0 && isComment(first - 1)) first--
    return lineStarts[first] ?? 0
  })
  return {
    preamble: text.slice(0, starts[0]),
    chunks: parts.map(({ owner }, index) => ({
      key: sectionKey(owner.keyword, owner.name),
      owner,
      text: text.slice(starts[index], starts[index + 1])
    }))
  }
}

/** Puts pieces together; a comment at the end of one stays with it, and does not come directly above the next header. */
export const joined = (pieces: ReadonlyArray<string>): string =>
  pieces
    .map((piece, index) => (index + 1 < pieces.length && comment.test(lastLine(piece)) ? `${piece}\n` : piece))
    .join("")

const lastLine = (text: string): string => text.slice(text.lastIndexOf("\n", text.length - 2) + 1)
