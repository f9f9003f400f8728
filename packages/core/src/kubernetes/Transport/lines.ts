import { isUtf8 } from "node:buffer"

/** What a piece of a stream completes: whole lines, read as JSON, and the beginning of the next one. */
export interface Split {
  readonly values: ReadonlyArray<unknown>
  readonly rest: Buffer
}

const newline = 0x0a

/** No object of a server is nearly as long: what has no end is no line. */
const longest = 64 * 1024 * 1024

/**
 * Splits at line feeds and nowhere else: U+2028 is a part of a text. Nothing is returned if a line is no JSON: then the
 * stream is broken, and an event may be lost.
 */
export const lines = (rest: Buffer, chunk: Buffer): Split | undefined => {
  const last = chunk.lastIndexOf(newline)
  if (last < 0) return rest.length > longest ? undefined : { values: [], rest: Buffer.concat([rest, chunk]) }
  const bytes = Buffer.concat([rest, chunk.subarray(0, last)])
  // Bytes that were overwritten on the way could still make JSON of another meaning.
  if (!isUtf8(bytes)) return undefined
  const whole = bytes.toString("utf8")
  const values: Array<unknown> = []
  for (const line of whole.split("\n")) {
    if (line === "" || line === "\r") continue
    try {
      values.push(JSON.parse(line))
    } catch {
      return undefined
    }
  }
  return { values, rest: chunk.subarray(last + 1) }
}
