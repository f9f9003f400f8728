import { Duration } from "effect"
import type { ConfigDiff } from "./diff/ConfigDiff.ts"
import { formatSummary, hasChanges as summaryHasChanges } from "./diff/DiffSummary.ts"
import { describe } from "./diff/describeOperation.ts"
import type { Operation } from "./diff/Operation.ts"
import type { Plan } from "./plan/Plan.ts"
import { policyToString, type SyncPolicy } from "./SyncPolicy.ts"

/**
 * An operation that failed, and why.
 *
 * @category models
 * @since 0.1.0
 */
export interface OperationError {
  readonly operation: Operation
  readonly cause: Error
}

/**
 * An operation that was not tried, because it needs one that failed.
 *
 * @category models
 * @since 0.1.0
 */
export interface SkippedOperation {
  readonly operation: Operation
  /** What failed. */
  readonly because: Operation
}

/**
 * How a synchronization ended.
 *
 * **Details**
 *
 * - `in-sync`: there was nothing to do.
 * - `applied`: everything was done, and the server was read again to see it. Also the end of a dry run that found changes.
 * - `partial`: some was done; `appliedOperations`, `failedOperations` and `skippedOperations` tell what.
 * - `failed`: nothing was done, or it is not known; `message` tells.
 * - `refused`: the configuration can't be sent without changing its meaning; nothing was sent.
 * - `rolled-back`: HAProxy did not take the new configuration, and the last good one was put back.
 *
 * @category models
 * @since 0.1.0
 */
export type SyncStatus = "in-sync" | "applied" | "partial" | "failed" | "refused" | "rolled-back"

/**
 * The outcome of a synchronization.
 *
 * **Details**
 *
 * `retries` counts the attempts after the first one. `requests` counts those that change something, `reloads` the reloads that
 * followed. `verified` is true when the server was read again and holds what was desired. A result with failures is no success.
 *
 * @category models
 * @since 0.1.0
 */
export interface SyncResult {
  readonly success: boolean
  readonly status: SyncStatus
  readonly policy: SyncPolicy
  readonly diff: ConfigDiff | undefined
  readonly plan: Plan | undefined
  readonly appliedOperations: ReadonlyArray<Operation>
  readonly failedOperations: ReadonlyArray<OperationError>
  readonly skippedOperations: ReadonlyArray<SkippedOperation>
  readonly duration: Duration.Duration
  readonly retries: number
  readonly requests: number
  readonly reloads: number
  readonly verified: boolean
  /**
   * It is not known whether HAProxy runs what is stored, since nobody saw the end of a `reload`, or since what it did not take could not
   * be taken back (`rollback`). The next synchronization finds out, by a reload where nothing else tells, and takes back what HAProxy does
   * not take, where the server keeps a backup of what there was.
   */
  readonly unsettled?: "reload" | "rollback"
  /** What people should know beside the message, such as a transaction that may be ours and was left alone. */
  readonly notices: ReadonlyArray<string>
  readonly message: string
}

/** What a result says beside what its constructor is about. */
export interface ResultFacts {
  readonly plan?: Plan
  readonly requests?: number
  readonly reloads?: number
  readonly verified?: boolean
  readonly status?: SyncStatus
  readonly unsettled?: "reload" | "rollback"
  readonly notices?: ReadonlyArray<string>
  readonly skippedOperations?: ReadonlyArray<SkippedOperation>
  readonly message?: string
}

const result = (
  base: Pick<SyncResult, "success" | "status" | "policy" | "diff" | "duration" | "message">,
  facts: ResultFacts & Partial<Pick<SyncResult, "appliedOperations" | "failedOperations" | "retries">>
): SyncResult => ({
  plan: undefined,
  appliedOperations: [],
  failedOperations: [],
  skippedOperations: [],
  retries: 0,
  requests: 0,
  reloads: 0,
  verified: false,
  notices: [],
  ...base,
  ...facts
})

const success = (
  policy: SyncPolicy,
  diff: ConfigDiff,
  applied: ReadonlyArray<Operation>,
  duration: Duration.Duration,
  retries: number,
  facts: ResultFacts = {}
): SyncResult =>
  result(
    { success: true, status: "applied", policy, diff, duration, message: "Synchronization completed successfully" },
    { appliedOperations: applied, retries, ...facts }
  )

const failure = (
  policy: SyncPolicy,
  diff: ConfigDiff | undefined,
  applied: ReadonlyArray<Operation>,
  failed: ReadonlyArray<OperationError>,
  duration: Duration.Duration,
  retries: number,
  message: string,
  facts: ResultFacts = {}
): SyncResult =>
  result(
    { success: false, status: applied.length > 0 ? "partial" : "failed", policy, diff, duration, message },
    { appliedOperations: applied, failedOperations: failed, retries, ...facts }
  )

const noChanges = (policy: SyncPolicy, duration: Duration.Duration, facts: ResultFacts = {}): SyncResult =>
  result(
    {
      success: true,
      status: "in-sync",
      policy,
      diff: undefined,
      duration,
      message: "No configuration changes detected"
    },
    { verified: true, ...facts }
  )

/** Reports whether the two configurations differed. */
const hasChanges = ({ diff }: SyncResult): boolean => diff !== undefined && summaryHasChanges(diff.summary)

/** Reports whether an operation failed. */
const hasFailures = ({ failedOperations }: SyncResult): boolean => failedOperations.length > 0

/** Returns a result as text: status, policy, duration, what differed, what was applied, what failed and why. */
const resultToString = (self: SyncResult): string =>
  [
    `Status: ${self.success ? "SUCCESS" : "FAILED"}`,
    `Policy: ${policyToString(self.policy)}`,
    `Duration: ${formatElapsed(self.duration)} (retries: ${self.retries})`,
    ...(self.diff === undefined ? [] : ["", formatSummary(self.diff.summary)]),
    ...(self.appliedOperations.length === 0 ? [] : ["", `Applied: ${self.appliedOperations.length} operations`]),
    ...(self.failedOperations.length === 0
      ? []
      : [
          "",
          `Failed: ${self.failedOperations.length} operations`,
          ...self.failedOperations.map(({ cause, operation }) => `  - ${describe(operation)}: ${cause.message}`)
        ]),
    ...(self.skippedOperations.length === 0
      ? []
      : [
          "",
          `Skipped: ${self.skippedOperations.length} operations`,
          ...self.skippedOperations.map(
            ({ because, operation }) => `  - ${describe(operation)}: needs what failed: ${describe(because)}`
          )
        ]),
    ...(self.message === "" ? [] : ["", `Message: ${self.message}`]),
    ...self.notices.map((notice) => `Note: ${notice}`)
  ].join("\n")

/** Durations as the reference writes them: `850ms`, `1.2s`, `2m3.5s`. */
const formatElapsed = (duration: Duration.Duration): string => {
  const milliseconds = Duration.toMillis(duration)
  if (milliseconds < 1000) return `${Math.round(milliseconds * 1000) / 1000}ms`
  const minutes = Math.floor(milliseconds / 60_000)
  const seconds = Math.round(milliseconds - minutes * 60_000) / 1000
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds}s`
}

/**
 * Makes results and asks them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const SyncResult = { success, failure, noChanges, hasChanges, hasFailures, toString: resultToString } as const
