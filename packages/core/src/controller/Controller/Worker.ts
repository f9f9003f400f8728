import { Cause, Clock, Duration, Effect, Exit, Metric, Option } from "effect"
import { parseKey, type Key } from "../../resource/Resource.ts"
import type { Treatable } from "../../Treatment.ts"
import type { controller } from "../Metrics.ts"
import type { Outcome } from "../Outcome.ts"
import type { Reporter, Verdict } from "../Verdict.ts"
import type { WorkQueue } from "../WorkQueue.ts"
import { judge, type Judgement } from "./Judgement.ts"

/** What a worker needs to work on one key. */
export interface WorkerOptions<R> {
  readonly name: string
  readonly reconcile: (key: Key) => Effect.Effect<Outcome, Treatable, R>
  readonly timeout: Duration.Duration
  readonly report: Reporter<R> | undefined
  readonly queue: WorkQueue
  readonly metrics: ReturnType<typeof controller>
}

/** How long a reporter may take. */
const patience = "30 seconds"

/** Works on one key: reconciles it, tells how that ended, and sees to it that it is looked at again when it should be. */
export const workOn =
  <R>(options: WorkerOptions<R>) =>
  (place: string): Effect.Effect<void, never, R> =>
    Effect.gen(function* () {
      const { metrics, reconcile, timeout } = options
      const key = parseKey(place)
      const start = yield* Clock.monotonicTimeNanos
      yield* Metric.modify(metrics.active, 1)
      const exit = yield* Effect.exit(
        Effect.timeoutOption(
          Effect.suspend(() => reconcile(key)),
          timeout
        )
      ).pipe(Effect.ensuring(Metric.modify(metrics.active, -1)))
      yield* Metric.update(metrics.seconds, Number((yield* Clock.monotonicTimeNanos) - start) / 1e9)
      const judgement = judge(exit, timeout)
      yield* count(judgement, metrics)
      if (judgement.verdict !== undefined) {
        yield* tell(judgement.verdict, exit)
        yield* report(key, judgement.verdict, options.report)
      }
      yield* Effect.annotateCurrentSpan({ result: judgement.result, verdict: judgement.verdict?._tag ?? "Conflict" })
      yield* follow(judgement.next, place, options.queue)
    }).pipe(
      // A trace of its own: the controller itself never ends. Where it was asked for is always here.
      Effect.withSpan(
        "reconcile",
        { attributes: { controller: options.name, key: place }, root: true },
        { captureStackTrace: false }
      ),
      Effect.annotateLogs({ controller: options.name, key: place })
    )

const count = ({ result, verdict }: Judgement, metrics: ReturnType<typeof controller>) =>
  Effect.gen(function* () {
    yield* Metric.update(metrics.reconciles[result], 1)
    if (result === "error") yield* Metric.update(metrics.errors, 1)
    if (verdict?._tag === "Stalled") yield* Metric.update(metrics.terminalErrors, 1)
    if (verdict?._tag === "TimedOut") yield* Metric.update(metrics.timeouts, 1)
    if (verdict?._tag === "Defect") yield* Metric.update(metrics.panics, 1)
  })

const tell = (verdict: Verdict, exit: Exit.Exit<unknown, Treatable>): Effect.Effect<void> => {
  switch (verdict._tag) {
    case "Succeeded":
      return Effect.void
    case "Retrying":
      return Effect.logWarning(`Reconcile failed and is tried again: ${verdict.message}`)
    case "Stalled":
      return Effect.logError(`Reconcile failed and waits for a change: ${verdict.message}`)
    case "TimedOut":
      return Effect.logWarning(verdict.message)
    case "Defect":
      return Effect.logError(verdict.message, Exit.isFailure(exit) ? exit.cause : Cause.empty)
  }
}

// That people can't be told must not keep the key from being looked at again.
const report = <R>(key: Key, verdict: Verdict, reporter: Reporter<R> | undefined): Effect.Effect<void, never, R> =>
  reporter === undefined
    ? Effect.void
    : Effect.suspend(() => reporter(key, verdict)).pipe(
        Effect.timeoutOption(patience),
        Effect.flatMap(
          Option.match({
            onNone: () => Effect.logWarning(`How the reconcile ended could not be told within ${patience}`),
            onSome: () => Effect.void
          })
        ),
        Effect.catchCause((cause) => Effect.logWarning("How the reconcile ended could not be told", cause))
      )

const follow = (next: Judgement["next"], place: string, queue: WorkQueue): Effect.Effect<void> => {
  switch (next._tag) {
    case "forget":
      return queue.forget(place)
    case "resync":
      return Effect.andThen(queue.forget(place), queue.addAfter(place, next.after, "resync"))
    case "wait":
      return queue.addAfter(place, next.after, "retry")
    case "retry":
      return queue.retry(place, next.backoff)
  }
}
