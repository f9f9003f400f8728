/**
 * How many requests may still be sent to GitHub, shared by everything that uses one token or installation.
 *
 * @since 0.1.0
 */
import { Clock, Context, Duration, Effect, Metric, Option, Semaphore } from "effect"
import { GitHubError, RateLimited } from "./GitHubError.ts"

/**
 * Whether a request changes something. Writes come one at a time and with pauses between them.
 *
 * @category models
 * @since 0.1.0
 */
export type RequestKind = "read" | "write"

/**
 * What GitHub told last about the hourly limit.
 *
 * @category models
 * @since 0.1.0
 */
export interface Allowance {
  readonly limit: number
  readonly remaining: number
  /** When it starts anew, in milliseconds since 1970. */
  readonly resetsAt: number
}

/**
 * Settings of a budget.
 *
 * @category models
 * @since 0.1.0
 */
export interface RateBudgetOptions {
  /** The pause between writes that follow each other for long (1 second if left out, as GitHub asks for). */
  readonly writeInterval?: Duration.Input
  /** How many writes may come without a pause after a quiet time (4 if left out: the labels of one pull request). */
  readonly writeBurst?: number
  /** How many requests may be under way at once (20 if left out; GitHub allows 100 for everybody together). */
  readonly concurrency?: number
}

/**
 * How many requests may still be sent, and when.
 *
 * **Details**
 *
 * It learns from every answer. Where GitHub would refuse, nothing is sent: the error says how long to wait. After a
 * secondary limit nothing is sent for exactly as long as GitHub said, since going on could get the token banned.
 *
 * @category models
 * @since 0.1.0
 */
export interface RateBudget {
  /** Sends when it is its turn, or fails with `RateLimited` without sending. */
  spend(attempt: string, kind: RequestKind): <A>(send: Effect.Effect<A, GitHubError>) => Effect.Effect<A, GitHubError>
  /**
   * Sets requests aside for something that must not stop halfway, or fails with `RateLimited` before it starts. What is not
   * used goes back at the end.
   */
  reserve(
    attempt: string,
    requests: number
  ): <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E | GitHubError, R>
  /** Takes note of what an answer says about the hourly limit. */
  learn(headers: { readonly [name: string]: unknown }): Effect.Effect<void>
  /** Sends nothing for a while. */
  pause(duration: Duration.Duration): Effect.Effect<void>
  /** What is left of the hourly limit, without what is set aside or under way; nothing if GitHub has not told yet. */
  readonly left: Effect.Effect<Option.Option<Allowance>>
}

/** What is set aside for the work that goes on here. */
const Reservation = Context.Reference<{ left: number } | undefined>(
  "@lockstep/github-sync/GitHub/RateBudget/Reservation",
  {
    defaultValue: () => undefined
  }
)

