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
import type { WorldEvent } from "./GitHubWorld/Events.ts"
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
import { touch, type Stamps } from "./GitHubWorld/Stamps.ts"

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
  readonly #former = new Map<string, WorldRepository>()
  readonly #stamps: Stamps
  readonly #listeners: Array<(event: WorldEvent) => void> = []

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

  /** Calls with everything that GitHub would tell of by itself, from now on. */
  onEvent(listener: (event: WorldEvent) => void): () => void {
    this.#listeners.push(listener)
    return () => {
      const at = this.#listeners.indexOf(listener)
      if (at >= 0) this.#listeners.splice(at, 1)
    }
  }

  #tell(event: WorldEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  #tellOf(
    pullRequest: WorldPullRequest,
    action: Extract<WorldEvent, { readonly event: "pull_request" }>["action"],
    more: { readonly label?: WorldLabel; readonly before?: string } = {}
  ): void {
    this.#tell({ event: "pull_request", action, pullRequest, repository: pullRequest.repository, ...more })
  }

  // Changes the labels of a pull request, and tells which came and went.
  #relabel(ref: PullRequestRef, change: (pullRequest: WorldPullRequest) => void): void {
    const pullRequest = this.pullRequest(ref)
    const before = new Set(pullRequest.labels)
    change(pullRequest)
    for (const label of pullRequest.labels) if (!before.has(label)) this.#tellOf(pullRequest, "labeled", { label })
    for (const label of before) if (!pullRequest.labels.has(label)) this.#tellOf(pullRequest, "unlabeled", { label })
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

  /** Gives a repository another name. Requests for the old one are sent on to it. */
  rename(at: Repository, name: string): void {
    const repository = this.repository(at)
    this.#repositories.delete(fold(`${at.owner}/${at.name}`))
    this.#former.set(fold(`${at.owner}/${at.name}`), repository)
    repository.name = name
    this.#repositories.set(fold(`${at.owner}/${name}`), repository)
  }

  /** The repository that had a name before, if no other one has it now. */
  formerly({ name, owner }: Repository): WorldRepository | undefined {
    const key = fold(`${owner}/${name}`)
    return this.#repositories.has(key) ? undefined : this.#former.get(key)
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
    for (const { association, author, state } of seed.reviews ?? [])
      this.review(pullRequest, author, state, association)
    if ((seed.labels ?? []).length > 0) this.addLabels(pullRequest, seed.labels ?? [])
    if (seed.merged === true) this.merge(pullRequest, { force: true })
    this.#tellOf(pullRequest, "opened")
    return pullRequest
  }

  // Labels

  createLabel(at: Repository, name: string, color: string, description: string | null): WorldLabel {
    const repository = this.repository(at)
    const label = Catalogue.create(repository, { name, color, description }, this.#stamps)
    this.#tell({ event: "label", action: "created", label, repository })
    return label
  }

  /** A label of the catalogue. */
  label(at: Repository, name: string): WorldLabel {
    return Catalogue.find(this.repository(at), name)
  }

  /** Changes a label of the catalogue. Pull requests that have it keep it, under its new name. */
  changeLabel(at: Repository, name: string, change: Partial<Omit<WorldLabel, "id">>): WorldLabel {
    const repository = this.repository(at)
    const from = this.label(at, name).name
    const label = Catalogue.change(repository, name, change)
    this.#tell({ event: "label", action: "edited", label, repository, ...(from === label.name ? {} : { from }) })
    return label
  }

  /** Deletes a label from the catalogue, and with it from every pull request. */
  deleteLabel(at: Repository, name: string): void {
    const repository = this.repository(at)
    const label = this.label(at, name)
    Catalogue.remove(repository, name)
    this.#tell({ event: "label", action: "deleted", label, repository })
  }

  addLabels(ref: PullRequestRef, names: ReadonlyArray<string>, by?: string): void {
    this.#relabel(ref, (pullRequest) => PullRequestLabels.add(pullRequest, names, this.#stamps, by))
  }

  setLabels(ref: PullRequestRef, names: ReadonlyArray<string>, by?: string): void {
    this.#relabel(ref, (pullRequest) => PullRequestLabels.set(pullRequest, names, this.#stamps, by))
  }

  removeLabel(ref: PullRequestRef, name: string, by?: string): void {
    this.#relabel(ref, (pullRequest) => PullRequestLabels.remove(pullRequest, name, this.#stamps, by))
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
    const repository = this.repository(at)
    const { checks } = repository
    const check = { id: this.#stamps.nextId(), name, status, conclusion }
    checks.set(sha, [...(checks.get(sha) ?? []).filter((one) => one.name !== name), check])
    this.#tell({ event: "check_run", sha, check, repository })
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
    const repository = this.repository(at)
    const { statuses } = repository
    const status = { id: this.#stamps.nextId(), context, state, description }
    statuses.set(sha, [...(statuses.get(sha) ?? []).filter((one) => one.context !== context), status])
    this.#tell({ event: "status", sha, status, repository })
    return status
  }

  review(ref: PullRequestRef, author: string, state: string, association = "COLLABORATOR"): WorldReview {
    const review = { id: this.#stamps.nextId(), author, state, association, at: this.#stamps.now() }
    const pullRequest = this.pullRequest(ref)
    pullRequest.reviews.push(review)
    touch(pullRequest, this.#stamps)
    this.#tell({ event: "pull_request_review", pullRequest, review, repository: pullRequest.repository })
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
    const repository = this.repository(at)
    const moved = [...repository.pullRequests.values()]
      .filter((pullRequest) => pullRequest.open && pullRequest.head.ref === branch)
      .map((pullRequest) => ({ pullRequest, before: pullRequest.head.sha }))
    const sha = PullRequests.push(repository, branch, this.#stamps)
    for (const { before, pullRequest } of moved) this.#tellOf(pullRequest, "synchronize", { before })
    return sha
  }

  merge(ref: PullRequestRef, options: PullRequests.MergeOptions = {}): string {
    const pullRequest = this.pullRequest(ref)
    const sha = PullRequests.merge(pullRequest, options, this.#stamps)
    this.#tellOf(pullRequest, "closed")
    return sha
  }

  close(ref: PullRequestRef): void {
    const pullRequest = this.pullRequest(ref)
    PullRequests.close(pullRequest, this.#stamps)
    this.#tellOf(pullRequest, "closed")
  }

  reopen(ref: PullRequestRef): void {
    const pullRequest = this.pullRequest(ref)
    PullRequests.reopen(pullRequest, this.#stamps)
    this.#tellOf(pullRequest, "reopened")
  }
}
