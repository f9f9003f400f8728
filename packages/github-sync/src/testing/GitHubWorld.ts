/**
 * Repositories, labels and pull requests as GitHub keeps them, with its rules.
 *
 * @since 0.1.0
 */
import { createHash } from "node:crypto"
import { fold } from "../domain/Label.ts"
import { formatRef, type PullRequestRef, type Repository } from "../domain/PullRequest.ts"
import type { GitHubSeed, SeedPullRequest } from "./GitHubSeed.ts"

/** A label of a repository's catalogue. */
export interface WorldLabel {
  readonly id: number
  name: string
  color: string
  description: string | null
}

/** A check run of a commit. */
export interface WorldCheck {
  readonly id: number
  readonly name: string
  status: "queued" | "in_progress" | "completed"
  conclusion: string | null
}

/** A status of a commit. */
export interface WorldStatus {
  readonly id: number
  readonly context: string
  readonly state: string
  readonly description: string | null
}

/** A review of a pull request. */
export interface WorldReview {
  readonly id: number
  readonly author: string
  readonly state: string
  readonly at: string
}

/** A pull request. */
export interface WorldPullRequest {
  readonly id: number
  readonly repository: WorldRepository
  readonly number: number
  title: string
  body: string | null
  readonly author: string
  open: boolean
  draft: boolean
  conflicting: boolean
  head: { readonly ref: string; sha: string }
  base: { readonly ref: string; readonly sha: string }
  /** In the order in which they were added. */
  readonly labels: Set<WorldLabel>
  readonly reviews: Array<WorldReview>
  merge?: { readonly sha: string; readonly at: string; readonly by: string }
  closedAt: string | null
  readonly createdAt: string
  updatedAt: string
  /** How often it was read since it last changed: at first GitHub doesn't know yet whether it can be merged. */
  reads: number
}

/** A repository. */
export interface WorldRepository extends Repository {
  readonly id: number
  readonly labels: Map<string, WorldLabel>
  readonly pullRequests: Map<number, WorldPullRequest>
  readonly checks: Map<string, Array<WorldCheck>>
  readonly statuses: Map<string, Array<WorldStatus>>
  nextNumber: number
}

