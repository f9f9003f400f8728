import type { Args } from "../Args.ts"
import { bracketed, sameButBrackets } from "./brackets.ts"

interface Path {
  readonly address: string
  readonly port: string
}

/** Splits `host:port` where the host may stand in brackets; undefined where the API sees no port. */
const hostAndPort = (text: string): Path | undefined => {
  const match = /^(?:\[([^[\]]*)\]|([^[\]:]*)):([^[\]:]*)$/.exec(text)
  return match === null ? undefined : { address: match[1] ?? match[2] ?? "", port: match[3] ?? "" }
}

const pathOnly = /^(?:\/|unix@|absn@|fd@|sockpair@)/
const reference = /^"?\$/
const family = /^([^@]*@)?(.*)$/

/** Takes an address apart as the Data Plane API does; undefined where it takes the line for none. */
const splitPath = (text: string): Path | undefined => {
  const colon = text.lastIndexOf(":")
  if (reference.test(text)) {
    return colon > 0 ? { address: text.slice(0, colon), port: text.slice(colon + 1) } : { address: text, port: "" }
  }
  if (pathOnly.test(text)) return { address: text, port: "" }
  const six = /^(?:ipv6|udp6|quic6)@/.test(text) || text.startsWith("[") || text.split(":").length > 2
  if (!six && !/^(?:ipv4|udp4|quicv4)@/.test(text)) return hostAndPort(text)
  const [, prefix = "", rest = ""] = family.exec(text) ?? []
  const last = rest.lastIndexOf(":")
  const written = !six || rest.startsWith("[") ? rest : `[${rest.slice(0, Math.max(last, 0))}]${rest.slice(last)}`
  const path = last < 0 ? undefined : hostAndPort(written)
  return path === undefined ? undefined : { ...path, address: `${prefix}${path.address}` }
}

/** An address with a port or a range of ports, or a path alone. */
export interface BindAddress {
  readonly address?: string
  readonly port?: number
  readonly "port-range-end"?: number
}

const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined

const ports = (text: string): Omit<BindAddress, "address"> => {
  const [first, last, ...more] = text.split("-")
  const port = whole(first)
  const end = more.length === 0 ? whole(last) : undefined
  if (port === undefined) return {}
  return end !== undefined && port < end ? { port, "port-range-end": end } : { port }
}

const join = ({ address = "", port, "port-range-end": end }: BindAddress): string =>
  port === undefined ? address : `${bracketed(address)}:${port}${end === undefined ? "" : `-${end}`}`

/**
 * The address of a bind: `:80`, `127.0.0.1:8000-8010`, `[::]:443`, `/run/haproxy.sock`, `fd@3`.
 *
 * **Gotchas**
 *
 * The Data Plane API misreads some addresses, such as `"127.0.0.1:80"` in quotes or `:"${PORT}"`: the line keeps its own words. One
 * without a port that is no path is none to the API.
 *
 * @category resources
 * @since 0.1.0
 */
export const bindAddress: Args<BindAddress> = {
  fields: [
    { name: "address", type: "string" },
    { name: "port", type: "integer" },
    { name: "port-range-end", type: "integer" }
  ],
  parse: (cursor, into) => {
    const text = cursor.word
    if (text === undefined) return cursor.fail("an address")
    cursor.at++
    const path = splitPath(text)
    if (path === undefined) {
      cursor.opaque = true
      cursor.placed = true
      return true
    }
    const parts = { ...(path.address === "" ? {} : { address: path.address }), ...ports(path.port) }
    if (!sameButBrackets(join(parts), text)) cursor.lossy = true
    Object.assign(into, parts)
    return true
  },
  print: (from, printer) => {
    const { address, port, "port-range-end": end } = from as BindAddress
    const text = join({
      ...(address ? { address } : {}),
      ...(typeof port === "number" ? { port } : {}),
      ...(typeof end === "number" ? { "port-range-end": end } : {})
    })
    if (text === "") return false
    printer.words.push(text)
    return true
  }
}
