import { describe, planToJson, SyncResult } from "@lockstep/haproxy-sync"
import { Duration, Effect } from "effect"
import { Exit, exitCodes } from "./ExitCode.ts"
import { type OutputFormat, writeDocument, writeLine } from "./Output.ts"

/** A result as scripts read it. */
export const syncResultToJson = (result: SyncResult): object => ({
  status: result.status,
  plan: result.plan === undefined ? undefined : planToJson(result.plan),
  applied: result.appliedOperations.map((operation) => describe(operation)),
  failed: result.failedOperations.map(({ cause, operation }) => ({
    operation: describe(operation),
    error: cause.message
  })),
  skipped: result.skippedOperations.map(({ because, operation }) => ({
    operation: describe(operation),
    because: describe(because)
  })),
  attempts: result.retries + 1,
  requests: result.requests,
  reloads: result.reloads,
  durationMs: Math.round(Duration.toMillis(result.duration)),
  verified: result.verified,
  ...(result.unsettled === undefined ? {} : { unsettled: result.unsettled }),
  notices: result.notices,
  message: result.message
})

/** Writes a result, and ends with exit code 1 or 3 where it is no success. */
export const writeSyncResult = Effect.fnUntraced(function* (result: SyncResult, format: OutputFormat) {
  yield* format === "human"
    ? writeLine(SyncResult.toString(result))
    : writeDocument("SyncResult", syncResultToJson(result), format)
  if (!result.success) {
    return yield* new Exit({ code: result.status === "partial" ? exitCodes.partial : exitCodes.failed })
  }
})
