import { Cause, Clock, type Context, type Duration, Effect, Exit, Option } from "effect"
import { parseKey, type Key } from "../../resource/Resource.ts"
import * as Span from "../../Telemetry/span.ts"
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
export const workOn = <R>(options: WorkerOptions<R>) => {
  const { metrics, name, queue, reconcile, timeout } = options
  return (place: string): Effect.Effect<void, never, R> => {
    const key = parseKey(place)
    const work = Effect.withFiber<void, never, R>((fiber) => {
      const { context } = fiber
      const clock = fiber.getRef(Clock.Clock)
      const start = clock.monotonicTimeNanosUnsafe()
      metrics.active.modifyUnsafe(1, context)
      const left = Effect.sync(() => metrics.active.modifyUnsafe(-1, context))
      const settle = (exit: Exit.Exit<Option.Option<Outcome>, Treatable>): Effect.Effect<void, never, R> => {
        metrics.seconds.updateUnsafe(Number(clock.monotonicTimeNanosUnsafe() - start) / 1e9, context)
        const judgement = judge(exit, timeout)
        count(judgement, metrics, context)
        const next = follow(judgement.next, place, queue)
        // Nothing to tell to anybody: by far the most end so.
        if (judgement.verdict?._tag === "Succeeded" && options.report === undefined && !Span.isTraced(fiber))
          return next
        return Effect.andThen(announce(judgement, exit, key, options.report), next)
      }
      return Effect.timeoutOption(
        Effect.suspend(() => reconcile(key)),
        timeout
      ).pipe(Effect.exit, Effect.ensuring(left), Effect.flatMap(settle))
    })
    // A trace of its own: the controller itself never ends.
    return Span.around(work, "reconcile", () => ({ attributes: { controller: name, key: place }, root: true })).pipe(
      Effect.annotateLogs({ controller: name, key: place })
    )
  }
}

/** Tells people and traces how a reconcile ended. */
const announce = <R>(
  { result, verdict }: Judgement,
  exit: Exit.Exit<unknown, Treatable>,
  key: Key,
  reporter: Reporter<R> | undefined
): Effect.Effect<void, never, R> =>
  Effect.gen(function* () {
    if (verdict !== undefined) {
      yield* tell(verdict, exit)
      yield* report(key, verdict, reporter)
    }
    yield* Effect.annotateCurrentSpan({ result, verdict: verdict?._tag ?? "Conflict" })
  })

const count = (
  { result, verdict }: Judgement,
  metrics: ReturnType<typeof controller>,
  context: Context.Context<never>
): void => {
  metrics.reconciles[result].updateUnsafe(1, context)
  if (result === "error") metrics.errors.updateUnsafe(1, context)
  if (verdict?._tag === "Stalled") metrics.terminalErrors.updateUnsafe(1, context)
  if (verdict?._tag === "TimedOut") metrics.timeouts.updateUnsafe(1, context)
  if (verdict?._tag === "Defect") metrics.panics.updateUnsafe(1, context)
}

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
