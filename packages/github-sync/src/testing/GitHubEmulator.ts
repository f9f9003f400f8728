/**
 * A GitHub in this process: it keeps state, follows the documented rules, and can be made to fail.
 *
 * @since 0.1.0
 */
import { Timestamp } from "@lockstep/core"
import { Clock, Context, Data, DateTime, Duration, Effect, Layer, Redacted } from "effect"
import { GitHub } from "../GitHub.ts"
import { makeAnswers, type Question } from "./GitHubAnswers.ts"
import type { RateBudgetOptions } from "../GitHub/RateBudget.ts"
import type { Fault, PlannedFault } from "./GitHubFaults.ts"
import type { AppRules } from "./GitHubInstallations.ts"
import { empty, type GitHubSeed } from "./GitHubSeed.ts"
import { GitHubWorld } from "./GitHubWorld.ts"

/**
 * Settings of an in-process GitHub.
 *
 * @category models
 * @since 0.1.0
 */
export interface GitHubEmulatorOptions {
  readonly seed?: GitHubSeed
  /** The one token that is accepted; any, and none, if left out. */
  readonly token?: string
  /** Asks for the tokens that this App gets for its installation; `token` is left out then. */
  readonly app?: AppRules
  /** How many requests an hour are allowed (5000 if left out). */
  readonly rateLimit?: number
  /** The pace of the client that is provided with it; it doesn't wait between writes if left out. */
  readonly pace?: RateBudgetOptions
}

/**
 * A request that arrived, and how it was answered.
 *
 * @category models
 * @since 0.1.0
 */
export interface Exchange {
  readonly method: string
  readonly path: string
  /** 0 if the connection broke or no answer was given. */
  readonly status: number
}

/**
 * A running in-process GitHub.
 *
 * @category models
 * @since 0.1.0
 */
export interface Emulator {
  /** What it holds, to be looked at and changed. */
  readonly world: GitHubWorld
  /** Answers a request. The effect fails where the connection would break. */
  handle(request: Request): Effect.Effect<Response, ConnectionBroken>
  /** Carries requests to it without a network. */
  readonly fetch: typeof globalThis.fetch
  /** Every request so far. */
  readonly exchanges: ReadonlyArray<Exchange>
  /** Makes coming requests fail. */
  plan(fault: PlannedFault): void
  /** Lets so many requests be left of this hour, as if others had used up the rest. */
  leaveRequests(count: number): void
  /** Makes the tokens of the App's installation worthless, as when a person revokes them. */
  revokeTokens(): void
  /** Forgets the faults that have not happened yet. */
  calm(): void
}

/**
 * The connection broke before an answer came.
 *
 * @category errors
 * @since 0.1.0
 */
export class ConnectionBroken extends Data.TaggedError("ConnectionBroken") {
  override get message(): string {
    return "socket hang up"
  }
}

/**
 * A GitHub in this process.
 *
 * **Details**
 *
 * It knows pull requests, their labels, checks, statuses and reviews, and the catalogue of labels; names of labels are the
 * same whatever their case, lists come in pages with links, reads carry an `ETag` and a repeated read that finds nothing
 * new is answered with 304 and costs nothing, and every answer tells what is left of the rate limit.
 *
 * **Example** (Testing one's own program against it)
 *
 * ```ts
 * import { GitHub } from "@lockstep/github-sync"
 * import { GitHubEmulator } from "@lockstep/github-sync/testing"
 * import { Effect } from "effect"
 *
 * const seed = { repositories: [{ owner: "acme", name: "web", pullRequests: [{ title: "Faster start" }] }] }
 *
 * const test = Effect.gen(function* () {
 *   const github = yield* GitHub
 *   const ref = { repository: { owner: "acme", name: "web" }, number: 1 }
 *   yield* github.addLabel(ref, "speed")
 *   return (yield* GitHubEmulator).world.labelsOf(ref) // => ["speed"]
 * }).pipe(Effect.provide(GitHubEmulator.layerGitHub({ seed })))
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class GitHubEmulator extends Context.Service<GitHubEmulator, Emulator>()(
  "@lockstep/github-sync/testing/GitHubEmulator"
) {
  /** Creates one. */
  static readonly make = (options: GitHubEmulatorOptions = {}): Effect.Effect<Emulator> =>
    Effect.map(Effect.context(), (context) => create(options, context))

  /** Provides one. */
  static readonly layer = (options: GitHubEmulatorOptions = {}): Layer.Layer<GitHubEmulator> =>
    Layer.effect(GitHubEmulator, GitHubEmulator.make(options))

  /** Provides one together with the `GitHub` service that talks to it: the real client, without a network. */
  static readonly layerGitHub = (options: GitHubEmulatorOptions = {}): Layer.Layer<GitHubEmulator | GitHub> =>
    Layer.unwrap(
      Effect.map(GitHubEmulator, (emulator) =>
        GitHub.layerWith({
          baseUrl: new URL("http://github.test"),
          token: Redacted.make(options.token ?? "test-token"),
          timeout: Duration.seconds(30),
          // Tests are about what is sent; where it is about the pace, they say so.
          pace: options.pace ?? { writeInterval: 0 },
          fetch: emulator.fetch
        })
      )
    ).pipe(Layer.provideMerge(GitHubEmulator.layer(options)))
}

const create = (options: GitHubEmulatorOptions, context: Context.Context<never>): Emulator => {
  const clock = Context.get(context, Clock.Clock)
  const now = () => clock.currentTimeMillisUnsafe()
  const world = new GitHubWorld(options.seed ?? empty, () => Timestamp.format(DateTime.makeUnsafe(now())))
  const answers = makeAnswers(
    world,
    { rateLimit: options.rateLimit ?? 5000, token: options.token, app: options.app },
    now
  )
  const exchanges: Array<Exchange> = []
  const faults: Array<PlannedFault & { left: number }> = []

  const nextFault = (question: Question): Fault | undefined => {
    const found = faults.find(
      ({ left, method, path }) =>
        left > 0 &&
        (method === undefined || method === question.method) &&
        (path === undefined || decodeURIComponent(question.url.pathname).includes(path))
    )
    if (found !== undefined) found.left--
    return found?.fault
  }

  const handle = Effect.fnUntraced(function* (request: Request) {
    const question: Question = {
      method: request.method,
      url: new URL(request.url),
      headers: request.headers,
      text: yield* Effect.promise(() => request.text())
    }
    const note = (status: number) => {
      const path = `${decodeURIComponent(question.url.pathname)}${question.url.search}`
      exchanges.push({ method: question.method, path, status })
    }
    const fault = nextFault(question)
    if (fault?._tag === "meanwhile") fault.act(world)
    if (fault !== undefined && "applied" in fault && fault.applied) answers.answer(question)
    if (fault?._tag === "silence" || fault?._tag === "drop") note(0)
    if (fault?._tag === "silence") return yield* Effect.never
    if (fault?._tag === "drop") return yield* new ConnectionBroken()
    const answer =
      fault?._tag === "answer"
        ? answers.refuse(fault.status, fault.message, [], fault.headers)
        : answers.answer(question)
    note(answer.status)
    return new Response(answer.text ?? null, { status: answer.status, headers: answer.headers })
  })

  return {
    world,
    handle,
    fetch: (input, init) =>
      Effect.runPromiseWith(context)(
        handle(new Request(input, init)),
        init?.signal == null ? {} : { signal: init.signal }
      ),
    exchanges,
    plan: (fault) => void faults.push({ ...fault, left: fault.times ?? 1 }),
    leaveRequests: answers.leave,
    revokeTokens: answers.revoke,
    calm: () => void faults.splice(0)
  }
}
