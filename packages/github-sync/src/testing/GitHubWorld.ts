/**
 * Repositories, labels and pull requests as GitHub keeps them, with its rules.
 *
 * @since 0.1.0
 */
import { fold } from "../domain/Label.ts"
import type { PullRequestRef, Repository } from "../domain/PullRequest.ts"
import type { GitHubSeed, SeedPullRequest } from "./GitHubSeed.ts"
import * as Catalogue from "./GitHubWorld/Catalogue.ts"
import * as Comments from "./GitHubWorld/Comments.ts"
import * as Histories from "./GitHubWorld/Histories.ts"
import * as PullRequestLabels from "./GitHubWorld/PullRequestLabels.ts"
import * as PullRequests from "./GitHubWorld/PullRequests.ts"
import type {
  WorldCheck,
  WorldComment,
  WorldComparison,
  WorldLabel,
  WorldPullRequest,
  WorldRepository,
  WorldReview,
  WorldStatus
} from "./GitHubWorld/Records.ts"
import { refuse } from "./GitHubWorld/Refusal.ts"
import type { Stamps } from "./GitHubWorld/Stamps.ts"

/**
 * Everything an in-process GitHub knows, to be looked at and changed as people and programs change the real one.
 *
 * **Details**
 *
 * Names of labels are unique without regard to case and keep theirs. A label that is added to a pull request but isn't in
 * the catalogue is created, in the colour `ededed`. A name has at most 50 characters, a pull request at most 100 labels.
 *
 * @category worlds
 * @since 0.1.0
 */
export class GitHubWorld {
  readonly #repositories = new Map<string, WorldRepository>()
  readonly #stamps: Stamps

  constructor(seed: GitHubSeed, now: () => string) {
    let ids = 1000
    this.#stamps = { nextId: () => ids++, now }
    for (const repository of seed.repositories) {
      this.addRepository(repository)
      for (const label of repository.labels ?? []) {
        this.createLabel(repository, label.name, label.color ?? "ededed", label.description ?? null)
      }
      for (const pullRequest of repository.pullRequests ?? []) this.openPullRequest(repository, pullRequest)
    }
  }

  addRepository({ name, owner }: Repository): WorldRepository {
    const repository: WorldRepository = {
      id: this.#stamps.nextId(),
      owner,
      name,
      labels: new Map(),
      pullRequests: new Map(),
      checks: new Map(),
      statuses: new Map(),
      histories: new Map(),
      nextNumber: 1
    }
    this.#repositories.set(fold(`${owner}/${name}`), repository)
    return repository
  }

  repository({ name, owner }: Repository): WorldRepository {
    return this.#repositories.get(fold(`${owner}/${name}`)) ?? refuse(404, "Not Found")
  }

  repositoryById(id: number): WorldRepository {
    return [...this.#repositories.values()].find((repository) => repository.id === id) ?? refuse(404, "Not Found")
  }

  pullRequest(ref: PullRequestRef): WorldPullRequest {
    return this.repository(ref.repository).pullRequests.get(ref.number) ?? refuse(404, "Not Found")
  }

  /** The names of the labels of a pull request. */
  labelsOf(ref: PullRequestRef): ReadonlyArray<string> {
    return [...this.pullRequest(ref).labels].map((label) => label.name)
  }

  openPullRequest(at: Repository, seed: SeedPullRequest): WorldPullRequest {
    const pullRequest = PullRequests.open(this.repository(at), seed, this.#stamps)
    for (const { conclusion, name, status } of seed.checks ?? []) {
      const done = (status ?? "completed") === "completed"
      this.setCheck(at, pullRequest.head.sha, name, done ? (conclusion ?? "success") : null, status)
    }
    for (const { author, state } of seed.reviews ?? []) this.review(pullRequest, author, state)
    if ((seed.labels ?? []).length > 0) this.addLabels(pullRequest, seed.labels ?? [])
    if (seed.merged === true) this.merge(pullRequest, { force: true })
    return pullRequest
  }

  // Labels

  createLabel(at: Repository, name: string, color: string, description: string | null): WorldLabel {
    return Catalogue.create(this.repository(at), { name, color, description }, this.#stamps)
  }

  /** A label of the catalogue. */
  label(at: Repository, name: string): WorldLabel {
    return Catalogue.find(this.repository(at), name)
  }

  /** Changes a label of the catalogue. Pull requests that have it keep it, under its new name. */
  changeLabel(at: Repository, name: string, change: Partial<Omit<WorldLabel, "id">>): WorldLabel {
    return Catalogue.change(this.repository(at), name, change)
  }

  /** Deletes a label from the catalogue, and with it from every pull request. */
  deleteLabel(at: Repository, name: string): void {
    Catalogue.remove(this.repository(at), name)
  }

  addLabels(ref: PullRequestRef, names: ReadonlyArray<string>, by?: string): void {
    PullRequestLabels.add(this.pullRequest(ref), names, this.#stamps, by)
  }

  setLabels(ref: PullRequestRef, names: ReadonlyArray<string>, by?: string): void {
    PullRequestLabels.set(this.pullRequest(ref), names, this.#stamps, by)
  }

  removeLabel(ref: PullRequestRef, name: string, by?: string): void {
    PullRequestLabels.remove(this.pullRequest(ref), name, this.#stamps, by)
  }

  // Checks and reviews

  /** Sets a check run of a commit, as a program would; running if there is no conclusion. */
  setCheck(
    at: Repository,
    sha: string,
    name: string,
    conclusion: string | null,
    status: WorldCheck["status"] = conclusion === null ? "in_progress" : "completed"
  ): WorldCheck {
    const { checks } = this.repository(at)
    const check = { id: this.#stamps.nextId(), name, status, conclusion }
    checks.set(sha, [...(checks.get(sha) ?? []).filter((one) => one.name !== name), check])
    return check
  }

  /** Sets a status of a commit. Only the latest of a context counts. */
  setStatus(
    at: Repository,
    sha: string,
    context: string,
    state: string,
    description: string | null = null
  ): WorldStatus {
    const { statuses } = this.repository(at)
    const status = { id: this.#stamps.nextId(), context, state, description }
    statuses.set(sha, [...(statuses.get(sha) ?? []).filter((one) => one.context !== context), status])
    return status
  }

  review(ref: PullRequestRef, author: string, state: string): WorldReview {
    const review = { id: this.#stamps.nextId(), author, state, at: this.#stamps.now() }
    this.pullRequest(ref).reviews.push(review)
    return review
  }

  // Comments and commits

  comment(ref: PullRequestRef, author: string, body: string): WorldComment {
    return Comments.add(this.pullRequest(ref), author, body, this.#stamps)
  }

  changeComment(at: Repository, id: number, body: string) {
    return Comments.change(this.repository(at), id, body, this.#stamps)
  }

  /** Tells how `head` lies to `base`; both may be branches or commits. */
  compare(at: Repository, base: string, head: string): WorldComparison {
    return Histories.compare(this.repository(at), base, head)
  }

  // The life of a pull request

  /** Moves a branch, and with it the pull requests from it. Their checks start anew. */
  push(at: Repository, branch: string): string {
    return PullRequests.push(this.repository(at), branch, this.#stamps)
  }

  merge(ref: PullRequestRef, options: PullRequests.MergeOptions = {}): string {
    return PullRequests.merge(this.pullRequest(ref), options, this.#stamps)
  }

  close(ref: PullRequestRef): void {
    PullRequests.close(this.pullRequest(ref), this.#stamps)
  }

  reopen(ref: PullRequestRef): void {
    PullRequests.reopen(this.pullRequest(ref), this.#stamps)
  }
}
