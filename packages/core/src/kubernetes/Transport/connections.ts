import { Agent, ProxyAgent, Socks5ProxyAgent, type Dispatcher } from "undici"
import { createHash } from "node:crypto"
import type { Identity } from "./identity.ts"

/** The connections to one server as one identity. Watches have their own, so that they can't be in the way of calls. */
export interface Connections {
  /** Equal for identities that can use the same connections. */
  readonly key: string
  readonly calls: Dispatcher
  readonly watches: Dispatcher
  /** Ends them; calls that are under way are let through. */
  readonly close: () => Promise<void>
}

/** What connections depend on; headers are sent anew with each request. */
export const keyOf = ({ proxy, server, tls }: Identity): string => {
  const parts = [server, proxy, tls.servername, tls.rejectUnauthorized, tls.ca, tls.cert, tls.key]
  return createHash("sha256")
    .update(JSON.stringify(parts.map((part) => (Buffer.isBuffer(part) ? part.toString("base64") : (part ?? null)))))
    .digest("hex")
}

export const open = (identity: Identity): Connections => {
  const calls = dispatcher(identity, 32)
  const watches = dispatcher(identity, null)
  return {
    key: keyOf(identity),
    calls,
    watches,
    close: async () => {
      // Streams never end by themselves.
      await Promise.all([calls.close(), watches.destroy()])
    }
  }
}

/**
 * HTTP/1.1 on purpose: a call that is given up takes its connection with it, so that a connection that went dead without
 * a sign hurts one call. Over HTTP/2 it would be the only connection, and every call after it would wait for the kernel.
 */
const dispatcher = ({ proxy, tls }: Identity, connections: number | null): Dispatcher => {
  const alive = { keepAlive: true, keepAliveInitialDelay: 30_000 }
  const options = { allowH2: false, connections, bodyTimeout: 0, headersTimeout: 0, keepAliveTimeout: 30_000 }
  if (proxy === undefined) return new Agent({ ...options, connect: { ...tls, ...alive, timeout: 10_000 } })
  return proxy.startsWith("socks")
    ? new Socks5ProxyAgent(proxy.replace(/^socks5?h?:/u, "socks5:"), { ...options, requestTls: tls })
    : new ProxyAgent({ ...options, uri: proxy, requestTls: tls })
}
