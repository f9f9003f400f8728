/**
 * How GitHub is reached.
 *
 * @since 0.1.0
 */
import { Config, Duration, Option, Redacted, Schema } from "effect"
import { createPrivateKey, X509Certificate } from "node:crypto"
import { readFileSync } from "node:fs"
import type { RateBudget, RateBudgetOptions } from "./RateBudget.ts"

/**
 * A GitHub App in one of its installations. Tokens are fetched with its key, and fetched anew before they expire.
 *
 * @category models
 * @since 0.1.0
 */
export interface GitHubApp {
  readonly id: string
  readonly installation: number
  /** In PEM. */
  readonly privateKey: Redacted.Redacted
}

/**
 * The way out to GitHub where there is no direct one.
 *
 * @category models
 * @since 0.1.0
 */
export interface Proxy {
  /** Where requests go instead; the URL may hold a name and a password. */
  readonly url: Redacted.Redacted
  /** The hosts that are reached directly, as `NO_PROXY` has them. */
  readonly except?: string
}

/**
 * How GitHub is reached.
 *
 * @category models
 * @since 0.1.0
 */
export interface GitHubSettings {
  /** Without a token, only public repositories can be read, and few times. */
  readonly token?: Redacted.Redacted
  /** Speaks as an App instead of with a token. */
  readonly app?: GitHubApp
  /** The root of the API: of github.com, of an Enterprise server (`https://HOST/api/v3`), or of an emulator. */
  readonly baseUrl: URL
  /** How long one request may take. */
  readonly timeout: Duration.Duration
  /** Carries the requests instead of the runtime's own `fetch`. */
  readonly fetch?: typeof globalThis.fetch
  readonly proxy?: Proxy
  /** The certificate of an authority that is trusted besides the public ones, in PEM: that of an Enterprise server's. */
  readonly ca?: string
  /** A budget that is shared with others; one of its own if left out. */
  readonly budget?: RateBudget
  /** The pace of a budget of its own. */
  readonly pace?: RateBudgetOptions
  /** How many answers of each kind are remembered (5000 if left out). */
  readonly cacheCapacity?: number
  /**
   * A file that remembers answers over a restart; they are remembered in memory only if left out. Several programs may share
   * it, also with different tokens: none sees what another was answered.
   */
  readonly cacheFile?: string
}

// An unreadable value must not fall through to the next name, but be reported.
const firstSet = <A>(make: (name: string) => Config.Config<A>, first: string, second: string) =>
  Config.flatMap(Config.option(make(first)), (found) =>
    Option.isSome(found) ? Config.succeed(found) : Config.option(make(second))
  )

const token = firstSet((name) => Config.Redacted(name), "LOCKSTEP_GITHUB_TOKEN", "GITHUB_TOKEN")

const baseUrl = Config.map(
  firstSet((name) => Config.URL(name), "LOCKSTEP_GITHUB_URL", "GITHUB_API_URL"),
  Option.getOrElse(() => new URL("https://api.github.com"))
)

const pem = Schema.RedactedFromValue(
  Schema.String.check(
    Schema.makeFilter((text: string) => isPrivateKey(text) || "Expected a private key in PEM, of an RSA key")
  )
)

/**
 * Returns a key in PEM with real ends of lines: one line is what some tools can keep in an environment variable.
 *
 * @category settings
 * @since 0.1.0
 */
export const unfolded = (text: string) => text.replaceAll("\\n", "\n")

/**
 * Reports whether a text is what an App signs with: a private RSA key in PEM, also on one line with `\\n` for the ends of lines.
 *
 * @category settings
 * @since 0.1.0
 */
export const isPrivateKey = (text: string): boolean => {
  try {
    return createPrivateKey(unfolded(text)).asymmetricKeyType === "rsa"
  } catch {
    return false
  }
}

