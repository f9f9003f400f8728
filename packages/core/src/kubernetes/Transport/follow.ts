import { type Duration, Effect, Metric, Option, Stream } from "effect"
import type { Readable } from "node:stream"
import type { KubernetesError } from "../KubernetesError.ts"
import type { Request } from "../Transport.ts"
import { nameOf, optionsOf, unreachable, whyUnreachable, withSession } from "./exchange.ts"
import { lines } from "./lines.ts"
import type { Login, Session } from "./login.ts"
import * as metrics from "./metrics.ts"
import { refusal } from "./status.ts"

/** Sends a request and reads its answer line by line, as it comes. That it begins is waited for as for a call. */
export const follow = (
  login: Login,
  userAgent: string,
  deadline: Duration.Input,
  request: Request
): Stream.Stream<unknown, KubernetesError> =>
  Stream.unwrap(
    Effect.map(
      withSession(login, (session) => begin(session, userAgent, request.deadline ?? deadline, request)),
      (body) =>
        Stream.paginate(Buffer.alloc(0), (rest: Buffer) =>
          Effect.flatMap(nextChunk(body, request), (chunk) => {
            if (chunk === undefined) {
              return rest.length === 0
                ? Effect.succeed([[], Option.none()] as const)
                : Effect.fail(unreachable(request, "the stream ended in the middle of a line"))
            }
            const split = lines(rest, chunk)
            return split === undefined
              ? Effect.fail(unreachable(request, "the stream holds a line that is no JSON"))
              : Effect.succeed([split.values, Option.some(split.rest)] as const)
          })
        )
    )
  )

const begin = (session: Session, userAgent: string, deadline: Duration.Input, request: Request) =>
  Effect.gen(function* () {
    const { host } = session.address
    const abort = yield* Effect.acquireRelease(
      Effect.sync(() => new AbortController()),
      (controller) => Effect.sync(() => controller.abort())
    )
    const { body, headers, statusCode } = yield* Effect.tryPromise({
      try: () =>
        session.connections.watches.request({ ...optionsOf(session, userAgent, request), signal: abort.signal }),
      catch: (cause) => whyUnreachable(request, cause)
    }).pipe(
      Effect.timeoutOrElse({
        duration: deadline,
        orElse: () => Effect.fail(unreachable(request, "the stream does not begin"))
      }),
      Effect.tapError(() => Metric.update(metrics.requests({ code: "<error>", method: request.method, host }), 1))
    )
    yield* Metric.update(metrics.requests({ code: String(statusCode), method: request.method, host }), 1)
    // The stream is given up by its reader; what it says of that is no news.
    body.on("error", () => undefined)
    if (statusCode < 300) return body
    const text = yield* Effect.tryPromise({ try: () => body.text(), catch: (cause) => whyUnreachable(request, cause) })
    const retryAfter = headers["retry-after"]
    return yield* refusal(
      nameOf(request),
      statusCode,
      asJson(text),
      typeof retryAfter === "string" ? retryAfter : undefined
    )
  })

const asJson = (text: string): unknown => lines(Buffer.alloc(0), Buffer.from(`${text.trim()}\n`))?.values[0] ?? text

/** Waits for more of a stream, reading no further than it is asked to; nothing at its end. */
const nextChunk = (body: Readable, request: Request): Effect.Effect<Buffer | undefined, KubernetesError> =>
  Effect.callback((resume) => {
    const look = () => {
      const chunk: unknown = body.read()
      if (Buffer.isBuffer(chunk)) settle(Effect.succeed(chunk))
      else if (body.errored !== null) settle(Effect.fail(whyUnreachable(request, body.errored)))
      else if (body.readableEnded) settle(Effect.undefined)
      else if (body.destroyed) settle(Effect.fail(unreachable(request, "the stream was cut off")))
    }
    const events = ["readable", "end", "error", "close"] as const
    const stop = () => {
      for (const event of events) body.off(event, look)
    }
    const settle = (outcome: Effect.Effect<Buffer | undefined, KubernetesError>) => {
      stop()
      resume(outcome)
    }
    for (const event of events) body.on(event, look)
    look()
    return Effect.sync(stop)
  })
