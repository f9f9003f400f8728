import { Clock, type Duration, Effect, Metric } from "effect"
import type { KubernetesError } from "../KubernetesError.ts"
import type { Request } from "../Transport.ts"
import { nameOf, send, unreachable, whyUnreachable, withSession } from "./exchange.ts"
import type { Login, Session } from "./login.ts"
import * as metrics from "./metrics.ts"
import { refusal } from "./status.ts"

/** How often a server may ask for patience within one call. */
const patience = 10

/** Sends a request and reads its whole answer. */
export const call = (
  login: Login,
  userAgent: string,
  deadline: Duration.Input,
  request: Request
): Effect.Effect<unknown, KubernetesError> => {
  const within = request.deadline ?? deadline
  const attempt = (left: number): Effect.Effect<unknown, KubernetesError> =>
    Effect.catchReason(
      withSession(login, (session) => once(session, userAgent, request)),
      "KubernetesError",
      "TooManyRequests",
      ({ retryAfterMillis }, error) =>
        retryAfterMillis === undefined || left === 0
          ? Effect.fail(error)
          : Effect.andThen(Effect.sleep(retryAfterMillis), attempt(left - 1))
    )
  return attempt(patience).pipe(
    Effect.timeoutOrElse({
      duration: within,
      orElse: () => Effect.fail(unreachable(request, "the deadline of the call is over"))
    }),
    Effect.withSpan(`kubernetes ${nameOf(request)}`, {
      kind: "client",
      attributes: { "http.request.method": request.method, "url.path": request.path }
    })
  )
}

interface Answer {
  readonly status: number
  readonly text: string
  readonly retryAfter: string | undefined
}

const once = (session: Session, userAgent: string, request: Request): Effect.Effect<unknown, KubernetesError> =>
  Effect.gen(function* () {
    const started = yield* Clock.currentTimeMillis
    const { host } = new URL(session.identity.server)
    const count = (code: string) => Metric.update(metrics.requests({ code, method: request.method, host }), 1)
    const answer = yield* Effect.tryPromise({
      try: async (signal): Promise<Answer> => {
        const response = await send(session, session.connections.calls, userAgent, request, signal)
        const retryAfter = response.headers["retry-after"]
        return {
          status: response.statusCode,
          text: await response.body.text(),
          retryAfter: typeof retryAfter === "string" ? retryAfter : undefined
        }
      },
      catch: (cause) => whyUnreachable(request, cause)
    }).pipe(
      Effect.tapError(() => count("<error>")),
      Effect.onInterrupt(() => count("<error>"))
    )
    yield* count(String(answer.status))
    const ended = yield* Clock.currentTimeMillis
    yield* Metric.update(metrics.seconds({ verb: request.method, host }), (ended - started) / 1000)
    const body = read(answer.text)
    if (answer.status >= 300) return yield* refusal(nameOf(request), answer.status, body, answer.retryAfter)
    if (typeof body === "string" && body !== "ok") {
      return yield* unreachable(request, "the answer is no JSON; is this an API server?")
    }
    return body
  })

const read = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
