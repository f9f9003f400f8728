import { Cause, Duration, Exit, Option } from "effect"
import * as Backoff from "../../Backoff.ts"
import type { Treatable } from "../../Treatment.ts"
import type { Outcome } from "../Outcome.ts"
import type { Verdict } from "../Verdict.ts"

/** What follows from how a reconcile ended. */
export interface Judgement {
  /** As controller-runtime counts it. */
  readonly result: "success" | "error" | "requeue" | "requeue_after"
  readonly next:
    | { readonly _tag: "forget" }
    | { readonly _tag: "resync"; readonly after: Duration.Duration }
    | { readonly _tag: "wait"; readonly after: Duration.Duration }
    | { readonly _tag: "retry"; readonly backoff?: Backoff.Backoff }
  /** None after a conflict: nobody needs to know. */
  readonly verdict?: Verdict
}

/** Somebody was faster: soon again, but not at the same moment as they. */
const contention = Backoff.make({ base: "20 millis", cap: "2 seconds" })

/** Judges how a reconcile ended; without a value it took longer than `limit`. */
export const judge = (exit: Exit.Exit<Option.Option<Outcome>, Treatable>, limit: Duration.Duration): Judgement => {
  if (Exit.isSuccess(exit)) return Option.isSome(exit.value) ? ofOutcome(exit.value.value) : tookTooLong(limit)
  const error = Cause.findErrorOption(exit.cause)
  return Option.isSome(error) ? ofError(error.value) : ofDefect(exit.cause)
}

const ofOutcome = (outcome: Outcome): Judgement => {
  switch (outcome._tag) {
    case "Done":
      return { result: "success", next: { _tag: "forget" }, verdict: { _tag: "Succeeded" } }
    case "RequeueAfter":
      return { result: "requeue_after", next: { _tag: "resync", after: outcome.after }, verdict: { _tag: "Succeeded" } }
    case "Retry":
      return { result: "error", next: { _tag: "retry" }, verdict: { _tag: "Retrying", message: outcome.because } }
    case "Terminal":
      return { result: "error", next: { _tag: "forget" }, verdict: { _tag: "Stalled", message: outcome.because } }
  }
}

const ofError = ({ message, treatment }: Treatable): Judgement => {
  switch (treatment._tag) {
    case "conflict":
      return { result: "requeue", next: { _tag: "retry", backoff: contention } }
    case "terminal":
      return { result: "error", next: { _tag: "forget" }, verdict: { _tag: "Stalled", message } }
    case "retry":
      return treatment.after === undefined
        ? { result: "error", next: { _tag: "retry" }, verdict: { _tag: "Retrying", message } }
        : {
            result: "requeue_after",
            next: { _tag: "wait", after: treatment.after },
            verdict: { _tag: "Retrying", message }
          }
  }
}

const tookTooLong = (limit: Duration.Duration): Judgement => ({
  result: "error",
  next: { _tag: "retry" },
  verdict: {
    _tag: "TimedOut",
    message: `The reconcile took longer than ${Duration.format(limit)} and was interrupted; it is tried again`
  }
})

// The text of what was thrown may hold anything, a secret too; only the log gets it.
const ofDefect = (cause: Cause.Cause<unknown>): Judgement => {
  const thrown = Cause.squash(cause)
  const name = Cause.hasInterruptsOnly(cause)
    ? "an interruption"
    : thrown instanceof Error
      ? thrown.name
      : typeof thrown
  return {
    result: "error",
    next: { _tag: "retry" },
    verdict: {
      _tag: "Defect",
      message: `The reconcile ended by a mistake in the program (${name}); see its log. It is tried again`
    }
  }
}
