/**
 * How an operator reaches GitHub: by what its environment and its configuration say.
 *
 * @since 0.1.0
 */
import { GitHub, isPrivateKey, unfolded, type GitHubSettings, type OperatorConfig } from "@lockstep/github-sync"
import { Config, Effect, Equal, Option, Redacted } from "effect"
import { SecretError, Secrets } from "./Secrets.ts"

type Said = OperatorConfig["spec"]["github"]

const isSet = (name: string) => Config.map(Config.option(Config.Redacted(name)), Option.isSome)

/**
 * Tells which of the variables of Lockstep's own are set: they come before the configuration, and those that other programs
 * share, such as `GITHUB_TOKEN`, after it.
 */
const variables = Config.all({
  url: isSet("LOCKSTEP_GITHUB_URL"),
  token: isSet("LOCKSTEP_GITHUB_TOKEN"),
  app: isSet("LOCKSTEP_GITHUB_APP_ID")
})

/**
 * Returns the settings that the environment and a configuration come to, with the secrets that the configuration names.
 *
 * **Details**
 *
 * What `LOCKSTEP_GITHUB_URL`, `LOCKSTEP_GITHUB_TOKEN` and `LOCKSTEP_GITHUB_APP_ID` say comes first, then the configuration,
 * then what other programs share (`GITHUB_API_URL`, `GITHUB_TOKEN`), then github.com. No secret is read that isn't needed.
 *
 * **Gotchas**
 *
 * The token goes where the URL leads. Who may change the configuration can have it sent elsewhere.
 *
 * @category settings
 * @since 0.1.0
 */
export const settings = (said: Said): Effect.Effect<GitHubSettings, SecretError | Config.ConfigError, Secrets> =>
  Effect.gen(function* () {
    const environment = yield* GitHub.settings
    const given = yield* variables
    const { app, token, ...rest } = environment
    const baseUrl = said?.url === undefined || given.url ? environment.baseUrl : new URL(said.url)
    const named = given.token || given.app ? undefined : yield* credential(said)
    if (named !== undefined) return { ...rest, baseUrl, ...named }
    return {
      ...rest,
      baseUrl,
      ...(token === undefined ? {} : { token }),
      ...(app === undefined ? {} : { app })
    }
  })

const credential = (
  said: Said
): Effect.Effect<Pick<GitHubSettings, "token" | "app"> | undefined, SecretError, Secrets> =>
  Effect.gen(function* () {
    const secrets = yield* Secrets
    if (said?.tokenSecretRef !== undefined) {
      const token = yield* secrets.read(said.tokenSecretRef)
      return Redacted.value(token) === "" ? yield* unusable(said.tokenSecretRef, "it is empty") : { token }
    }
    if (said?.app === undefined) return undefined
    const { id, installation, privateKeySecretRef } = said.app
    const privateKey = yield* secrets.read(privateKeySecretRef)
    if (!isPrivateKey(Redacted.value(privateKey))) {
      return yield* unusable(privateKeySecretRef, "it is no private RSA key in PEM")
    }
    return { app: { id, installation, privateKey: Redacted.make(unfolded(Redacted.value(privateKey))) } }
  })

const unusable = ({ key, name }: { readonly name: string; readonly key: string }, because: string) =>
  Effect.fail(new SecretError({ reason: "SecretUnusable", secret: `${name}/${key}`, because }))

/**
 * Reports whether two settings reach the same GitHub as the same user.
 *
 * @category comparing
 * @since 0.1.0
 */
export const isSame = (one: GitHubSettings, other: GitHubSettings): boolean =>
  Equal.equals(identity(one), identity(other))

const identity = ({ app, baseUrl, token }: GitHubSettings) => ({
  url: baseUrl.href,
  token: token === undefined ? undefined : Redacted.value(token),
  app: app === undefined ? undefined : [app.id, app.installation, Redacted.value(app.privateKey)]
})
