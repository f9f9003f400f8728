import type { HaproxyVersion } from "../text/HaproxyVersion.ts"
import type { Reader } from "./Reader.ts"
import type { Shape } from "./Shape.ts"

/** Kinds of addresses that are no host with a port. */
const named = /^(?:unix|abnsz?|abns|fd|sockpair|rhttp|mptcp[46]?|ring|stdin|env)@|^[/@]/

/** What is wrong with the port at the end of `host:port`, if there is one. */
const portOf = (address: string): string | undefined => {
  const colon = address.lastIndexOf(":")
  return colon < 0 ? undefined : address.slice(colon + 1)
}

const addressWith =
  (check: (port: string | undefined, address: string, version: HaproxyVersion) => string | undefined): Shape =>
  (reader: Reader) => {
    const text = reader.word
    if (text === undefined) return reader.refuse("an address")
    // HAProxy puts the environment into addresses even outside of quotes.
    if (!reader.open && !text.includes("$")) {
      for (const address of text.split(",")) {
        if (named.test(address)) continue
        const expected = check(portOf(address), address, reader.version)
        if (expected !== undefined) return reader.refuse(expected)
      }
    }
    reader.at++
    return true
  }

/**
 * The address of a listener: a port is needed, a range of ports may be given.
 *
 * @category checking
 * @since 0.1.0
 */
export const listenerAddress: Shape = addressWith((port) => {
  if (port === undefined || port === "") return "a port, such as :80"
  const match = /^(\d+)(?:-(\d+))?$/.exec(port)
  if (match === null) return "a port number"
  const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])]
  return first > 65_535 || last > 65_535 || last < first ? "a port number or a range of them" : undefined
})

/**
 * The address of a server: a port may be given.
 *
 * @category checking
 * @since 0.1.0
 */
export const peerAddress: Shape = addressWith((port, address, version) => {
  if (port === undefined || port === "" || address.includes("]") !== address.includes("]:")) return undefined
  // HAProxy 2.6 read the port as far as it was a number.
  if (version === "2.6" && /^\d/.test(port)) return undefined
  if (!/^[+-]?\d+$/.test(port)) return /^[\da-f:]+$/i.test(address) || port.includes("]") ? undefined : "a port number"
  return Number(port) > 65_535 ? "a port number" : undefined
})

/**
 * An address that must have a port.
 *
 * @category checking
 * @since 0.1.0
 */
export const addressAndPort: Shape = addressWith((port) =>
  port === undefined || port === "" ? "an address with a port" : /^[+-]?\d+$/.test(port) ? undefined : "a port number"
)
