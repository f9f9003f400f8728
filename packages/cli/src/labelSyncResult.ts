import type { SyncResult } from "@lockstep/github-sync"
import { DateTime, Effect } from "effect"
import { Exit, exitCodes } from "./ExitCode.ts"
import { type OutputFormat, writeDocument, writeLine } from "./Output.ts"

/**
 * Tells how a synchronization of labels ended, to people in words of one's own if they are given. Ends with 3 where some of it was
 * done, with 1 where nothing was.
 */
export const writeLabelSyncResult = Effect.fnUntraced(function* (
  result: SyncResult,
  { dryRun, output: format }: { readonly output: OutputFormat; readonly dryRun?: boolean },
  words: (result: SyncResult) => string = wordsOf
) {
  yield* format === "human"
    ? writeLine(`${dryRun === true ? "dry run: " : ""}${words(result)}`)
    : writeDocument("LabelSyncResult", { ...toJson(result), ...(dryRun === true ? { dryRun } : {}) }, format)
  if (result._tag === "partial") return yield* new Exit({ code: exitCodes.partial })
  if (result._tag === "deferred" || result._tag === "refused") return yield* new Exit({ code: exitCodes.failed })
})

/** A result in words: the states, what was added and removed, why, and what went wrong. */
export const wordsOf = (result: SyncResult): string =>
  [
    `${result._tag}: ${result.initialState ?? "unknown"} → ${result.finalState ?? "unknown"}`,
    ...(result.labelsAdded.length > 0 ? [`  + ${result.labelsAdded.join(", ")}`] : []),
    ...(result.labelsRemoved.length > 0 ? [`  - ${result.labelsRemoved.join(", ")}`] : []),
    `  ${result.reason}`,
    ...result.errors.map((error) => `  error: ${error.message}`)
  ].join("\n")

// A state that is not known is told as null: every field is there in every document.
const toJson = (result: SyncResult) => ({
  status: result._tag,
  initial: result.initialState ?? null,
  final: result.finalState ?? null,
  added: result.labelsAdded,
  removed: result.labelsRemoved,
  reason: result.reason,
  errors: result.errors.map((error) => error.message),
  at: DateTime.formatIso(result.syncTime)
})
