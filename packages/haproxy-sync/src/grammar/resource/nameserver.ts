import { type Args, sequence, word } from "../Args.ts"

/** The API takes an address apart at the first colon, so that it shows no nameserver with an IPv6 address. */
const address: Args<{ readonly address?: string; readonly port?: number }> = {
  fields: [
    { name: "address", type: "string" },
    { name: "port", type: "integer" }
  ],
  parse: (cursor, into) => {
    const text = cursor.word
    if (text === undefined) return cursor.fail("an address")
    const match = /^([^:]*)(?::([+-]?\d+))?$/.exec(text)
    cursor.at++
    if (match === null) {
      cursor.opaque = true
      return true
    }
    into["address"] = match[1]
    if (match[2] === undefined) return true
    const port = Number(match[2])
    into["port"] = port
    if (String(port) !== match[2]) cursor.lossy = true
    return true
  },
  print: (from, printer) => {
    if (typeof from["address"] !== "string") return false
    printer.words.push(typeof from["port"] === "number" ? `${from["address"]}:${from["port"]}` : from["address"])
    return true
  }
}

/**
 * `nameserver NAME ADDRESS[:PORT]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const nameserver = sequence(word("name"), address)
