import type { StructuredConfig } from "../model/StructuredConfig.ts"
import type { Plan, PlannedOperation } from "../plan/Plan.ts"
import type { SyncOptions } from "../SyncOptions.ts"
import type { ResultFacts } from "../SyncResult.ts"
import type { Outcome } from "./carryOut.ts"
import type { HeldConfiguration } from "./verify.ts"

/**
 * How an attempt ended: it is done, it has failed, or everything has to be read and decided again.
 *
 * @category execution
 * @since 0.1.0
 */
export type End =
  | { readonly _tag: "done"; readonly facts: ResultFacts }
  | {
      readonly _tag: "again" | "failed"
      readonly applied: ReadonlyArray<PlannedOperation>
      readonly message: string
      readonly facts: ResultFacts
    }

/** The server holds what is desired, and HAProxy runs it. */
export const done = (facts: ResultFacts): End => ({ _tag: "done", facts: { verified: true, ...facts } })

/** It ends here. */
export const failed = (message: string, applied: ReadonlyArray<PlannedOperation>, facts: ResultFacts = {}): End => ({
  _tag: "failed",
  applied,
  message,
  facts
})

/** Somebody else was faster. */
export const again = (message: string, applied: ReadonlyArray<PlannedOperation>, facts: ResultFacts = {}): End => ({
  _tag: "again",
  applied,
  message,
  facts
})

/**
 * What an attempt was about.
 *
 * @category execution
 * @since 0.1.0
 */
export interface Attempt {
  readonly plan: Plan
  readonly outcome: Outcome
  readonly before: HeldConfiguration
  readonly desired: StructuredConfig
  /** What is done where the server holds something else. */
  readonly verification: NonNullable<SyncOptions["verification"]>
}
