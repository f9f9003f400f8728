import { sectionKey } from "../model/sectionKey.ts"
import type { StructuredConfig } from "../model/StructuredConfig.ts"
import { sameMeaning } from "../model/values.ts"
import { splitWords } from "../text/Words.ts"
import { chunksOf } from "./chunks.ts"
import type { FieldChange, Operation } from "./Operation.ts"
import { sectionWords } from "./Vocabulary.ts"

/** What a server writes at the beginning of its file. */
const ofServer = /^ *(?:_md5hash=|_version=|Dataplaneapi managed File|changing file directly can cause)/

const commentsIn = (text: string): ReadonlyArray<string> =>
  text.split("\n").flatMap((line) => {
    const { comment } = splitWords(line, 0, line.length)
    const words = comment < 0 ? "" : line.slice(comment + 1).trim()
    return comment < 0 || ofServer.test(words) ? [] : [words]
  })

/** The comments of each section by its key, those directly above its header included; those before the first section under none. */
const commentsOf = (config: StructuredConfig): ReadonlyMap<string, ReadonlyArray<string>> => {
  const { chunks, preamble } = chunksOf(config)
  const comments = new Map([["", commentsIn(preamble)]])
  for (const { key, text } of chunks) comments.set(key, [...(comments.get(key) ?? []), ...commentsIn(text)])
  return comments
}

/**
 * Adds the comments in which sections differ that both sides have, each as a change of its section.
 *
 * @category comparing
 * @since 0.1.0
 */
export const withCommentChanges = (
  operations: ReadonlyArray<Operation>,
  current: StructuredConfig,
  desired: StructuredConfig
): ReadonlyArray<Operation> => {
  const [from, to] = [commentsOf(current), commentsOf(desired)]
  const changeOf = (key: string): FieldChange | undefined => {
    const [before = [], after = []] = [from.get(key), to.get(key)]
    return sameMeaning(before, after) ? undefined : { field: "comments", before, after }
  }
  const onlyRaw = "the Data Plane API has no place for comments alone"
  const changed: Array<Operation> = []
  const preamble = changeOf("")
  if (preamble !== undefined) {
    changed.push({ type: "update", section: "global", keyword: "global", owner: "", changed: [preamble], onlyRaw })
  }
  for (const { keyword, name } of desired.sections) {
    const change = current.section(keyword, name) === undefined ? undefined : changeOf(sectionKey(keyword, name))
    if (change === undefined) continue
    const { section } = sectionWords[keyword]
    const named = name === "" ? {} : { name }
    changed.push({ type: "update", section, keyword, owner: name, ...named, changed: [change], onlyRaw })
  }
  return [...changed, ...operations]
}
