/**
 * The few encodings of ASN.1's distinguished rules that a certificate is made of.
 *
 * Each function returns one complete element: its tag, its length and its content.
 */

const element = (tag: number, ...content: ReadonlyArray<Uint8Array>): Buffer => {
  const body = Buffer.concat(content)
  const size = body.length
  if (size < 0x80) return Buffer.concat([Buffer.from([tag, size]), body])
  const bytes = [size >>> 16, (size >>> 8) & 0xff, size & 0xff]
  const significant = bytes.slice(bytes.findIndex((byte) => byte !== 0))
  return Buffer.concat([Buffer.from([tag, 0x80 | significant.length, ...significant]), body])
}

/** Encodes elements in order. */
export const sequence = (...elements: ReadonlyArray<Uint8Array>): Buffer => element(0x30, ...elements)

/** Encodes a set of one. */
export const setOf = (one: Uint8Array): Buffer => element(0x31, one)

/** Encodes a non-negative integer of any length, most significant byte first. */
export const integer = (bytes: Uint8Array): Buffer =>
  element(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes)

/** Encodes true; false is a default and is left out. */
export const yes: Buffer = element(0x01, Buffer.of(0xff))

/** Encodes text. */
export const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text, "utf8"))

/** Encodes bytes as they are. */
export const octets = (...content: ReadonlyArray<Uint8Array>): Buffer => element(0x04, ...content)

/** Encodes a row of bits, of which the last byte leaves some unused. */
export const bits = (content: Uint8Array, unused = 0): Buffer => element(0x03, Buffer.of(unused), content)

/** Encodes an element in a context of its own: a field that is told by its number. */
export const field = (number: number, ...content: ReadonlyArray<Uint8Array>): Buffer =>
  element(0xa0 | number, ...content)

/** Encodes plain content under a number, without a tag of its own. */
export const bareField = (number: number, content: Uint8Array): Buffer => element(0x80 | number, content)

/** Encodes a moment before the year 2050, to the second. */
export const time = (moment: Date): Buffer =>
  element(0x17, Buffer.from(`${moment.toISOString().slice(2, 19).replaceAll(/[-:T]/gu, "")}Z`, "ascii"))

/** Encodes an object identifier, such as `2.5.4.3`. */
export const objectIdentifier = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f]
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift(0x80 | (left & 0x7f))
    return groups
  })
  return element(0x06, Buffer.from(bytes))
}
