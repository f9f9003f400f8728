// Loaded on demand: few are behind a proxy, or have an authority of their own.
import { Redacted } from "effect"
import { getCACertificates } from "node:tls"
import { Agent, EnvHttpProxyAgent, fetch } from "undici"
import type { GitHubSettings } from "./GitHubSettings.ts"

/** Carries requests through a proxy, except to the hosts that are reached directly, and trusts one more authority. */
export const connectedFetch = ({ ca, proxy }: Pick<GitHubSettings, "ca" | "proxy">): typeof globalThis.fetch => {
  const trusting = ca === undefined ? {} : { ca: [...getCACertificates("default"), ca] }
  const dispatcher = proxy === undefined ? new Agent({ connect: trusting }) : proxied(proxy, trusting)
  // The same interface, declared twice: by undici and, for what Node has built in, by Node's types.
  return ((input: string, init: object) => fetch(input, { ...init, dispatcher })) as unknown as typeof globalThis.fetch
}

const proxied = ({ except, url }: NonNullable<GitHubSettings["proxy"]>, trusting: { readonly ca?: Array<string> }) => {
  const proxy = Redacted.value(url)
  return new EnvHttpProxyAgent({
    httpProxy: proxy,
    httpsProxy: proxy,
    connect: trusting,
    requestTls: trusting,
    proxyTls: trusting,
    ...(except === undefined ? {} : { noProxy: except })
  })
}
