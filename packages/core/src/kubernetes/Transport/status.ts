import { Result, Schema } from "effect"
import {
  AlreadyExists,
  BadRequest,
  Conflict,
  Expired,
  Forbidden,
  Invalid,
  KubernetesError,
  NotFound,
  ServerFailed,
  StatusCause,
  TooManyRequests,
  Unauthorized,
  type KubernetesErrorReason
} from "../KubernetesError.ts"

/** What a server answers when it refuses; all of it may be missing. */
const Status = Schema.Struct({
  kind: Schema.Literal("Status"),
  code: Schema.optionalKey(Schema.Int),
  reason: Schema.optionalKey(Schema.String),
  message: Schema.optionalKey(Schema.String),
  details: Schema.optionalKey(
    Schema.Struct({
      causes: Schema.optionalKey(Schema.Array(StatusCause)),
      retryAfterSeconds: Schema.optionalKey(Schema.Finite)
    })
  )
})

/** A refusal, with what more than its code is known of it. */
interface Refusal {
  readonly request: string
  readonly said: string
  readonly status: number
  readonly reason: string | undefined
  readonly causes: ReadonlyArray<typeof StatusCause.Type>
  readonly unknownPath: boolean
  readonly retryAfterMillis: number | undefined
}

type Make = (refusal: Refusal) => KubernetesErrorReason

const notFound: Make = ({ request, said, unknownPath }) => new NotFound({ request, said, unknownPath })
const conflict: Make = ({ request, said, causes }) => new Conflict({ request, said, causes })
const invalid: Make = ({ request, said, causes }) => new Invalid({ request, said, causes })
const badRequest: Make = ({ request, said }) => new BadRequest({ request, said })
const unauthorized: Make = ({ request, said }) => new Unauthorized({ request, said })
const forbidden: Make = ({ request, said }) => new Forbidden({ request, said })
const expired: Make = ({ request, said }) => new Expired({ request, said })
const tooMany: Make = ({ request, said, retryAfterMillis }) =>
  new TooManyRequests({ request, said, ...(retryAfterMillis === undefined ? {} : { retryAfterMillis }) })
const failed: Make = ({ request, said, status, reason }) =>
  new ServerFailed({ request, said, status, ...(reason === undefined ? {} : { reason }) })

const byReason: { readonly [reason: string]: Make } = {
  NotFound: notFound,
  AlreadyExists: ({ request, said }) => new AlreadyExists({ request, said }),
  Conflict: conflict,
  Invalid: invalid,
  BadRequest: badRequest,
  Unauthorized: unauthorized,
  Forbidden: forbidden,
  Expired: expired,
  Gone: expired,
  TooManyRequests: tooMany
}

/** Some refusals have no reason: then the code has to do. */
const byCode: { readonly [status: number]: Make } = {
  400: badRequest,
  401: unauthorized,
  403: forbidden,
  404: notFound,
  405: badRequest,
  406: badRequest,
  409: conflict,
  410: expired,
  413: invalid,
  415: badRequest,
  422: invalid,
  429: tooMany
}

/** Reads a refusal: a `Status`, or whatever else came with the code. */
export const refusal = (request: string, status: number, body: unknown, retryAfter?: string): KubernetesError => {
  const read = Schema.decodeUnknownResult(Status)(body)
  const told: Partial<typeof Status.Type> = Result.isSuccess(read) ? read.success : {}
  const seconds = told.details?.retryAfterSeconds ?? Number(retryAfter ?? Number.NaN)
  const make = byReason[told.reason ?? ""] ?? byCode[status] ?? failed
  return new KubernetesError({
    reason: make({
      request,
      status,
      said: told.message ?? plainText(body),
      reason: told.reason,
      causes: told.details?.causes ?? [],
      unknownPath: Result.isFailure(read),
      retryAfterMillis: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined
    })
  })
}

/** The first line of an answer that is no `Status`, such as a proxy's. */
const plainText = (body: unknown): string => {
  const [line = ""] = typeof body === "string" ? body.trim().split("\n") : []
  return line === "" ? "it gave no reason" : line.slice(0, 200)
}
