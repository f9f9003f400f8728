// Loaded on demand: programs that don't talk to GitHub need not wait for it.
export { Octokit } from "@octokit/rest"
