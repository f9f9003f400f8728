import { Clock, type Duration, Effect } from "effect"
import type { IncomingHttpHeaders } from "node:http"
import type { Dispatcher } from "undici"
import * as Span from "../../Telemetry/span.ts"
import type { KubernetesError } from "../KubernetesError.ts"
import type { Request } from "../Transport.ts"
import { nameOf, optionsOf, unreachable, whyUnreachable, withSession } from "./exchange.ts"
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
  const answered = Effect.timeoutOrElse(attempt(patience), {
    duration: within,
    orElse: () => Effect.fail(unreachable(request, "the deadline of the call is over"))
  })
  return Span.around(answered, `kubernetes ${nameOf(request)}`, () => ({
    kind: "client",
    attributes: { "http.request.method": request.method, "url.path": request.path }
  }))
}

interface Answer {
  readonly status: number
  readonly text: string
  readonly retryAfter: string | undefined
}

const once = (session: Session, userAgent: string, request: Request): Effect.Effect<unknown, KubernetesError> =>
  Effect.withFiber((fiber) => {
    const { host } = session.address
    const clock = fiber.getRef(Clock.Clock)
    const started = clock.currentTimeMillisUnsafe()
    const count = (code: string) =>
      metrics.requests({ code, method: request.method, host }).updateUnsafe(1, fiber.context)
    const judge = ({ retryAfter, status, text }: Answer): Effect.Effect<unknown, KubernetesError> => {
      count(String(status))
      const seconds = (clock.currentTimeMillisUnsafe() - started) / 1000
      metrics.seconds({ verb: request.method, host }).updateUnsafe(seconds, fiber.context)
      const body = read(text)
      if (status >= 300) return Effect.fail(refusal(nameOf(request), status, body, retryAfter))
      return typeof body === "string" && body !== "ok"
        ? Effect.fail(unreachable(request, "the answer is no JSON; is this an API server?"))
        : Effect.succeed(body)
    }
    return Effect.callback<unknown, KubernetesError>((resume) => {
      const exchange = new Exchange(
        (answer) => resume(judge(answer)),
        (cause) => {
          count("<error>")
          resume(Effect.fail(whyUnreachable(request, cause)))
        }
      )
      try {
        session.connections.calls.dispatch(optionsOf(session, userAgent, request), exchange)
      } catch (cause) {
        exchange.onResponseError(undefined, cause)
      }
      return Effect.sync(() => {
        count("<error>")
        exchange.giveUp()
      })
    })
  })

/** One request and its whole answer, without the stream that an answer of unknown length would need. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #chunks: Array<Buffer> = []
  readonly #onAnswer: (answer: Answer) => void
  readonly #onError: (cause: unknown) => void
  #status = 0
  #retryAfter: string | undefined
  #controller: Dispatcher.DispatchController | undefined
  #given = false

  constructor(onAnswer: (answer: Answer) => void, onError: (cause: unknown) => void) {
    this.#onAnswer = onAnswer
    this.#onError = onError
  }

  /** Ends it, and its connection with it if it was sent already. */
  giveUp(): void {
    this.#given = true
    this.#controller?.abort(new Error("given up"))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#given) controller.abort(new Error("given up"))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // What comes before the answer itself.
    if (status < 200) return
    this.#status = status
    const retryAfter = headers["retry-after"]
    if (typeof retryAfter === "string") this.#retryAfter = retryAfter
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    const [first] = this.#chunks
    const whole = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks)
    this.#onAnswer({ status: this.#status, text: whole.toString("utf8"), retryAfter: this.#retryAfter })
  }

  onResponseError(_controller: unknown, cause: unknown): void {
    if (!this.#given) this.#onError(cause)
  }
}

const read = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
