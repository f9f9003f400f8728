/**
 * Keeps the labels of pull requests and `PullRequestTracker` resources in step.
 *
 * @since 0.1.0
 */
export * as CataloguePlan from "./domain/CataloguePlan.ts"
export * as Contest from "./domain/Contest.ts"
export * as Deployment from "./domain/Deployment.ts"
export * as Explanation from "./domain/Explanation.ts"
export * as Facts from "./domain/Facts.ts"
export * as Label from "./domain/Label.ts"
export * as LabelDecision from "./domain/LabelDecision.ts"
export * as LabelPlan from "./domain/LabelPlan.ts"
export * as LabelSelector from "./domain/LabelSelector.ts"
export * as LabelVocabulary from "./domain/LabelVocabulary.ts"
export * as LifecycleState from "./domain/LifecycleState.ts"
export * as PullRequest from "./domain/PullRequest.ts"
export * as Qualification from "./domain/Qualification.ts"
export { GitHub, GitHubError, isPrivateKey, unfolded } from "./GitHub.ts"
export type {
  Comment,
  CommitComparison,
  GitHubApp,
  GitHubClient,
  GitHubErrorReason,
  GitHubSettings,
  LabelEvent,
  MergeOptions,
  Proxy,
  PullRequestSummary
} from "./GitHub.ts"
export * as DryRun from "./GitHub/DryRun.ts"
export * as StickyComment from "./StickyComment.ts"
export * as RateBudget from "./GitHub/RateBudget.ts"
export { LabelCatalogue } from "./LabelCatalogue.ts"
export type { CatalogueResult, LabelCatalogueOptions } from "./LabelCatalogue.ts"
export { LabelManager } from "./LabelManager.ts"
export type { Labelled, LabelManagerOptions } from "./LabelManager.ts"
export { ClusterConfig } from "./resources/ClusterConfig.ts"
export { DriftMonitor, monitorName, trackerLabel } from "./resources/DriftMonitor.ts"
export { kinds } from "./resources/kinds.ts"
export { OperatorConfig, operatorConfigName, policiesOf } from "./resources/OperatorConfig.ts"
export type { ConfiguredPolicies } from "./resources/OperatorConfig.ts"
export { PromotionPolicy } from "./resources/PromotionPolicy.ts"
export { PullRequestTracker, trackerName } from "./resources/PullRequestTracker.ts"
export type { PullRequestTrackerStatus } from "./resources/PullRequestTracker.ts"
export { SyncResult } from "./SyncResult.ts"
export type { SyncDetails } from "./SyncResult.ts"
export { Coordinator, SyncError } from "./Coordinator.ts"
export type { CoordinatorOptions, Pass, PassOptions } from "./Coordinator.ts"
export type { Observation } from "./Coordinator/Observation.ts"
export * as Discovery from "./reconcile/Discovery.ts"
export { statusOf, Webhooks } from "./Webhooks.ts"
export type { Delivery, Receipt, WebhooksOptions } from "./Webhooks.ts"
export * as Notice from "./Webhooks/Notice.ts"
export * as RepositoryPoll from "./reconcile/RepositoryPoll.ts"
export * as TrackerReconciler from "./reconcile/TrackerReconciler.ts"
export * as WebhookSource from "./reconcile/WebhookSource.ts"
