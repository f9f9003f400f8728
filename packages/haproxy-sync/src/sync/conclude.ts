import { Effect } from "effect"
import { DataplaneClient } from "../dataplane/DataplaneClient.ts"
import type { DataplaneError } from "../dataplane/DataplaneError.ts"
import { isVersionConflict } from "../dataplane/VersionAdapter.ts"
import { again, type Attempt, done, type End, failed } from "./Attempt.ts"
import { rollBack } from "./rollBack.ts"
import { type ReadBack, readBack } from "./runningState.ts"
import { type Mismatch, mismatchOf, readHeld } from "./verify.ts"
import { reloadsDone, watchReload } from "./watchReload.ts"

/**
 * Finds out how an attempt ended: by its error, by the reload, by what the server holds now, and by what the running HAProxy says.
 *
 * @category execution
 * @since 0.1.0
 */
export const conclude = Effect.fnUntraced(function* (attempt: Attempt) {
  const { applied, error, reloadId } = attempt.outcome
  if (error !== undefined) return yield* concludeError(error, attempt)
  if (reloadId === undefined) return yield* concludeHeld(attempt, 0)
  const reload = yield* Effect.result(watchReload(reloadId))
  if (reload._tag === "Success" && reload.success?.status === "succeeded") return yield* concludeHeld(attempt, 1)
  if (reload._tag === "Success" && reload.success?.status === "failed") {
    return yield* rollBack(attempt, `HAProxy could not be reloaded: ${reload.success.response.trim()}`)
  }
  // A server that was started anew knows nothing of the reload: whether HAProxy has the configuration is only certain after another.
  if (reload._tag === "Failure" && reload.failure.reason === "NotFound") return yield* confirm(attempt)
  const why = reload._tag === "Failure" ? reload.failure.message : "it has not ended within a minute"
  return failed(`The configuration is stored, but how the reload ${reloadId} ended is not known: ${why}`, applied, {
    reloads: 1,
    unsettled: "reload"
  })
})

/** Compares what the server holds now, and what HAProxy is running, with what is desired. */
const concludeHeld = Effect.fnUntraced(function* (attempt: Attempt, reloads: number) {
  const { desired, outcome, plan } = attempt
  const { applied } = outcome
  const after = yield* Effect.result(readHeld)
  if (after._tag === "Failure") {
    return failed(
      `The changes were sent, but the server could not be read afterwards: ${after.failure.message}`,
      applied,
      { reloads, unsettled: "reload" }
    )
  }
  if (outcome.failed.length > 0) {
    const [first] = outcome.failed
    const { length } = outcome.skipped
    const behind =
      length === 0
        ? ""
        : `; ${length} more ${length === 1 ? "needs" : "need"} them and ${length === 1 ? "was" : "were"} not tried`
    const message = `${outcome.failed.length} of ${plan.operations.length} operations failed: ${first?.cause.message ?? ""}${behind}`
    return failed(message, applied, { reloads, status: "partial" })
  }
  const mismatch = mismatchOf(after.success.config, desired)
  // Somebody else may have been here since: then it is theirs, and everything is decided again.
  if (mismatch !== undefined && outcome.version !== undefined && after.success.raw.version !== outcome.version) {
    const message = `Version conflict: somebody else changed the configuration; ${mismatch.difference}`
    return again(message, applied, { reloads, status: "failed" })
  }
  const isKept = mismatch === undefined || (mismatch.by === "words" && attempt.verification === "warn")
  if (isKept) return unverified(reloads > 0 ? done({ reloads }) : yield* concludeRunning(attempt), mismatch)
  const message = notHeld(mismatch)
  return attempt.verification === "rollback"
    ? yield* rollBack(attempt, message, reloads)
    : failed(`${message}. It was left as it is`, applied, { reloads, status: "partial" })
})

const notHeld = ({ difference }: Mismatch): string => `The server does not hold what was sent: ${difference}`

/** What is left although words of it differ is done, and not verified. */
const unverified = (end: End, mismatch: Mismatch | undefined): End =>
  end._tag === "done" && mismatch !== undefined
    ? done({
        ...end.facts,
        verified: false,
        message: `Synchronization completed, but it is not verified. ${notHeld(mismatch)}`
      })
    : end

/** What was changed without a reload is looked for in the running HAProxy. */
const concludeRunning = Effect.fnUntraced(function* (attempt: Attempt) {
  const { lacking, unread } = yield* readBack(attempt.plan.operations, attempt.desired).pipe(
    Effect.catch((cause) =>
      Effect.succeed<ReadBack>({ lacking: `it could not be asked: ${cause.message}`, unread: [] })
    )
  )
  return lacking === undefined ? done({ reloads: 0, notices: noticesOf(unread) }) : yield* confirm(attempt)
})

