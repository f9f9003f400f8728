import { Effect, Schedule } from "effect"
import { type ApiAnswer, RequestFailed } from "../../servers/kubernetes/ApiRequest.ts"
import { onLiveClock } from "../../servers/LiveClock.ts"

/** Repeats a request until it is answered with a status, for ten seconds. Kinds and rights take a moment to be known. */
export const eventually = (
  status: number,
  request: Effect.Effect<ApiAnswer, RequestFailed>
): Effect.Effect<ApiAnswer, RequestFailed> =>
  request.pipe(
    Effect.filterOrFail(
      (answer) => answer.status === status,
      (answer) =>
        new RequestFailed({
          request: `waiting for ${status}`,
          reason: `${answer.status} ${JSON.stringify(answer.body)}`
        })
    ),
    Effect.retry({ schedule: Schedule.spaced("50 millis"), times: 200 }),
    onLiveClock
  )
