import { Result, Schema } from "effect"
import { createHash } from "node:crypto"
import { match, type Reply } from "./GitHubRoutes.ts"
import { views } from "./GitHubViews.ts"
import { makeInstallations, type AppRules } from "./GitHubInstallations.ts"
import type { GitHubWorld } from "./GitHubWorld.ts"
import { Refusal } from "./GitHubWorld/Refusal.ts"

/** A request, read. */
export interface Question {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly text: string
}

/** An answer, ready to be sent. */
export interface Answer {
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  readonly text?: string
}

interface Rules {
  readonly rateLimit: number
  readonly token: string | undefined
  readonly app: AppRules | undefined
}

const hour = 3_600_000

/** Answers requests as GitHub does: who asks, how often, where to, and whether the asker knows the answer already. */
export const makeAnswers = (world: GitHubWorld, rules: Rules, now: () => number) => {
  let period = { start: now(), used: 0 }
  let count = 0

  // It is nearly always reached at the same address.
  let shown = { root: "", views: views("") }
  const viewsAt = (root: string) => {
    if (shown.root !== root) shown = { root, views: views(root) }
    return shown.views
  }

  const rate = () => ({
    limit: rules.rateLimit,
    used: period.used,
    remaining: Math.max(0, rules.rateLimit - period.used),
    reset: Math.ceil((period.start + hour) / 1000)
  })

  const commonHeaders = () => {
    const { limit, remaining, reset, used } = rate()
    return {
      "x-github-media-type": "github.v3; format=json",
      "x-github-request-id": digest(String(count++)).slice(0, 16).toUpperCase(),
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(remaining),
      "x-ratelimit-used": String(used),
      "x-ratelimit-reset": String(reset),
      "x-ratelimit-resource": "core"
    }
  }

  const respond = (status: number, body: unknown, headers: { readonly [name: string]: string } = {}): Answer => ({
    status,
    headers: { ...commonHeaders(), "content-type": "application/json; charset=utf-8", ...headers },
    text: JSON.stringify(body)
  })

  const refuse = (
    status: number,
    message: string,
    errors: ReadonlyArray<unknown> = [],
    headers: { readonly [name: string]: string } = {}
  ): Answer =>
    respond(
      status,
      {
        message,
        ...(errors.length > 0 ? { errors } : {}),
        documentation_url: "https://docs.github.com/rest",
        status: String(status)
      },
      headers
    )

  const installations = rules.app === undefined ? undefined : makeInstallations(rules.app)

  const admit = ({ headers, method, url }: Question): Answer | undefined => {
    if ((headers.get("user-agent") ?? "") === "") {
      return refuse(
        403,
        "Request forbidden by administrative rules. Please make sure your request has a User-Agent header"
      )
    }
    const token = /^(?:bearer|token) (.+)$/iu.exec(headers.get("authorization") ?? "")?.[1]
    if (rules.token !== undefined && token !== rules.token) return refuse(401, "Bad credentials")
    if (installations !== undefined) {
      const issued = method === "POST" ? installations.issue(url.pathname, token ?? "") : undefined
      if (issued !== undefined) {
        return "refused" in issued ? refuse(401, issued.refused, [], { date: issued.date }) : respond(201, issued.body)
      }
      if (!installations.accepts(token ?? "")) return refuse(401, "Bad credentials")
    }
    if (now() - period.start >= hour) period = { start: now(), used: 0 }
    if (url.pathname === "/rate_limit")
      return respond(200, {
        resources: { core: rate(), search: { ...rate(), limit: 30, used: 0, remaining: 30 } },
        rate: rate()
      })
    if (period.used >= rules.rateLimit) return refuse(403, "API rate limit exceeded")
    period.used++
    return undefined
  }

  const show = (reply: Reply, url: URL): Answer => {
    if ("body" in reply) return respond(reply.status, reply.body)
    if (!("items" in reply)) return { status: reply.status, headers: commonHeaders() }
    const perPage = Math.min(100, positive(url.searchParams.get("per_page"), 30))
    const page = positive(url.searchParams.get("page"), 1)
    const items = reply.items.slice((page - 1) * perPage, page * perPage)
    const link = links(byId(url), page, Math.max(1, Math.ceil(reply.items.length / perPage)))
    return respond(200, reply.wrap === undefined ? items : reply.wrap(items), link === "" ? {} : { link })
  }

  // What the asker knows already is not told again, and costs nothing.
  const conditional = (question: Question, answer: Answer): Answer => {
    if (question.method !== "GET" || answer.status !== 200) return answer
    const etag = `W/"${digest(answer.text ?? "")}"`
    if (question.headers.get("if-none-match") !== etag) return { ...answer, headers: { ...answer.headers, etag } }
    period.used--
    return { status: 304, headers: { ...commonHeaders(), etag } }
  }

  // Links to other pages name the repository by its number.
  const byId = (url: URL): URL => {
    const [, owner = "", name = "", rest = ""] = /^\/repos\/([^/]+)\/([^/]+)(.*)$/u.exec(url.pathname) ?? []
    return owner === ""
      ? url
      : new URL(`/repositories/${world.repository({ owner, name }).id}${rest}${url.search}`, url)
  }

  const byName = (path: string): string => {
    const [, id, rest = ""] = /^\/repositories\/(\d+)(.*)$/u.exec(path) ?? []
    if (id === undefined) return path
    const { name, owner } = world.repositoryById(Number(id))
    return `/repos/${owner}/${name}${rest}`
  }

  // A repository that was renamed is still found under its old name.
  const sendOn = ({ method, url }: Question): Answer | undefined => {
    const [, owner = "", name = "", rest = ""] = /^\/repos\/([^/]+)\/([^/]+)(.*)$/u.exec(url.pathname) ?? []
    const moved = world.formerly({ owner, name })
    if (moved === undefined) return undefined
    const location = new URL(`/repositories/${moved.id}${rest}${url.search}`, url).href
    return method === "GET"
      ? respond(301, { message: "Moved Permanently", url: location }, { location })
      : respond(307, { message: "Moved Permanently", url: location }, { location })
  }

  const route = (question: Question): Answer => {
    const { method, text, url } = question
    const elsewhere = sendOn(question)
    if (elsewhere !== undefined) return elsewhere
    const found = match(method, byName(url.pathname))
    if (found === undefined) return refuse(404, "Not Found")
    const body =
      text === "" ? Result.succeed(undefined) : Schema.decodeResult(Schema.fromJsonString(Schema.Unknown))(text)
    if (Result.isFailure(body)) return refuse(400, "Problems parsing JSON")
    const call = {
      world,
      views: viewsAt(url.origin),
      params: found.params,
      query: url.searchParams,
      body: body.success
    }
    return conditional(question, show(found.answer(call), url))
  }

  const answer = (question: Question): Answer => {
    try {
      return admit(question) ?? route(question)
    } catch (thrown) {
      if (thrown instanceof Refusal) return refuse(thrown.status, thrown.message, thrown.errors)
      throw thrown
    }
  }

  const leave = (requests: number) => {
    period = { ...period, used: rules.rateLimit - requests }
  }

  const revoke = () => installations?.revoke()

  return { answer, refuse, leave, revoke }
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex")

const positive = (text: string | null, otherwise: number): number => {
  const number = Number(text ?? "")
  return Number.isInteger(number) && number > 0 ? number : otherwise
}

const links = (url: URL, page: number, last: number): string => {
  const to = (number: number, rel: string) => {
    const target = new URL(url)
    target.searchParams.set("page", String(number))
    return `<${target.href}>; rel="${rel}"`
  }
  return [
    ...(page > 1 ? [to(page - 1, "prev")] : []),
    ...(page < last ? [to(page + 1, "next"), to(last, "last")] : []),
    ...(page > 1 ? [to(1, "first")] : [])
  ].join(", ")
}
