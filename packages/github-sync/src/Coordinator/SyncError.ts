/**
 * What can go wrong between trackers and pull requests.
 *
 * @since 0.1.0
 */
import { Treatment } from "@lockstep/core"
import { Schema } from "effect"

/**
 * The pull request is not merged, so there is nothing to watch in clusters yet.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotMerged extends Schema.TaggedError<NotMerged>()("NotMerged", { tracker: Schema.String }) {
  override get message(): string {
    return `${this.tracker} is not merged, so no cluster can have it; create monitors after the merge`
  }
}

/**
 * A monitor of that name belongs to somebody else. Whoever created it has to rename or delete it.
 *
 * @category errors
 * @since 0.1.0
 */
export class ForeignMonitor extends Schema.TaggedError<ForeignMonitor>()("ForeignMonitor", {
  tracker: Schema.String,
  monitor: Schema.String
}) {
  override get message(): string {
    return `the monitor ${this.monitor} does not belong to ${this.tracker}; delete it or give it another name`
  }
}

/**
 * The labels are left alone until a person does something.
 *
 * @category errors
 * @since 0.1.0
 */
export class Held extends Schema.TaggedError<Held>()("Held", { tracker: Schema.String, because: Schema.String }) {
  override get message(): string {
    return `the labels of ${this.tracker} are left alone: ${this.because}`
  }
}

/**
 * Why tracker and pull request can't be brought in step.
 *
 * @category errors
 * @since 0.1.0
 */
export const SyncErrorReason = Schema.Union([NotMerged, ForeignMonitor, Held])

/**
 * The error of the `Coordinator` where neither GitHub nor the store is to blame. Waiting doesn't help.
 *
 * @category errors
 * @since 0.1.0
 */
export class SyncError extends Schema.TaggedError<SyncError>()("SyncError", { reason: SyncErrorReason }) {
  get treatment(): Treatment.Treatment {
    return Treatment.terminal
  }
  override get message(): string {
    return this.reason.message
  }
}
