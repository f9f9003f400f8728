/**
 * GitHub, as far as Lockstep needs it.
 *
 * @since 0.1.0
 */
import { Context, Effect, Layer, type Config } from "effect"
import type { GitHubClient } from "./GitHub/GitHubClient.ts"
import * as Settings from "./GitHub/GitHubSettings.ts"
import * as OctokitClient from "./GitHub/OctokitClient.ts"

export type {
  Comment,
  CommitComparison,
  GitHubClient,
  LabelEvent,
  MergeOptions,
  PullRequestSummary
} from "./GitHub/GitHubClient.ts"
export { GitHubError, type GitHubErrorReason } from "./GitHub/GitHubError.ts"
export type { GitHubApp, GitHubSettings, Proxy } from "./GitHub/GitHubSettings.ts"
export { isPrivateKey, unfolded } from "./GitHub/GitHubSettings.ts"

/**
 * GitHub, as far as Lockstep needs it: pull requests with their checks and reviews, and labels that are added and taken
 * away one at a time.
 *
 * **Details**
 *
 * Adding a label that is there, and taking one away that isn't, succeed. Every failure is a `GitHubError` that says how it
 * is to be treated; nothing is repeated in here, because whoever calls knows whether a repetition makes sense.
 *
 * What was read before and hasn't changed is not told again by GitHub, and costs nothing. One budget is kept for everything
 * that goes through here (`budget`): writes come one after the other and spaced, and what GitHub would refuse because of its
 * limits is not sent.
 *
 * **Example** (Reading a pull request)
 *
 * ```ts
 * import { GitHub } from "@lockstep/github-sync"
 * import { Effect } from "effect"
 *
 * const title = GitHub.use((github) =>
 *   Effect.map(github.getPR({ repository: { owner: "acme", name: "web" }, number: 42 }), ({ title }) => title)
 * ).pipe(Effect.provide(GitHub.layer))
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class GitHub extends Context.Service<GitHub, GitHubClient>()("@lockstep/github-sync/GitHub") {
  /** Reaches GitHub as the given settings say. */
  static readonly layerWith = (settings: Settings.GitHubSettings): Layer.Layer<GitHub> =>
    Layer.effect(GitHub, OctokitClient.make(settings))

  /** The settings that the environment holds, for whoever adds to them. */
  static readonly settings: Config.Config<Settings.GitHubSettings> = Settings.config

  /** Reaches GitHub as the environment says: `LOCKSTEP_GITHUB_TOKEN` or `LOCKSTEP_GITHUB_APP_…`, `LOCKSTEP_GITHUB_URL`, and so on. */
  static readonly layer: Layer.Layer<GitHub, Config.ConfigError> = Layer.effect(
    GitHub,
    Effect.flatMap(Settings.config, OctokitClient.make)
  )
}
