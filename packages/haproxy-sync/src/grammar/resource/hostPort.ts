import { type Args } from "../Args.ts"

/**
 * An address that must have a port: `192.168.0.1:25`. An IPv6 address keeps its brackets.
 *
 * @category resources
 * @since 0.1.0
 */
export const hostPort: Args<{ readonly address?: string; readonly port?: number }> = {
  fields: [
    { name: "address", type: "string" },
    { name: "port", type: "integer" }
  ],
  parse: (cursor, into) => {
    const match = /^(.+):([+-]?\d+)$/.exec(cursor.word ?? "")
    if (match === null) return cursor.fail("an address with a port, such as 192.168.0.1:25")
    const port = Number(match[2])
    into["address"] = match[1]
    into["port"] = port
    if (String(port) !== match[2]) cursor.lossy = true
    cursor.at++
    return true
  },
  print: (from, printer) => {
    const { address, port } = from
    if (typeof address !== "string" || typeof port !== "number") return false
    printer.words.push(`${address}:${port}`)
    return true
  }
}
