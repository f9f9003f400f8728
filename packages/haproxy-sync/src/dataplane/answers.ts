import { Effect, Schema } from "effect"
import { DataplaneError } from "./DataplaneError.ts"
import type { ApiRequest, ApiResponse } from "./Transport.ts"

/** Reads the JSON that a server has answered. */
export const decode = <A>(
  request: ApiRequest,
  { status, text }: ApiResponse,
  schema: Schema.Decoder<A>
): Effect.Effect<A, DataplaneError> =>
  Effect.try({ try: (): unknown => JSON.parse(text), catch: () => unexpected(request, status, text) }).pipe(
    Effect.flatMap((json) =>
      Schema.decodeUnknownEffect(schema)(json).pipe(Effect.mapError(() => unexpected(request, status, text)))
    )
  )

/** What is no answer of a Data Plane API. */
export const unexpected = ({ method, path }: ApiRequest, status: number, text: string): DataplaneError =>
  new DataplaneError({ reason: "Unexpected", request: `${method} ${path}`, status, serverMessage: text.slice(0, 200) })
