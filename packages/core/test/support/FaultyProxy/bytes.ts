import type { Readable } from "node:stream"

const newline = 0x0a

/** The lines of a stream as they come, each with its line feed. */
export const linesOf = async function* (stream: Readable): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk])
    for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
      yield rest.subarray(0, end + 1)
      rest = rest.subarray(end + 1)
    }
  }
  if (rest.length > 0) yield rest
}

/** All of a stream. */
export const allOf = async (stream: Readable): Promise<Buffer> => {
  const parts: Array<Buffer> = []
  for await (const part of stream as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts)
}

/** Writes the separators U+2028 and U+2029 as they are, as JavaScript does; Go's servers write them as escapes. */
export const withRawSeparators = (json: Buffer): Buffer =>
  json.includes("\\u202")
    ? Buffer.from(json.toString("utf8").replaceAll("\\u2028", "\u2028").replaceAll("\\u2029", "\u2029"))
    : json
