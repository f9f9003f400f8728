import { Effect, Redacted, type Scope } from "effect"
import * as AnswerFile from "./EtagCache/AnswerFile.ts"
import type { GitHubClient } from "./GitHubClient.ts"
import type { GitHubSettings } from "./GitHubSettings.ts"
import { checks } from "./OctokitClient/checks.ts"
import { comments } from "./OctokitClient/comments.ts"
import { labels } from "./OctokitClient/labels.ts"
import { pullRequests } from "./OctokitClient/pullRequests.ts"
import { repositories } from "./OctokitClient/repositories.ts"
import * as RateBudget from "./RateBudget.ts"
import * as Transport from "./Transport.ts"

/** Creates a client on Octokit. Octokit is loaded when the client is made, and what is for Apps or proxies only for those. */
export const make = (settings: GitHubSettings): Effect.Effect<GitHubClient, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { Octokit } = yield* Effect.promise(() => import("./octokit.ts"))
    const { app, ca, proxy } = settings
    const authentication =
      app === undefined ? {} : (yield* Effect.promise(() => import("./appAuthentication.ts"))).appAuthentication(app)
    const isDirect = proxy === undefined && ca === undefined
    const through =
      isDirect || settings.fetch !== undefined
        ? settings
        : { ...settings, fetch: (yield* Effect.promise(() => import("./connectedFetch.ts"))).connectedFetch(settings) }
    const octokit = new Octokit({ ...Transport.octokitOptions(through), ...authentication })
    const budget = settings.budget ?? (yield* RateBudget.make(settings.pace ?? {}))
    const file =
      settings.cacheFile === undefined ? undefined : yield* AnswerFile.open(settings.cacheFile, credentialOf(settings))
    const transport = Transport.make(octokit, settings, budget, file)
    return {
      budget,
      ...pullRequests(transport),
      ...labels(transport),
      ...repositories(transport),
      ...checks(transport),
      ...comments(transport)
    }
  })

// Whom GitHub answers: what one may see, another may not.
const credentialOf = ({ app, baseUrl, token }: GitHubSettings): string =>
  JSON.stringify([
    baseUrl.href,
    app === undefined
      ? token === undefined
        ? ["nobody"]
        : ["token", Redacted.value(token)]
      : ["app", app.id, app.installation, Redacted.value(app.privateKey)]
  ])
