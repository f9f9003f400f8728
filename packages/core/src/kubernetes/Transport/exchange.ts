import { Effect } from "effect"
import type { Dispatcher } from "undici"
import { KubernetesError, Unreachable } from "../KubernetesError.ts"
import type { Request } from "../Transport.ts"
import type { Login, Session } from "./login.ts"

/** How errors, metrics and spans name a request: without its query, which may hold selectors. */
export const nameOf = ({ method, path }: Request): string => `${method} ${path}`

const searchOf = ({ query }: Request): string => {
  const search = new URLSearchParams()
  for (const name in query) {
    const value = query[name]
    if (value !== undefined) search.append(name, String(value))
  }
  return search.size === 0 ? "" : `?${search.toString()}`
}

/** What is sent, and to where. */
export const optionsOf = (
  { identity, address }: Session,
  userAgent: string,
  request: Request
): Dispatcher.DispatchOptions => {
  const body = request.body === undefined ? null : JSON.stringify(request.body)
  return {
    origin: address.origin,
    path: `${address.path}${request.path}${searchOf(request)}`,
    method: request.method,
    body,
    headers: {
      accept: "application/json",
      "user-agent": userAgent,
      ...(body === null ? {} : { "content-type": request.contentType ?? "application/json" }),
      ...identity.headers
    }
  }
}

/** The error for a request that got no answer, or only a part of one. */
export const unreachable = (request: Request, because: string): KubernetesError =>
  new KubernetesError({ reason: new Unreachable({ request: nameOf(request), because }) })

/** Says why there was no answer. The deepest cause knows best; none of them holds more than addresses. */
export const whyUnreachable = (request: Request, cause: unknown): KubernetesError => {
  const deepest = (error: unknown): unknown =>
    error instanceof Error && error.cause !== undefined ? deepest(error.cause) : error
  const error = deepest(cause)
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined
  const text = error instanceof Error ? error.message : String(error)
  return unreachable(request, text === "" ? (code ?? "no reason was given") : text)
}

/** Does something with a session, and once more with a new one if the server refuses who we are. */
export const withSession = <A, R>(
  login: Login,
  use: (session: Session) => Effect.Effect<A, KubernetesError, R>
): Effect.Effect<A, KubernetesError, R> =>
  Effect.flatMap(login.current, (session) =>
    Effect.catchReason(use(session), "KubernetesError", "Unauthorized", () => Effect.flatMap(login.after(session), use))
  )
