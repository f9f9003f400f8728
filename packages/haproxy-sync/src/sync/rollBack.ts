import { Effect } from "effect"
import { DataplaneClient } from "../dataplane/DataplaneClient.ts"
import { isVersionConflict } from "../dataplane/VersionAdapter.ts"
import { type Attempt, failed } from "./Attempt.ts"
import { textDifference } from "./textDifference.ts"
import { readHeld } from "./verify.ts"
import { watchReload } from "./watchReload.ts"

/**
 * Puts the configuration back that HAProxy was running with, as a whole text: that also mends a server whose memory and disk have
 * come apart.
 *
 * **Details**
 *
 * It replaces only the version that the attempt has left: what somebody else has stored since is left alone.
 *
 * @category execution
 * @since 0.1.0
 */
export const rollBack = Effect.fnUntraced(function* (
  { before, outcome }: Pick<Attempt, "before" | "outcome">,
  reason: string,
  reloads = 1
) {
  const client = yield* DataplaneClient
  const back = yield* Effect.gen(function* () {
    const version = outcome.version ?? (yield* client.version)
    const { reloadId } = yield* client.pushRaw(before.raw.text, { version })
    const reload = reloadId === undefined ? undefined : yield* watchReload(reloadId)
    return { reload, held: yield* readHeld }
  }).pipe(Effect.result)
  if (back._tag === "Failure") {
    const why = isVersionConflict(back.failure)
      ? "somebody else has changed it since, and that was left alone"
      : back.failure.message
    return failed(`${reason}. The configuration before could not be put back: ${why}`, outcome.applied, {
      status: "failed",
      reloads,
      ...(isVersionConflict(back.failure) ? {} : { unsettled: "rollback" })
    })
  }
  const { held, reload } = back.success
  const restored = textDifference(held.raw.text, before.raw.text) === undefined && !held.apart
  if (reload?.status !== "failed" && restored) {
    return failed(`${reason}. The configuration before was put back`, [], {
      status: "rolled-back",
      reloads: reloads + 1
    })
  }
  const undone = restored ? "is back on disk, but HAProxy could not load it" : "could not be put back"
  const why = reload?.status === "failed" ? reload.response.trim() : "the server does not hold it"
  return failed(`${reason}. The configuration before ${undone}: ${why}`, [], {
    status: "failed",
    reloads: reloads + 1,
    unsettled: "rollback"
  })
})
