// Loaded on demand: few are an App.
import { createAppAuth } from "@octokit/auth-app"
import { Redacted } from "effect"
import type { GitHubApp } from "./GitHubSettings.ts"

/** How Octokit speaks as an App: with tokens of one installation, which it fetches and renews itself. */
export const appAuthentication = ({ id, installation, privateKey }: GitHubApp) => ({
  authStrategy: createAppAuth,
  auth: { appId: id, installationId: installation, privateKey: Redacted.value(privateKey) }
})
