import type { DiffSummary } from "./DiffSummary.ts"
import type { Operation } from "./Operation.ts"

/**
 * The result of comparing two configurations: what has to be done, in order, and its summary.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConfigDiff {
  readonly operations: ReadonlyArray<Operation>
  readonly summary: DiffSummary
}
