import type { PlanOptions } from "./plan/Planner.ts"
import type { SyncPolicy } from "./SyncPolicy.ts"

/**
 * What a synchronization may do.
 *
 * @category options
 * @since 0.1.0
 */
export interface SyncOptions extends PlanOptions {
  readonly policy: SyncPolicy
  /**
   * Go on when the server refuses an operation: what depends on it is skipped, the rest is committed, and both are reported. That is no
   * success. Otherwise nothing is committed.
   */
  readonly continueOnError: boolean
  /** Let HAProxy check the whole desired configuration before anything is changed; one more request. */
  readonly validateBeforeApply: boolean
  /**
   * What to do where the server holds something else than it was given: put the configuration before back (`rollback`, the default), or
   * leave it and say so (`warn`). The latter is for a server that spells something in a way that lockstep does not know: where the
   * comparison finds nothing to do any more and only words differ, the result is a success that is not `verified`.
   */
  readonly verification?: "rollback" | "warn"
}

/**
 * Applies, stops at the first error, and validates first.
 *
 * @category options
 * @since 0.1.0
 */
export const defaultSyncOptions: SyncOptions = { policy: "apply", continueOnError: false, validateBeforeApply: true }

/**
 * Compares and validates, and changes nothing.
 *
 * @category options
 * @since 0.1.0
 */
export const dryRunOptions: SyncOptions = { policy: "dry-run", continueOnError: false, validateBeforeApply: false }
