import { Duration, Effect, Schedule } from "effect"
import { DataplaneClient, type ReloadStatus } from "../dataplane/DataplaneClient.ts"

/** The server reloads once in each of its delays, which may be many seconds long. */
const longest = Duration.minutes(1)

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
  const patient = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("1 second")])
  return yield* client
    .reload(id)
    .pipe(
      Effect.retry({ schedule: patient, while: (error) => error.treatment._tag === "retry" }),
      Effect.repeat({ schedule: patient, until: ({ status }: ReloadStatus) => status !== "in_progress" }),
      Effect.timeoutOrElse({ duration: longest, orElse: () => Effect.succeed(undefined) })
    )
})
