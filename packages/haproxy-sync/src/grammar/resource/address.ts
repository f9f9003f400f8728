import type { Args } from "../Args.ts"
import { bracketed, sameButBrackets } from "./brackets.ts"

interface Address {
  readonly address: string
  readonly port: number | undefined
}

const portOf = (text: string, largest: number): number | undefined => {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
  return value <= largest ? value : undefined
}

/** Takes an address apart as the Data Plane API does, its mistakes with quotes and with ports behind bare IPv6 addresses included. */
const split = (text: string): Address => {
  if (text.startsWith("[") && text.includes("]")) {
    const [host = "", behind, ...more] = text.slice(1).split("]")
    return {
      address: host,
      port: behind === undefined || more.length > 0 ? undefined : portOf(behind.replaceAll(":", ""), Infinity)
    }
  }
  const colon = text.lastIndexOf(":")
  if (colon < 0) return { address: text, port: undefined }
  const address = text.slice(0, colon)
  const bare = address.includes(":")
  const port = portOf(text.slice(colon + 1), bare ? 32_767 : Infinity)
  return { address: bare && port === undefined ? text : address, port }
}

const join = (address: string, port: unknown): string => {
  const host = bracketed(address)
  return typeof port === "number" ? `${host}:${port}` : host
}

/**
 * The address of a server, with its port where it has one: `127.0.0.1:80`, `[::1]:80`, `/run/app.sock`.
 *
 * **Gotchas**
 *
 * The Data Plane API misreads some addresses, such as `"127.0.0.1:80"` in quotes or the relative port of `host:+80`: the line keeps
 * its own words.
 *
 * @category resources
 * @since 0.1.0
 */
export const serverAddress: Args<{ readonly address?: string; readonly port?: number }> = {
  fields: [
    { name: "address", type: "string", runtime: true },
    { name: "port", type: "integer", runtime: true }
  ],
  parse: (cursor, into) => {
    const text = cursor.word
    if (text === undefined) return cursor.fail("an address")
    cursor.at++
    const { address, port } = split(text)
    // An address of a port alone is one to HAProxy, and none to the API.
    if (address === "") {
      cursor.opaque = true
      cursor.placed = true
    }
    if (!sameButBrackets(join(address, port), text)) cursor.lossy = true
    into["address"] = address
    if (port !== undefined) into["port"] = port
    return true
  },
  print: (from, printer) => {
    const { address, port } = from
    if (typeof address !== "string" || address === "") return false
    printer.words.push(join(address, port))
    return true
  }
}
