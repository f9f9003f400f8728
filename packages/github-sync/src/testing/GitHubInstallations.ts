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
  /** How far GitHub's clock is ahead of this machine's, in milliseconds; 0 if left out. */
  readonly clockAhead?: number
}

const Claims = Schema.fromJsonString(
  Schema.Struct({ iss: Schema.Union([Schema.String, Schema.Finite]), iat: Schema.Finite, exp: Schema.Finite })
)

const notDecoded = "A JSON web token could not be decoded"

/** Issues the tokens of an installation to whoever proves to be the App. The time is the machine's: signatures carry it. */
export const makeInstallations = (app: AppRules) => {
  const tokens = new Map<string, number>()

  const now = () => Date.now() + (app.clockAhead ?? 0)

  /** What is wrong with what an App signed. */
  const refusal = (jwt: string): string | undefined => {
    const [header = "", payload = "", signature = ""] = jwt.split(".")
    const text = Buffer.from(payload, "base64url").toString()
    const claims = Schema.decodeOption(Claims)(text)
    if (Option.isNone(claims) || String(claims.value.iss) !== app.id) return notDecoded
    if (!createVerify("RSA-SHA256").update(`${header}.${payload}`).verify(app.publicKey, signature, "base64url")) {
      return notDecoded
    }
    const { exp, iat } = claims.value
    const seconds = now() / 1000
    if (exp <= seconds)
      return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
    if (iat > seconds)
      return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
    // GitHub takes no more than ten minutes.
    return exp > seconds + 660 ? "'Expiration time' claim ('exp') is too far in the future" : undefined
  }

  return {
    /** Makes every token so far worthless. */
    revoke: (): void => {
      for (const token of tokens.keys()) tokens.set(token, 0)
    },
    accepts: (token: string): boolean => (tokens.get(token) ?? 0) > Date.now(),
    /** The answer to a request for a token; nothing if it isn't one. */
    issue: (
      path: string,
      jwt: string
    ): { readonly refused: string; readonly date: string } | { readonly body: object } | undefined => {
      if (path !== `/app/installations/${app.installation}/access_tokens`) return undefined
      const refused = refusal(jwt)
      // The date is what a client whose clock is wrong goes by.
      if (refused !== undefined) return { refused, date: new Date(now()).toUTCString() }
      const token = `ghs_emulated_${tokens.size + 1}`
      const expires = Date.now() + (app.tokenLifetime ?? 3_600_000)
      tokens.set(token, expires)
      const body = {
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
      return { body }
    }
  }
}
