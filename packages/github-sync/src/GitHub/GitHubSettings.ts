/**
 * How GitHub is reached.
 *
 * @since 0.1.0
 */
import { Config, Duration, Option, type Redacted } from "effect"

/**
 * How GitHub is reached.
 *
 * @category models
 * @since 0.1.0
 */
export interface GitHubSettings {
  /** Without a token, only public repositories can be read, and few times. */
  readonly token?: Redacted.Redacted
  /** The root of the API: of github.com, of an Enterprise server (`https://HOST/api/v3`), or of an emulator. */
  readonly baseUrl: URL
  /** How long one request may take. */
  readonly timeout: Duration.Duration
  /** Carries the requests instead of the runtime's own `fetch`. */
  readonly fetch?: typeof globalThis.fetch
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

/**
 * The settings from the environment: `LOCKSTEP_GITHUB_TOKEN` (else `GITHUB_TOKEN`), `LOCKSTEP_GITHUB_URL` (else
 * `GITHUB_API_URL`, else github.com's), and `LOCKSTEP_GITHUB_TIMEOUT` (30 seconds if unset).
 *
 * @category settings
 * @since 0.1.0
 */
export const config: Config.Config<GitHubSettings> = Config.all({
  token,
  baseUrl,
  timeout: Config.Duration("LOCKSTEP_GITHUB_TIMEOUT").pipe(Config.withDefault(Duration.seconds(30)))
}).pipe(Config.map(({ token: found, ...rest }) => (Option.isSome(found) ? { ...rest, token: found.value } : rest)))
