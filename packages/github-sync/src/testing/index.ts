/**
 * A GitHub in this process, for tests: Lockstep's own and everybody else's.
 *
 * @since 0.1.0
 */
export { GitHubEmulator } from "./GitHubEmulator.ts"
export type { ConnectionBroken, Emulator, Exchange, GitHubEmulatorOptions } from "./GitHubEmulator.ts"
export * as GitHubFaults from "./GitHubFaults.ts"
export * as GitHubSeed from "./GitHubSeed.ts"
export { GitHubServerError, serve } from "./GitHubServer.ts"
export type { GitHubServer, GitHubServerOptions } from "./GitHubServer.ts"
export * as GitHubWebhooks from "./GitHubWebhooks.ts"
export { GitHubWorld } from "./GitHubWorld.ts"
export type {
  WorldCheck,
  WorldLabel,
  WorldPullRequest,
  WorldRepository,
  WorldReview,
  WorldStatus
} from "./GitHubWorld/Records.ts"
export type { WorldEvent } from "./GitHubWorld/Events.ts"
export { Refusal } from "./GitHubWorld/Refusal.ts"