/** What the server may have done although it did not say so: the connection broke, or it failed on the way. */
const isUncertain = ({ reason }: DataplaneError): boolean => reason === "UnknownOutcome" || reason === "ServerFailure"

const concludeError = Effect.fnUntraced(function* (error: DataplaneError, attempt: Attempt) {
  const { before, desired, outcome } = attempt
  const { applied, failed: refused, version } = outcome
  if (isVersionConflict(error)) {
    return again(`Version conflict (expected: ${before.raw.version}): ${error.serverMessage ?? ""}`, applied)
  }
  if (!isUncertain(error)) return failed(refused[0]?.cause.message ?? error.message, applied)
  const now = yield* Effect.result(Effect.andThen(reloadsDone, readHeld))
  const unknown = failed(`It is not known what was changed: ${error.message}`, applied, { unsettled: "reload" })
  if (now._tag === "Failure") return unknown
  const mismatch = mismatchOf(now.success.config, desired)
  if (mismatch === undefined || (mismatch.by === "words" && attempt.verification === "warn")) {
    return unverified(yield* confirm(attempt), mismatch)
  }
  if (error.reason === "UnknownOutcome") {
    // It may have taken effect all the same, and then nobody has seen its reload.
    const facts = attempt.plan.forecast.reloads === 0 ? {} : ({ unsettled: "reload" } as const)
    return again(`The connection broke in the middle: ${error.message}`, applied, facts)
  }
  const unchanged = now.success.raw.version === (version ?? before.raw.version)
  return unchanged ? failed(error.message, applied) : unknown
})

/** What the server has taken without an error, and nothing tells afterwards. */
const noticesOf = (unread: ReadonlyArray<string>): ReadonlyArray<string> =>
  unread.length === 0
    ? []
    : [
        `the weight of ${unread[0]}${unread.length === 1 ? "" : `, and of ${unread.length - 1} more,`} was changed in the running HAProxy without an error, but the server does not tell it, or not soon: it could not be read back. HAProxy's own socket (runtimeSocket) tells it`
      ]

const lostAnswer =
  "Synchronization completed successfully; the answer to a request was lost, and the server was asked to be certain"

/**
 * The server holds what is desired, but it is not certain that HAProxy runs it: the running one is asked, and where that does not
 * answer it, the same text is sent once more, for a reload whose end can be watched.
 */
const confirm = Effect.fnUntraced(function* (attempt: Attempt) {
  const { plan } = attempt
  if (plan.forecast.reloads === 0) {
    const read = yield* Effect.result(readBack(plan.operations, attempt.desired))
    if (read._tag === "Success" && read.success.lacking === undefined) {
      return done({ message: lostAnswer, notices: noticesOf(read.success.unread) })
    }
  }
  return yield* reloadHeld(attempt, lostAnswer)
})

/**
 * Sends what the server holds once more, so that HAProxy is reloaded with it, and watches the end of that.
 *
 * @category execution
 * @since 0.1.0
 */
export const reloadHeld = Effect.fnUntraced(function* (attempt: Pick<Attempt, "before" | "outcome">, message: string) {
  const client = yield* DataplaneClient
  const { applied } = attempt.outcome
  const sent = yield* Effect.gen(function* () {
    const { raw } = yield* readHeld
    const { reloadId, version } = yield* client.pushRaw(raw.text, { version: raw.version })
    return { version, reload: reloadId === undefined ? undefined : yield* watchReload(reloadId) }
  }).pipe(Effect.result)
  if (sent._tag === "Failure" && isVersionConflict(sent.failure)) {
    return again(`Version conflict: ${sent.failure.serverMessage ?? ""}`, applied)
  }
  const reload = sent._tag === "Success" ? sent.success.reload : undefined
  if (reload?.status === "succeeded") return done({ reloads: 1, message })
  if (sent._tag === "Success" && reload?.status === "failed") {
    const { version } = sent.success
    const outcome = { ...attempt.outcome, ...(version === undefined ? {} : { version }) }
    return yield* rollBack(
      { before: attempt.before, outcome },
      `HAProxy could not be reloaded: ${reload.response.trim()}`
    )
  }
  const why = sent._tag === "Failure" ? sent.failure.message : "the reload has not ended within a minute"
  return failed(`The configuration is stored, but whether HAProxy runs it is not known: ${why}`, applied, {
    unsettled: "reload"
  })
})
