import { Effect, Schema } from "effect"
import { type ApiVersion, parseApiVersion } from "../api/ApiVersion.ts"
import { decode } from "./answers.ts"
import { DataplaneError } from "./DataplaneError.ts"
import type { ApiRequest, ApiRoot, Transport } from "./Transport.ts"

/**
 * What the server says of itself.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServerInfo {
  /** The address it is spoken to at. */
  readonly url: string
  /** Its version text, such as `v3.2.13 ab12cd34`. */
  readonly version: string
  /** The release line whose routes it has. */
  readonly api: ApiVersion
}

const Info = Schema.Struct({ api: Schema.Struct({ version: Schema.String }) })

/** Asks a server what it is, once: only an answer is kept, so that one that could not tell is asked again. */
export const askingOnce = (transport: Transport, url: string): Effect.Effect<ServerInfo, DataplaneError> => {
  const infoAt = (root: ApiRoot) => {
    const request: ApiRequest = { kind: "read", method: "GET", path: "/info" }
    return Effect.flatMap(transport.send(request, root), (response) => decode(request, response, Info))
  }
  const askInfo = infoAt("/v3").pipe(
    Effect.catchIf(
      ({ reason }) => reason === "NotFound",
      (error) =>
        Effect.catchIf(
          infoAt("/v2"),
          ({ reason }) => reason === "NotFound",
          () => Effect.fail(error)
        )
    ),
    Effect.flatMap(({ api: { version } }) => {
      const api = parseApiVersion(version) ?? (version.startsWith("dev") || version === "" ? "3.0" : undefined)
      return api === undefined
        ? Effect.fail(
            new DataplaneError({
              reason: "Unsupported",
              request: "GET /info",
              serverMessage: `version ${version} is older than 2.9`
            })
          )
        : Effect.succeed<ServerInfo>({ url, version, api })
    })
  )

  let known: ServerInfo | undefined
  return Effect.suspend(() =>
    known === undefined
      ? Effect.tap(askInfo, (answer) =>
          Effect.sync(() => {
            known = answer
          })
        )
      : Effect.succeed(known)
  )
}
