import { Effect } from "effect"
import { createServer } from "node:https"
import { makeAuthority } from "../../../../tools/servers/pki/Certificates.ts"
import { allOf } from "../support/FaultyProxy/bytes.ts"
import { listening } from "../support/listening.ts"

const client = "lockstep"

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")

/** A provider of OpenID Connect that renews tokens. Each refresh token is good for one use, as many providers have it. */
export const identityProvider = Effect.gen(function* () {
  const authority = makeAuthority("provider")
  const { certificate, key } = authority.issue({ commonName: "provider", usage: "server", names: ["127.0.0.1"] })
  /** The tokens that were given out, and the refresh tokens that it was asked with. */
  const issued: Array<string> = []
  const refreshed: Array<string> = []

  const tokenFor = (seconds: number): string => {
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: url(),
      aud: client,
      sub: "me",
      iat: now - 120,
      exp: now + seconds,
      jti: String(issued.length)
    }
    return `${part({ alg: "RS256" })}.${part(claims)}.${Buffer.from("not looked at by clients").toString("base64url")}`
  }

  const server = createServer({ cert: certificate, key }, (request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
    void allOf(request).then((body) => {
      if (request.url === "/.well-known/openid-configuration") {
        const issuer = url()
        return answer(200, {
          issuer,
          token_endpoint: `${issuer}/token`,
          authorization_endpoint: `${issuer}/authorize`,
          jwks_uri: `${issuer}/keys`,
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["RS256"]
        })
      }
      const asked = new URLSearchParams(body.toString("utf8"))
      const token = asked.get("refresh_token") ?? ""
      refreshed.push(token)
      if (token !== `refresh-${issued.length}`) return answer(400, { error: "invalid_grant" })
      issued.push(tokenFor(3600))
      return answer(200, {
        token_type: "Bearer",
        access_token: "unused",
        expires_in: 3600,
        id_token: issued.at(-1),
        refresh_token: `refresh-${issued.length}`
      })
    })
  })
  const { port } = yield* listening(server)
  const url = () => `https://127.0.0.1:${port}`

  return {
    issued,
    refreshed,
    tokenFor,
    /** A user of a kubeconfig who signed in here. */
    user: (token: string) => ({
      "auth-provider": {
        name: "oidc",
        config: {
          "client-id": client,
          "id-token": token,
          "refresh-token": "refresh-0",
          "idp-issuer-url": url(),
          "idp-certificate-authority-data": Buffer.from(authority.certificate).toString("base64")
        }
      }
    })
  }
})
