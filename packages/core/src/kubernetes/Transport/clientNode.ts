// Loaded on the first connection, and only this of the package: the whole of it takes half a second.
export { KubeConfig } from "@kubernetes/client-node"
