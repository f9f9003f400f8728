/**
 * Runs the reconcilers of Lockstep, with probes and metrics, and shows what they do.
 *
 * @since 0.1.0
 */
export { layerFencedGitHub } from "./FencedGitHub.ts"
export { layerKubernetes, runKubernetesOperator } from "./KubernetesOperator.ts"
export type { KubernetesOptions, KubernetesOperatorOptions } from "./KubernetesOperator.ts"
export { layerLocal, layerObserving, runLocalOperator } from "./LocalOperator.ts"
export type { LocalOperatorOptions, LocalOptions } from "./LocalOperator.ts"
export { runOperator, teardown } from "./Operator.ts"
export type { OperatorOptions } from "./Operator.ts"
export { runConfigured } from "./ConfiguredOperator.ts"
export type { ConfiguredOptions } from "./ConfiguredOperator.ts"
export * as ConfigFile from "./ConfigFile.ts"
export { ConfigFileError, fromProblems } from "./ConfigFileSource.ts"
export * as Configuration from "./Configuration.ts"
export * as GitHubConnection from "./GitHubConnection.ts"
export * as LiveConfiguration from "./LiveConfiguration.ts"
export * as Origins from "./Origins.ts"
export { SecretError, Secrets, variableOf } from "./Secrets.ts"
export type { SecretRef } from "./Secrets.ts"
export * as Rights from "./Rights.ts"
export * as Probes from "./Probes.ts"
export * as ThrowawayStore from "./ThrowawayStore.ts"
export * as WebhookServer from "./WebhookServer.ts"
export { demoLabelLoop } from "./demo/LabelLoop.ts"
export type { Chapter, LabelLoopOptions, LabelLoopReport, PassReport } from "./demo/LabelLoop.ts"
