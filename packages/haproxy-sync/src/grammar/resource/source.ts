import { type Args, object } from "../Args.ts"
import { directive } from "../Line.ts"

export interface Source {
  readonly address: string
  readonly port?: number
  readonly usesrc?: "address" | "client" | "clientip" | "hdr_ip"
  readonly address_second?: string
  readonly port_second?: number
  readonly hdr?: string
  readonly occ?: string
  readonly interface?: string
}

const port = (text: string | undefined): number | undefined =>
  text !== undefined && /^[+-]?\d+$/.test(text) && Number(text) !== 0 ? Number(text) : undefined

/** Takes `address:port` apart at the first colon, as the Data Plane API does. */
const addressAndPort = (text: string): readonly [address: string, port: number | undefined] => {
  const [address = "", behind] = text.split(":")
  return [address, port(behind)]
}

const usesrc = (text: string): Partial<Source> => {
  if (text.startsWith("clientip")) return { usesrc: "clientip" }
  if (text.startsWith("client")) return { usesrc: "client" }
  if (text.startsWith("hdr_ip")) {
    const [hdr = "", occ] = text
      .replace(/^hdr_ip\(/, "")
      .replace(/\)+$/, "")
      .split(",")
    return { usesrc: "hdr_ip", hdr, ...(occ === undefined ? {} : { occ }) }
  }
  const [address, second] = addressAndPort(text)
  return { usesrc: "address", address_second: address, ...(second === undefined ? {} : { port_second: second }) }
}

const withPort = (address: string, port: number | undefined): string => (port ? `${address}:${port}` : address)

const usesrcWord = (source: Source): string | undefined => {
  const { address_second, hdr = "", occ, port_second, usesrc: kind } = source
  if (kind === "client" || kind === "clientip") return kind
  if (kind === "hdr_ip") return `hdr_ip(${occ ? `${hdr},${occ}` : hdr})`
  return address_second ? withPort(address_second, port_second) : undefined
}

const words = (source: Source): ReadonlyArray<string> => {
  const second = usesrcWord(source)
  return [
    withPort(source.address, source.port),
    ...(second === undefined ? [] : ["usesrc", second]),
    ...(source.interface ? ["interface", source.interface] : [])
  ]
}

/**
 * `ADDRESS[:PORT] [usesrc WHICH] [interface NAME]`.
 *
 * **Gotchas**
 *
 * The Data Plane API takes an IPv6 address for a host and a port: the line stays as it is written.
 */
const description: Args<Partial<Source>> = {
  fields: [
    { name: "address", type: "string" },
    { name: "port", type: "integer" },
    { name: "usesrc", type: "string", values: ["address", "client", "clientip", "hdr_ip"] },
    { name: "address_second", type: "string" },
    { name: "port_second", type: "integer" },
    { name: "hdr", type: "string" },
    { name: "occ", type: "string" },
    { name: "interface", type: "string" }
  ],
  parse: (cursor, into) => {
    const start = cursor.at
    const text = cursor.word
    if (text === undefined) return cursor.fail("an address")
    cursor.at++
    const [address, number] = addressAndPort(text)
    let source: Source = { address, ...(number === undefined ? {} : { port: number }) }
    while (cursor.word === "usesrc" || cursor.word === "interface") {
      const value = cursor.words[cursor.at + 1]
      if (value === undefined) return cursor.fail("a value")
      source = { ...source, ...(cursor.word === "usesrc" ? usesrc(value) : { interface: value }) }
      cursor.at += 2
    }
    if (words(source).join(" ") !== cursor.words.slice(start, cursor.at).join(" ")) cursor.lossy = true
    Object.assign(into, source)
    return true
  },
  print: (from, printer) => {
    if (typeof from["address"] !== "string") return false
    printer.words.push(...words(from as unknown as Source))
    return true
  }
}

/**
 * `source ADDRESS …`: the address that HAProxy connects from.
 *
 * @category resources
 * @since 0.1.0
 */
export const source = directive("source", object("source", description))
