/**
 * What of Lockstep speaks to Kubernetes: kinds as CustomResourceDefinitions, the rights they need, the connection to an API
 * server, and the store over it.
 *
 * It is a way in of its own, so that who needs no cluster doesn't load what speaks to one.
 *
 * @since 0.1.0
 */
export * as CustomResourceDefinition from "./CustomResourceDefinition.ts"
export * as Installation from "./Installation.ts"
export { KubernetesError } from "./KubernetesError.ts"
export type { KubernetesErrorReason } from "./KubernetesError.ts"
export * as Rbac from "./Rbac.ts"
export * as KubernetesStore from "./KubernetesStore.ts"
export { Transport } from "./Transport.ts"
export type { Request, TransportOptions } from "./Transport.ts"
export * as Yaml from "./Yaml.ts"
