import { Option, Schema } from "effect"
import { createVerify } from "node:crypto"

/** The App that may ask, in one installation. */
export interface AppRules {
  readonly id: string
  readonly installation: number
  /** In PEM; what the App signs is checked with it. */
  readonly publicKey: string
  /** How long a token is good for, in milliseconds; an hour if left out, as on GitHub. */
  readonly tokenLifetime?: number
}

const Claims = Schema.fromJsonString(
  Schema.Struct({ iss: Schema.Union([Schema.String, Schema.Finite]), iat: Schema.Finite, exp: Schema.Finite })
)

/** Issues the tokens of an installation to whoever proves to be the App. The time is the machine's: signatures carry it. */
export const makeInstallations = (app: AppRules) => {
  const tokens = new Map<string, number>()

  const isFromApp = (jwt: string): boolean => {
    const [header = "", payload = "", signature = ""] = jwt.split(".")
    const text = Buffer.from(payload, "base64url").toString()
    const claims = Schema.decodeOption(Claims)(text)
    const now = Date.now() / 1000
    return (
      Option.isSome(claims) &&
      String(claims.value.iss) === app.id &&
      claims.value.exp > now &&
      // GitHub takes no more than ten minutes.
      claims.value.exp - claims.value.iat <= 660 &&
      createVerify("RSA-SHA256").update(`${header}.${payload}`).verify(app.publicKey, signature, "base64url")
    )
  }

  return {
    accepts: (token: string): boolean => (tokens.get(token) ?? 0) > Date.now(),
    /** The answer to a request for a token; nothing if it isn't one. */
    issue: (path: string, jwt: string) => {
      if (path !== `/app/installations/${app.installation}/access_tokens`) return undefined
      if (!isFromApp(jwt)) return "refused"
      const token = `ghs_emulated_${tokens.size + 1}`
      const expires = Date.now() + (app.tokenLifetime ?? 3_600_000)
      tokens.set(token, expires)
      return {
        token,
        expires_at: new Date(expires).toISOString(),
        permissions: {
          issues: "write",
          pull_requests: "write",
          contents: "write",
          checks: "read",
          statuses: "read",
          metadata: "read"
        },
        repository_selection: "all"
      }
    }
  }
}