/**
 * Creates a budget. Everything that uses the same token or installation should share one.
 *
 * **Example** (Two clients, one token)
 *
 * ```ts
 * import { GitHub, RateBudget, type GitHubSettings } from "@lockstep/github-sync"
 * import { Effect, Layer } from "effect"
 *
 * const clients = (one: GitHubSettings, other: GitHubSettings) =>
 *   Effect.map(RateBudget.make(), (budget) => [
 *     GitHub.layerWith({ ...one, budget }),
 *     Layer.fresh(GitHub.layerWith({ ...other, budget }))
 *   ])
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: RateBudgetOptions = {}): Effect.Effect<RateBudget> => Effect.sync(() => create(options))

const metrics = {
  remaining: Metric.gauge("lockstep_github_rate_remaining", {
    description: "Requests that GitHub said are left of this hour."
  }),
  refused: (kind: RateLimited["kind"]) =>
    Metric.counter("lockstep_github_requests_refused_total", {
      description: "Requests that were not sent, or work that was not begun, because of GitHub's limits.",
      incremental: true,
      attributes: { kind }
    })
}

const soon = 10_000

const hour = 3_600_000

const create = (options: RateBudgetOptions): RateBudget => {
  const interval = Duration.toMillis(Duration.fromInputUnsafe(options.writeInterval ?? "1 second"))
  const burst = options.writeBurst ?? 4
  const turns = Semaphore.makeUnsafe(options.concurrency ?? 20)
  const writing = Semaphore.makeUnsafe(1)

  let allowance: Allowance | undefined
  let pausedUntil = 0
  let underWay = 0
  let setAside = 0
  let paidUntil = 0

  const current = (now: number): Allowance | undefined =>
    allowance === undefined || now < allowance.resetsAt
      ? allowance
      : (allowance = { ...allowance, remaining: allowance.limit, resetsAt: Number.POSITIVE_INFINITY })

  const free = (now: number): number => (current(now)?.remaining ?? Number.POSITIVE_INFINITY) - underWay - setAside

  const refusal = (attempt: string, wanted: number, now: number): RateLimited | undefined => {
    if (now < pausedUntil) {
      return new RateLimited({ attempt, kind: "secondary", retryAfter: Duration.millis(pausedUntil - now) })
    }
    if (free(now) >= wanted) return undefined
    const { limit = 0, remaining = 0, resetsAt = now } = current(now) ?? {}
    // Where only what is under way or set aside stands in the way, that is soon over.
    const wait = remaining >= wanted && limit >= wanted ? soon : Number.isFinite(resetsAt) ? resetsAt - now : hour
    return new RateLimited({ attempt, kind: "primary", retryAfter: Duration.millis(Math.max(1000, wait)) })
  }

  // What is admitted is taken in the same step: between two, somebody else could be admitted to the same.
  const admit = (attempt: string, wanted: number, take: () => void = () => {}): Effect.Effect<void, GitHubError> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const reason = refusal(attempt, wanted, now)
      if (reason !== undefined) {
        return Effect.andThen(Metric.update(metrics.refused(reason.kind), 1), Effect.fail(new GitHubError({ reason })))
      }
      take()
      return Effect.void
    })

  // The generic cell rate algorithm: every write pays for one interval, and a few may be paid later.
  const pace = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const start = Math.max(now, paidUntil - (burst - 1) * interval)
    paidUntil = Math.max(paidUntil, start) + interval
    if (start > now) yield* Effect.sleep(Duration.millis(start - now))
  })

  const send =
    (attempt: string) =>
    <A>(request: Effect.Effect<A, GitHubError>): Effect.Effect<A, GitHubError> =>
      Effect.flatMap(Reservation, (reservation) =>
        Effect.acquireUseRelease(
          Effect.suspend(() => {
            const reserved = reservation !== undefined && reservation.left > 0
            return admit(attempt, reserved ? Number.NEGATIVE_INFINITY : 1, () => {
              if (reserved) {
                reservation.left--
                setAside--
              }
              underWay++
            })
          }),
          () => request,
          () => Effect.sync(() => void underWay--)
        )
      )

  const reserve =
    (attempt: string, requests: number) =>
    <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E | GitHubError, R> =>
      Effect.flatMap(Reservation, (outer) => {
        const more = Math.max(0, requests - (outer?.left ?? 0))
        const take = (reservation: { left: number }) =>
          admit(attempt, more, () => {
            reservation.left += more
            setAside += more
          })
        // What is set aside inside of something that has set aside already is given back at its end.
        if (outer !== undefined) return Effect.andThen(take(outer), work)
        return Effect.suspend(() => {
          const own = { left: 0 }
          return Effect.acquireUseRelease(
            take(own),
            () => Effect.provideService(work, Reservation, own),
            () => Effect.sync(() => void (setAside -= own.left))
          )
        })
      })

  return {
    spend: (attempt, kind) => (request) => {
      const sent = turns.withPermit(send(attempt)(request))
      // Nothing is waited for that would be refused anyway, before and after its turn has come.
      return kind === "read"
        ? sent
        : Effect.andThen(admit(attempt, Number.NEGATIVE_INFINITY), writing.withPermit(Effect.andThen(pace, sent)))
    },
    reserve,
    learn: (headers) =>
      Effect.suspend(() => {
        const told = read(headers)
        if (told === undefined) return Effect.void
        const before = allowance
        if (before !== undefined && Number.isFinite(before.resetsAt) && told.resetsAt < before.resetsAt) {
          return Effect.void
        }
        // Answers overtake each other: within the hour, the least that was told is true.
        const remaining =
          before?.resetsAt === told.resetsAt ? Math.min(told.remaining, before.remaining) : told.remaining
        allowance = { ...told, remaining }
        return Metric.update(metrics.remaining, remaining)
      }),
    pause: (duration) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        pausedUntil = Math.max(pausedUntil, now + Duration.toMillis(duration))
      }),
    left: Effect.map(Clock.currentTimeMillis, (now) => {
      const found = current(now)
      return found === undefined
        ? Option.none()
        : Option.some({ ...found, remaining: Math.max(0, found.remaining - underWay - setAside) })
    })
  }
}

const read = (headers: { readonly [name: string]: unknown }): Allowance | undefined => {
  const number = (name: string) => {
    const value = headers[`x-ratelimit-${name}`]
    return value === undefined || !/^\d+$/u.test(String(value)) ? undefined : Number(value)
  }
  const [limit, remaining, reset] = [number("limit"), number("remaining"), number("reset")]
  // Other resources, such as search, have limits of their own.
  if ((headers["x-ratelimit-resource"] ?? "core") !== "core") return undefined
  if (limit === undefined || remaining === undefined || reset === undefined) return undefined
  return { limit, remaining, resetsAt: reset * 1000 }
}