// Who names an App means it: what is missing then is an error.
const app = Config.flatMap(Config.option(Config.String("LOCKSTEP_GITHUB_APP_ID")), (id) =>
  Option.isNone(id)
    ? Config.succeed(Option.none<GitHubApp>())
    : Config.map(
        Config.all({
          installation: Config.Int("LOCKSTEP_GITHUB_APP_INSTALLATION"),
          privateKey: Config.schema(pem, "LOCKSTEP_GITHUB_APP_PRIVATE_KEY")
        }),
        ({ installation, privateKey }) =>
          Option.some({
            id: id.value,
            installation,
            privateKey: Redacted.make(unfolded(Redacted.value(privateKey)))
          })
      )
)

const certificate = (path: string): string | undefined => {
  try {
    const text = readFileSync(path, "utf8")
    return new X509Certificate(text).ca ? text : undefined
  } catch {
    return undefined
  }
}

const ca = Config.option(
  Config.schema(
    Schema.String.check(
      Schema.makeFilter(
        (path: string) =>
          certificate(path) !== undefined || "Expected a file with the certificate of an authority, in PEM"
      )
    ),
    "LOCKSTEP_GITHUB_CA_FILE"
  )
)

const proxy = Config.all({
  url: firstSet((name) => Config.Redacted(name), "HTTPS_PROXY", "https_proxy"),
  except: firstSet((name) => Config.String(name), "NO_PROXY", "no_proxy")
})

/**
 * The settings from the environment.
 *
 * **Details**
 *
 * | variable | meaning |
 * |---|---|
 * | `LOCKSTEP_GITHUB_TOKEN`, else `GITHUB_TOKEN` | the token |
 * | `LOCKSTEP_GITHUB_APP_ID`, `_INSTALLATION`, `_PRIVATE_KEY` | an App instead of a token; all three, the key in PEM |
 * | `LOCKSTEP_GITHUB_URL`, else `GITHUB_API_URL` | the root of the API; github.com's if unset |
 * | `LOCKSTEP_GITHUB_TIMEOUT` | how long a request may take; 30 seconds if unset |
 * | `LOCKSTEP_GITHUB_WRITE_INTERVAL` | the pause between writes that follow each other for long; 1 second if unset |
 * | `LOCKSTEP_GITHUB_CACHE` | a file that remembers answers over a restart; none if unset |
 * | `LOCKSTEP_GITHUB_CA_FILE` | a file with the certificate of an authority that is trusted besides the public ones, in PEM |
 * | `HTTPS_PROXY`, `NO_PROXY` | the way out, in either case |
 *
 * @category settings
 * @since 0.1.0
 */
export const config: Config.Config<GitHubSettings> = Config.all({
  token,
  app,
  baseUrl,
  proxy,
  ca,
  cacheFile: Config.option(Config.String("LOCKSTEP_GITHUB_CACHE")),
  timeout: Config.Duration("LOCKSTEP_GITHUB_TIMEOUT").pipe(Config.withDefault(Duration.seconds(30))),
  writeInterval: Config.Duration("LOCKSTEP_GITHUB_WRITE_INTERVAL").pipe(Config.withDefault(Duration.seconds(1)))
}).pipe(
  Config.map(
    ({ app: asApp, baseUrl: url, ca: authority, cacheFile, proxy: out, timeout, token: found, writeInterval }) => ({
      baseUrl: url,
      timeout,
      pace: { writeInterval },
      ...(Option.isSome(found) ? { token: found.value } : {}),
      ...(Option.isSome(asApp) ? { app: asApp.value } : {}),
      ...(Option.isSome(authority) ? { ca: certificate(authority.value) ?? "" } : {}),
      ...(Option.isSome(cacheFile) ? { cacheFile: cacheFile.value } : {}),
      ...(Option.isSome(out.url)
        ? { proxy: { url: out.url.value, ...(Option.isSome(out.except) ? { except: out.except.value } : {}) } }
        : {})
    })
  )
)
