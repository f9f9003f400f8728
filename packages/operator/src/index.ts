/**
 * Runs the reconcilers of Lockstep, with probes and metrics, and shows what they do.
 *
 * @since 0.1.0
 */
export { layerFencedGitHub } from "./FencedGitHub.ts"
export { layerKubernetes, runKubernetesOperator } from "./KubernetesOperator.ts"
export type { KubernetesOptions, KubernetesOperatorOptions } from "./KubernetesOperator.ts"
export { layerLocal, layerObserving, runLocalOperator, runOperator, teardown } from "./Operator.ts"
export type { LocalOperatorOptions, LocalOptions, OperatorOptions } from "./Operator.ts"
export * as Configuration from "./Configuration.ts"
export * as Rights from "./Rights.ts"
export * as Probes from "./Probes.ts"
export * as ThrowawayStore from "./ThrowawayStore.ts"
export * as WebhookServer from "./WebhookServer.ts"
export { demoLabelLoop } from "./demo/LabelLoop.ts"
export type { Chapter, LabelLoopOptions, LabelLoopReport, PassReport } from "./demo/LabelLoop.ts"
