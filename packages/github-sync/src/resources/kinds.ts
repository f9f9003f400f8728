import { ClusterConfig } from "./ClusterConfig.ts"
import { DriftMonitor } from "./DriftMonitor.ts"
import { OperatorConfig } from "./OperatorConfig.ts"
import { PromotionPolicy } from "./PromotionPolicy.ts"
import { PullRequestTracker } from "./PullRequestTracker.ts"

/**
 * Every kind of this package, for whoever installs or lists them.
 *
 * @category resources
 * @since 0.1.0
 */
export const kinds: readonly [
  typeof PullRequestTracker,
  typeof DriftMonitor,
  typeof ClusterConfig,
  typeof OperatorConfig,
  typeof PromotionPolicy
] = [PullRequestTracker, DriftMonitor, ClusterConfig, OperatorConfig, PromotionPolicy]
