/**
 * How the bytes of a file were read as text. Files that are not UTF-8 are read byte by byte, so that they can be written back.
 *
 * @category encoding
 * @since 0.1.0
 */
export type Encoding = "utf8" | "latin1"

/**
 * Reads the bytes of a file as text so that {@link encodeText} gives the same bytes back.
 *
 * @category encoding
 * @since 0.1.0
 */
export const decodeText = (bytes: Uint8Array): { readonly text: string; readonly encoding: Encoding } => {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), encoding: "utf8" }
  } catch {
    return { text: latin1(bytes), encoding: "latin1" }
  }
}

/**
 * Returns the bytes of a text in the encoding it was read with.
 *
 * @category encoding
 * @since 0.1.0
 */
export const encodeText = (text: string, encoding: Encoding): Uint8Array =>
  encoding === "utf8" ? new TextEncoder().encode(text) : Uint8Array.from(text, (character) => character.charCodeAt(0))

/** In pieces, since a call takes only so many arguments. */
const latin1 = (bytes: Uint8Array): string => {
  let text = ""
  for (let start = 0; start < bytes.length; start += 8192)
    text += String.fromCharCode(...bytes.subarray(start, start + 8192))
  return text
}
