import type { KubeConfig } from "@kubernetes/client-node"
import { Effect, Option, Schema } from "effect"
import { readFileSync } from "node:fs"
import type { CustomFetch } from "openid-client"
import { Agent, fetch } from "undici"
import { KubernetesError, NotConfigured } from "../KubernetesError.ts"

// Of client-node 2.0.1 no token is ever renewed: it gives openid-client a text where that wants a URL.

type Fields = { [field: string]: string | undefined }

const fieldsOf = (config: KubeConfig): Fields | undefined => {
  const provider: { readonly name: string; readonly config?: Fields } | undefined =
    config.getCurrentUser()?.authProvider
  return provider?.name === "oidc" ? (provider.config ?? {}) : undefined
}

/** The refresh tokens that kubeconfigs were read with. */
const read = new WeakMap<KubeConfig, string | undefined>()

/** Remembers with which refresh token a kubeconfig was read. */
export const noteRead = (config: KubeConfig): void => {
  read.set(config, fieldsOf(config)?.["refresh-token"])
}

/**
 * Takes over what the provider has given since the kubeconfig was read: it is nowhere else, and the refresh token in the
 * file may have been good for one use. Where the file has another one now, somebody has signed in anew, and that counts.
 */
export const takeOver = (config: KubeConfig, before: KubeConfig): void => {
  const [fields, kept] = [fieldsOf(config), fieldsOf(before)]
  if (fields === undefined || kept === undefined || read.get(config) !== read.get(before)) return
  for (const field of ["id-token", "refresh-token"]) fields[field] = kept[field]
}

/** Has a token renewed, if that can be, at its next use: the server has refused it, however long it was to be good. */
export const giveUpToken = (config: KubeConfig): void => {
  const fields = fieldsOf(config)
  if (fields?.["refresh-token"] !== undefined) fields["id-token"] = undefined
}

const notConfigured = (because: string) => new KubernetesError({ reason: new NotConfigured({ because }) })

/** The token of an identity provider, renewed where it has run out; nothing for a user without such a provider. */
export const tokenOf = (config: KubeConfig, now: number): Effect.Effect<string | undefined, KubernetesError> => {
  const fields = fieldsOf(config)
  if (fields === undefined) return Effect.undefined
  return isGood(fields["id-token"], now) ? Effect.succeed(fields["id-token"]) : renew(fields)
}

const Claims = Schema.fromJsonString(Schema.Struct({ exp: Schema.Finite }))

/** A token is not used any more when it is so near its end. */
const marginMillis = 10_000

const isGood = (token: string | undefined, now: number): boolean => {
  const claims = Schema.decodeOption(Claims)(Buffer.from(token?.split(".")[1] ?? "", "base64url").toString("utf8"))
  return Option.isSome(claims) && claims.value.exp * 1000 - marginMillis > now
}

const renew = (fields: Fields): Effect.Effect<string, KubernetesError> =>
  Effect.gen(function* () {
    const { "client-id": client, "idp-issuer-url": issuer = "", "refresh-token": refresh } = fields
    if (client === undefined || refresh === undefined || !URL.canParse(issuer)) {
      return yield* notConfigured(
        "the token of the identity provider has run out, and the kubeconfig lacks what is needed for a new one (client-id, refresh-token, idp-issuer-url); sign in again"
      )
    }
    const tokens = yield* Effect.tryPromise({
      try: () => ask(new URL(issuer), client, refresh, fields),
      // What a provider answers may hold anything; its code says enough.
      catch: (cause) =>
        notConfigured(`the identity provider ${issuer} gave no new token (${codeOf(cause)}); sign in again`)
    })
    if (tokens.id_token === undefined) {
      return yield* notConfigured(
        `the identity provider ${issuer} gives no id tokens for refresh tokens; sign in again`
      )
    }
    fields["id-token"] = tokens.id_token
    fields["refresh-token"] = tokens.refresh_token ?? refresh
    return tokens.id_token
  })

const ask = async (issuer: URL, client: string, refresh: string, fields: Fields) => {
  const { customFetch, discovery, refreshTokenGrant } = await import("openid-client")
  const ca = authorityOf(fields)
  const secret = fields["client-secret"] ?? ""
  const agent = new Agent(ca === undefined ? {} : { connect: { ca } })
  try {
    const metadata = secret === "" ? undefined : { client_secret: secret }
    const provider = await discovery(issuer, client, metadata, undefined, { [customFetch]: fetchOver(agent) })
    return await refreshTokenGrant(provider, refresh)
  } finally {
    await agent.close()
  }
}

const fetchOver =
  (agent: Agent): CustomFetch =>
  async (url, { body, headers, method }) => {
    const sent = body instanceof URLSearchParams ? { body: body.toString() } : {}
    const answer = await fetch(url, { method, headers, dispatcher: agent, redirect: "manual", ...sent })
    return new Response(await answer.text(), { status: answer.status, headers: [...answer.headers] })
  }

const authorityOf = (fields: Fields): Buffer | undefined => {
  const { "idp-certificate-authority": file = "", "idp-certificate-authority-data": data = "" } = fields
  if (file !== "") return readFileSync(file)
  return data === "" ? undefined : Buffer.from(data, "base64")
}

const codeOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return "no reason"
  if ("error" in cause && typeof cause.error === "string") return cause.error.slice(0, 100)
  if (cause.cause instanceof Error) return codeOf(cause.cause)
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.name
}
