import type { MapEntry } from "../dataplane/RuntimeClient.ts"

/**
 * What has to be done to the entries of a map to turn one text into another.
 *
 * @category files
 * @since 0.1.0
 */
export interface MapDifference {
  readonly added: ReadonlyArray<MapEntry>
  readonly changed: ReadonlyArray<MapEntry>
  readonly removed: ReadonlyArray<string>
}

/** The entries of a map file: a key, blanks, and the value up to the end of the line. */
const entriesOf = (text: string): ReadonlyArray<MapEntry> =>
  text.split("\n").flatMap((line) => {
    const [, key = "", value = ""] = /^\s*([^\s#]\S*)(?:\s+(.*?))?\s*$/.exec(line) ?? []
    return key === "" ? [] : [{ key, value }]
  })

/**
 * Returns the difference between two texts of a map by its entries; undefined where only the whole text can carry it: a key that is
 * there twice, a key or a value that a command of the runtime socket would take for something else, or another order of the entries
 * that stay, which counts where several keys fit.
 *
 * @category files
 * @since 0.1.0
 */
export const mapDifference = (from: string, to: string): MapDifference | undefined => {
  const [before, after] = [entriesOf(from), entriesOf(to)]
  const [known, wanted] = [before, after].map((entries) => new Map(entries.map(({ key, value }) => [key, value])))
  if (known === undefined || wanted === undefined) return undefined
  if (known.size !== before.length || wanted.size !== after.length) return undefined
  const added = after.filter(({ key }) => !known.has(key))
  const changed = after.filter(({ key, value }) => known.has(key) && known.get(key) !== value)
  const removed = before.map(({ key }) => key).filter((key) => !wanted.has(key))
  const stays = before.filter(({ key }) => wanted.has(key))
  // New entries come behind all others.
  const inOrder = [...stays, ...added].every(({ key }, index) => after[index]?.key === key)
  const sendable = [...added, ...changed].every(
    ({ key, value }) => isSendable(key) && value !== "" && isSendable(value)
  )
  return inOrder && sendable && removed.every(isSendable) ? { added, changed, removed } : undefined
}

/** What the runtime socket takes as one word. */
const isSendable = (word: string): boolean => /^[^\s;\\"'#<]+$/.test(word)
