import { Duration, Redacted } from "effect"

/**
 * Where a Data Plane API is and how it is spoken to.
 *
 * @category models
 * @since 0.1.0
 */
export interface DataplaneConfig {
  /** `http://HOST:PORT`, `https://HOST:PORT`, or `unix:/path/to/socket`; a `/v2` or `/v3` at the end is ignored. */
  readonly baseUrl: string
  readonly username: string
  readonly password: Redacted.Redacted
  /** How long one request may take; 30 seconds if left out. */
  readonly timeout?: Duration.Duration
  readonly tls?: TlsConfig
  /** The path of HAProxy's own runtime socket, where that is on this machine: it is used for what the API has no requests for. */
  readonly runtimeSocket?: string
}

/**
 * How the server is known, and how we are known to it, over TLS. All but `insecure` are texts in PEM form.
 *
 * @category models
 * @since 0.1.0
 */
export interface TlsConfig {
  readonly ca?: string
  readonly cert?: string
  readonly key?: Redacted.Redacted
  /** Accepts any certificate. Only for tests. */
  readonly insecure?: boolean
}

/** The server's own limit for a request. */
export const defaultTimeout = Duration.seconds(30)