/** What GitHub answers when it refuses. */
export class Refusal extends Error {
  readonly status: number
  readonly errors: ReadonlyArray<{ readonly [field: string]: unknown }>
  constructor(status: number, message: string, errors: ReadonlyArray<{ readonly [field: string]: unknown }> = []) {
    super(message)
    this.status = status
    this.errors = errors
  }
}

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
  readonly #now: () => string
  #ids = 1000

  constructor(seed: GitHubSeed, now: () => string) {
    this.#now = now
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
      id: this.#ids++,
      owner,
      name,
      labels: new Map(),
      pullRequests: new Map(),
      checks: new Map(),
      statuses: new Map(),
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
    const repository = this.repository(at)
    const number = seed.number ?? repository.nextNumber
    if (repository.pullRequests.has(number)) refuse(422, `pull request ${number} is there already`)
    repository.nextNumber = Math.max(repository.nextNumber, number + 1)
    const now = this.#now()
    const ref = seed.head ?? `topic-${number}`
    const pullRequest: WorldPullRequest = {
      id: this.#ids++,
      repository,
      number,
      title: seed.title,
      body: seed.body ?? null,
      author: seed.author ?? "octocat",
      open: (seed.state ?? "open") === "open",
      draft: seed.draft ?? false,
      conflicting: seed.conflicting ?? false,
      head: { ref, sha: commit(at, ref, 0) },
      base: { ref: seed.base ?? "main", sha: commit(at, seed.base ?? "main", 0) },
      labels: new Set(),
      reviews: [],
      closedAt: seed.state === "closed" ? now : null,
      createdAt: now,
      updatedAt: now,
      reads: 0
    }
    repository.pullRequests.set(number, pullRequest)
    const where = { repository: at, number }
    for (const { conclusion, name, status } of seed.checks ?? []) {
      const done = (status ?? "completed") === "completed"
      this.setCheck(at, pullRequest.head.sha, name, done ? (conclusion ?? "success") : null, status)
    }
    for (const { author, state } of seed.reviews ?? []) this.review(where, author, state)
    if ((seed.labels ?? []).length > 0) this.addLabels(where, seed.labels ?? [])
    if (seed.merged === true) this.merge(where, { force: true })
    return pullRequest
  }

  // Labels

  createLabel(at: Repository, name: string, color: string, description: string | null): WorldLabel {
    const repository = this.repository(at)
    if (repository.labels.has(fold(name))) {
      refuse(422, "Validation Failed", [{ resource: "Label", code: "already_exists", field: "name" }])
    }
    const problems = labelProblems(name, color, description)
    if (problems.length > 0) refuse(422, "Validation Failed", problems)
    const label = { id: this.#ids++, name, color, description }
    repository.labels.set(fold(name), label)
    return label
  }

  /** Changes a label of the catalogue. Pull requests that have it keep it, under its new name. */
  changeLabel(at: Repository, name: string, change: Partial<Omit<WorldLabel, "id">>): WorldLabel {
    const repository = this.repository(at)
    const label = repository.labels.get(fold(name)) ?? refuse(404, "Not Found")
    const next = { ...label, ...change }
    const problems = labelProblems(next.name, next.color, next.description)
    if (problems.length > 0) refuse(422, "Validation Failed", problems)
    if (fold(next.name) !== fold(name) && repository.labels.has(fold(next.name))) {
      refuse(422, "Validation Failed", [{ resource: "Label", code: "already_exists", field: "name" }])
    }
    repository.labels.delete(fold(name))
    Object.assign(label, change)
    repository.labels.set(fold(label.name), label)
    return label
  }

  /** Deletes a label from the catalogue, and with it from every pull request. */
  deleteLabel(at: Repository, name: string): void {
    const repository = this.repository(at)
    const label = repository.labels.get(fold(name)) ?? refuse(404, "Not Found")
    repository.labels.delete(fold(name))
    for (const pullRequest of repository.pullRequests.values()) pullRequest.labels.delete(label)
  }

  addLabels(ref: PullRequestRef, names: ReadonlyArray<string>): void {
    const pullRequest = this.pullRequest(ref)
    this.#checkNames(names)
    // GitHub adds up what is there and what is asked for, even where they are the same.
    if (pullRequest.labels.size + names.length > 100) {
      refuse(422, "Validation Failed", [{ resource: "Issue", code: "custom", message: tooMany }])
    }
    for (const name of names) pullRequest.labels.add(this.#catalogued(ref.repository, name))
    this.#touch(pullRequest)
  }

  setLabels(ref: PullRequestRef, names: ReadonlyArray<string>): void {
    const pullRequest = this.pullRequest(ref)
    this.#checkNames(names)
    if (names.length > 100) refuse(422, "Validation Failed", [{ resource: "Issue", code: "custom", message: tooMany }])
    pullRequest.labels.clear()
    for (const name of names) pullRequest.labels.add(this.#catalogued(ref.repository, name))
    this.#touch(pullRequest)
  }

  removeLabel(ref: PullRequestRef, name: string): void {
    const pullRequest = this.pullRequest(ref)
    const label = [...pullRequest.labels].find((one) => fold(one.name) === fold(name))
    if (label === undefined) return refuse(404, "Label does not exist")
    pullRequest.labels.delete(label)
    this.#touch(pullRequest)
  }

  #checkNames(names: ReadonlyArray<string>) {
    const wrong = names.filter((name) => name.trim() === "" || name.length > 50)
    if (wrong.length > 0) {
      refuse(
        422,
        "Validation Failed",
        wrong.map((value) => ({ value, resource: "Label", field: "name", code: "invalid" }))
      )
    }
  }

  #catalogued(at: Repository, name: string): WorldLabel {
    return this.repository(at).labels.get(fold(name)) ?? this.createLabel(at, name, "ededed", null)
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
    const check = { id: this.#ids++, name, status, conclusion }
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
    const status = { id: this.#ids++, context, state, description }
    statuses.set(sha, [...(statuses.get(sha) ?? []).filter((one) => one.context !== context), status])
    return status
  }

  review(ref: PullRequestRef, author: string, state: string): WorldReview {
    const review = { id: this.#ids++, author, state, at: this.#now() }
    this.pullRequest(ref).reviews.push(review)
    return review
  }

  // The life of a pull request

  /** Moves a branch, and with it the pull requests from it. Their checks start anew. */
  push(at: Repository, branch: string): string {
    const repository = this.repository(at)
    const sha = commit(at, branch, this.#ids++)
    for (const pullRequest of repository.pullRequests.values()) {
      if (pullRequest.open && pullRequest.head.ref === branch) {
        pullRequest.head = { ref: branch, sha }
        pullRequest.reads = 0
        this.#touch(pullRequest)
      }
    }
    return sha
  }

  merge(
    ref: PullRequestRef,
    options: { readonly sha?: string; readonly by?: string; readonly force?: boolean } = {}
  ): string {
    const pullRequest = this.pullRequest(ref)
    if (options.force !== true) {
      if (options.sha !== undefined && options.sha !== pullRequest.head.sha) {
        refuse(409, "Head branch was modified. Review and try the merge again.")
      }
      if (!pullRequest.open || pullRequest.conflicting) refuse(405, "Pull Request is not mergeable")
      if (pullRequest.draft) refuse(405, "Pull Request is still a draft")
    }
    const at = this.#now()
    const sha = commit(ref.repository, `merge of ${formatRef(ref)}`, 0)
    pullRequest.merge = { sha, at, by: options.by ?? "octocat" }
    pullRequest.open = false
    pullRequest.closedAt = at
    this.#touch(pullRequest)
    return sha
  }

  close(ref: PullRequestRef): void {
    const pullRequest = this.pullRequest(ref)
    pullRequest.open = false
    pullRequest.closedAt = this.#now()
    this.#touch(pullRequest)
  }

  reopen(ref: PullRequestRef): void {
    const pullRequest = this.pullRequest(ref)
    if (pullRequest.merge !== undefined) {
      refuse(422, "Validation Failed", [{ resource: "PullRequest", code: "invalid", field: "state" }])
    }
    pullRequest.open = true
    pullRequest.closedAt = null
    this.#touch(pullRequest)
  }

  #touch(pullRequest: WorldPullRequest) {
    pullRequest.updatedAt = this.#now()
  }
}

const refuse = (
  status: number,
  message: string,
  errors: ReadonlyArray<{ readonly [field: string]: unknown }> = []
): never => {
  throw new Refusal(status, message, errors)
}

const tooMany = "Issues cannot have more than 100 labels"

const labelProblems = (name: string, color: string, description: string | null) => [
  ...(name.trim() === "" ? [{ resource: "Label", code: "missing_field", field: "name" }] : []),
  ...(name.length > 50
    ? [{ resource: "Label", code: "custom", field: "name", message: "name is too long (maximum is 50 characters)" }]
    : []),
  ...(name.trim() !== "" && /^[\p{Extended_Pictographic}\u{FE0F}\u{200D}\s]+$/u.test(name)
    ? [{ resource: "Label", code: "custom", field: "name", message: "name must contain more than native emoji" }]
    : []),
  ...(/^[0-9a-fA-F]{6}$/u.test(color) ? [] : [{ resource: "Label", code: "invalid", field: "color" }]),
  ...(description !== null && description.length > 100
    ? [
        {
          resource: "Label",
          code: "custom",
          field: "description",
          message: "description is too long (maximum is 100 characters)"
        }
      ]
    : [])
]

const commit = (at: Repository, what: string, count: number): string =>
  createHash("sha1").update(`${at.owner}/${at.name} ${what} ${count}`).digest("hex")
