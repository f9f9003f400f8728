// Loaded on demand: few are behind a proxy.
import { Redacted } from "effect"
import { EnvHttpProxyAgent, fetch } from "undici"
import type { Proxy } from "./GitHubSettings.ts"

/** Carries requests through a proxy, except to the hosts that are reached directly. */
export const proxiedFetch = ({ except, url }: Proxy): typeof globalThis.fetch => {
  const proxy = Redacted.value(url)
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: proxy,
    httpsProxy: proxy,
    ...(except === undefined ? {} : { noProxy: except })
  })
  // The same interface, declared twice: by undici and, for what Node has built in, by Node's types.
  return ((input: string, init: object) => fetch(input, { ...init, dispatcher })) as unknown as typeof globalThis.fetch
}
