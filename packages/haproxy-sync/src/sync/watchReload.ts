import { Duration, Effect, Schedule } from "effect"
import { DataplaneClient } from "../dataplane/DataplaneClient.ts"
import type { DataplaneError } from "../dataplane/DataplaneError.ts"
import type { ReloadStatus } from "../dataplane/ReloadStatus.ts"

/** The server reloads once in each of its delays, which may be many seconds long. */
const longest = Duration.minutes(1)

const patient = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("1 second")])

/** For some five seconds a server that is gone may come back. */
const untilBack = {
  schedule: patient,
  times: 9,
  while: ({ treatment }: DataplaneError) => treatment._tag === "retry"
}

/**
 * Waits until the reload with this id has ended, and answers how; undefined when it has not ended within a minute.
 *
 * **Details**
 *
 * A server that can't be asked for a moment, because HAProxy takes its connections along, is asked again.
 *
 * @category reloads
 * @since 0.1.0
 */
export const watchReload = Effect.fnUntraced(function* (id: string) {
  const client = yield* DataplaneClient
  return yield* client
    .reload(id)
    .pipe(
      Effect.retry(untilBack),
      Effect.repeat({ schedule: patient, until: ({ status }: ReloadStatus) => status !== "in_progress" }),
      Effect.timeoutOrElse({ duration: longest, orElse: () => Effect.succeed(undefined) })
    )
})

/**
 * Waits, for a minute at most, until the server has no reload to do any more.
 *
 * @category reloads
 * @since 0.1.0
 */
export const reloadsDone = Effect.gen(function* () {
  const client = yield* DataplaneClient
  const pending = (reloads: ReadonlyArray<ReloadStatus>) => reloads.some(({ status }) => status === "in_progress")
  return yield* client.reloads.pipe(
    Effect.retry(untilBack),
    Effect.repeat({ schedule: patient, while: pending }),
    Effect.timeoutOrElse({ duration: longest, orElse: () => Effect.succeed<ReadonlyArray<ReloadStatus>>([]) })
  )
})
