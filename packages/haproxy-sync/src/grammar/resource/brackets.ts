/** The address families whose addresses stand behind an `@` and may hold colons. */
const families = /^(ipv6|udp6|quic6)@(?=[^[])/

/** Writes an address so that a port can follow it: IPv6 addresses need brackets. */
export const bracketed = (address: string): string => {
  if (!/[:@[]/.test(address)) return address
  const family = families.exec(address)?.[1]
  if (family !== undefined) return `${family}@[${address.slice(family.length + 1)}]`
  if (/^(ipv6|udp6|quic6)@|^\[/.test(address)) return address
  return address.split(":").length > 2 ? `[${address}]` : address
}

/** Reports whether two written addresses differ at most in their brackets; those around a family would change the meaning. */
export const sameButBrackets = (a: string, b: string): boolean =>
  a === b || (!/,|^\[\w+@/.test(a) && a.replace(/[[\]]/g, "") === b.replace(/[[\]]/g, ""))
