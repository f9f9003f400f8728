import { type Args, type Field } from "../Args.ts"

/** Writes an IPv6 address so that a port can follow it. */
const bracketed = (address: string): string =>
  address.split(":").length > 2 && !address.startsWith("[") ? `[${address}]` : address

/** Takes `address:port` apart as the Data Plane API does; an address in brackets loses them. */
const split = (text: string): { readonly address: string; readonly port?: number } => {
  const bracket = /^\[([^\]]*)\](?::(\d+))?$/.exec(text)
  if (bracket !== null) {
    return { address: bracket[1] ?? "", ...(bracket[2] === undefined ? {} : { port: Number(bracket[2]) }) }
  }
  const colon = text.lastIndexOf(":")
  const port = text.slice(colon + 1)
  return colon >= 0 && /^[+-]?\d+$/.test(port)
    ? { address: text.slice(0, colon), port: Number(port) }
    : { address: text }
}

const fields: ReadonlyArray<Field> = [
  { name: "address", type: "string", runtime: true },
  { name: "port", type: "integer", runtime: true }
]

/**
 * The address of a server, with its port where it has one: `127.0.0.1:80`, `[::1]:80`, `/run/app.sock`.
 *
 * @category resources
 * @since 0.1.0
 */
export const serverAddress: Args<{ readonly address?: string; readonly port?: number }> = {
  fields,
  parse: (cursor, into) => {
    const text = cursor.word
    if (text === undefined) return cursor.fail("an address")
    const { address, port } = split(text)
    if (address === "") return cursor.fail("an address")
    into["address"] = address
    if (port !== undefined) into["port"] = port
    cursor.at++
    return true
  },
  print: (from, printer) => {
    const { address, port } = from
    if (typeof address !== "string" || address === "") return false
    printer.words.push(typeof port === "number" ? `${bracketed(address)}:${port}` : address)
    return true
  }
}
