import { createHash } from "node:crypto"
import { repositoryLinks, userLinks } from "./GitHubViews/links.ts"
import type {
  WorldCheck,
  WorldComment,
  WorldComparison,
  WorldLabel,
  WorldLabelEvent,
  WorldPullRequest,
  WorldRepository,
  WorldReview,
  WorldStatus
} from "./GitHubWorld/Records.ts"

const beginning = "2026-01-01T00:00:00Z"

// Nobody counts them here.
const counts = {
  forks: 0,
  forks_count: 0,
  open_issues: 0,
  open_issues_count: 0,
  stargazers_count: 0,
  watchers: 0,
  watchers_count: 0,
  network_count: 0,
  subscribers_count: 0,
  size: 1
}

const abilities = {
  has_downloads: false,
  has_issues: true,
  has_projects: false,
  has_wiki: false,
  has_pages: false,
  has_discussions: false,
  allow_squash_merge: true,
  allow_merge_commit: true,
  allow_rebase_merge: true
}

/** How an in-process GitHub shows what it holds. */
export type Views = ReturnType<typeof views>

/** How an in-process GitHub shows what it holds; `root` is the URL it is reached at. */
export const views = (root: string) => {
  const repositoryUrl = (repository: WorldRepository) => `${root}/repos/${repository.owner}/${repository.name}`

  const user = memoized((login: string) => ({
    login,
    id: Number.parseInt(sha1(login).slice(0, 7), 16),
    node_id: `U_${login}`,
    avatar_url: `https://avatars.githubusercontent.com/${login}`,
    gravatar_id: "",
    url: `${root}/users/${login}`,
    html_url: `https://github.com/${login}`,
    ...userLinks(`${root}/users/${login}`),
    type: "User",
    site_admin: false
  }))

  const minimalRepository = memoized((one: WorldRepository) => ({
    id: one.id,
    node_id: `R_${one.id}`,
    name: one.name,
    full_name: `${one.owner}/${one.name}`,
    private: false,
    owner: user(one.owner),
    html_url: page(one),
    description: null,
    fork: false,
    url: repositoryUrl(one),
    ...repositoryLinks(repositoryUrl(one))
  }))

  const repository = memoized((one: WorldRepository) => ({
    ...minimalRepository(one),
    clone_url: `${page(one)}.git`,
    git_url: `git://github.com/${one.owner}/${one.name}.git`,
    ssh_url: `git@github.com:${one.owner}/${one.name}.git`,
    svn_url: page(one),
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    default_branch: "main",
    topics: [],
    visibility: "public",
    ...counts,
    ...abilities,
    archived: false,
    disabled: false,
    pushed_at: beginning,
    created_at: beginning,
    updated_at: beginning
  }))

  const label = (one: WorldLabel, of: WorldRepository) => ({
    id: one.id,
    node_id: `LA_${one.id}`,
    url: `${repositoryUrl(of)}/labels/${encodeURIComponent(one.name)}`,
    name: one.name,
    color: one.color,
    default: false,
    description: one.description
  })

  const branch = (one: { readonly ref: string; readonly sha: string }, of: WorldRepository) => ({
    label: `${of.owner}:${one.ref}`,
    ref: one.ref,
    sha: one.sha,
    user: user(of.owner),
    repo: repository(of)
  })

  const pullRequestSimple = (one: WorldPullRequest) => {
    const { repository: of } = one
    const url = `${repositoryUrl(of)}/pulls/${one.number}`
    const issue = `${repositoryUrl(of)}/issues/${one.number}`
    return {
      url,
      id: one.id,
      node_id: `PR_${one.id}`,
      html_url: `${page(of)}/pull/${one.number}`,
      diff_url: `${page(of)}/pull/${one.number}.diff`,
      patch_url: `${page(of)}/pull/${one.number}.patch`,
      issue_url: issue,
      commits_url: `${url}/commits`,
      review_comments_url: `${url}/comments`,
      review_comment_url: `${repositoryUrl(of)}/pulls/comments{/number}`,
      comments_url: `${issue}/comments`,
      statuses_url: `${repositoryUrl(of)}/statuses/${one.head.sha}`,
      number: one.number,
      state: one.open ? "open" : "closed",
      locked: false,
      title: one.title,
      user: user(one.author),
      body: one.body,
      labels: [...one.labels].map((each) => label(each, of)),
      milestone: null,
      active_lock_reason: null,
      created_at: one.createdAt,
      updated_at: one.updatedAt,
      closed_at: one.closedAt,
      merged_at: one.merge?.at ?? null,
      // Before the merge this is the commit of a trial merge, as on GitHub.
      merge_commit_sha:
        one.merge?.sha ?? (one.open && !one.conflicting ? sha1(`trial merge of ${one.head.sha}`) : null),
      assignee: null,
      assignees: [],
      requested_reviewers: [],
      requested_teams: [],
      head: branch(one.head, of),
      base: branch(one.base, of),
      _links: {
        self: { href: url },
        html: { href: `${page(of)}/pull/${one.number}` },
        issue: { href: issue },
        comments: { href: `${issue}/comments` },
        review_comments: { href: `${url}/comments` },
        review_comment: { href: `${repositoryUrl(of)}/pulls/comments{/number}` },
        commits: { href: `${url}/commits` },
        statuses: { href: `${repositoryUrl(of)}/statuses/${one.head.sha}` }
      },
      author_association: "CONTRIBUTOR",
      auto_merge: null,
      draft: one.draft
    }
  }

  const pullRequest = (one: WorldPullRequest, known: boolean) => ({
    ...pullRequestSimple(one),
    merged: one.merge !== undefined,
    ...mergeability(one, known),
    rebaseable: null,
    merged_by: one.merge === undefined ? null : user(one.merge.by),
    comments: 0,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: 1,
    additions: 1,
    deletions: 0,
    changed_files: 1
  })

  const checkRun = (one: WorldCheck, sha: string, of: WorldRepository) => ({
    id: one.id,
    node_id: `CR_${one.id}`,
    head_sha: sha,
    external_id: "",
    url: `${repositoryUrl(of)}/check-runs/${one.id}`,
    html_url: `${page(of)}/runs/${one.id}`,
    details_url: `${page(of)}/runs/${one.id}`,
    status: one.status,
    conclusion: one.conclusion,
    started_at: beginning,
    completed_at: one.status === "completed" ? beginning : null,
    output: {
      title: null,
      summary: null,
      text: null,
      annotations_count: 0,
      annotations_url: `${repositoryUrl(of)}/check-runs/${one.id}/annotations`
    },
    name: one.name,
    check_suite: null,
    app: null,
    pull_requests: []
  })

  const status = (one: WorldStatus, sha: string, of: WorldRepository) => ({
    url: `${repositoryUrl(of)}/statuses/${sha}`,
    id: one.id,
    node_id: `SC_${one.id}`,
    avatar_url: null,
    state: one.state,
    description: one.description,
    target_url: null,
    context: one.context,
    creator: user("octocat"),
    created_at: beginning,
    updated_at: beginning
  })

  const review = (one: WorldReview, of: WorldPullRequest) => ({
    id: one.id,
    node_id: `PRR_${one.id}`,
    user: user(one.author),
    body: "",
    state: one.state,
    html_url: `${page(of.repository)}/pull/${of.number}#pullrequestreview-${one.id}`,
    pull_request_url: `${repositoryUrl(of.repository)}/pulls/${of.number}`,
    _links: {
      html: { href: `${page(of.repository)}/pull/${of.number}#pullrequestreview-${one.id}` },
      pull_request: { href: `${repositoryUrl(of.repository)}/pulls/${of.number}` }
    },
    submitted_at: one.at,
    commit_id: of.head.sha,
    author_association: one.association
  })

  const comment = (one: WorldComment, of: WorldPullRequest) => ({
    id: one.id,
    node_id: `IC_${one.id}`,
    url: `${repositoryUrl(of.repository)}/issues/comments/${one.id}`,
    html_url: `${page(of.repository)}/pull/${of.number}#issuecomment-${one.id}`,
    issue_url: `${repositoryUrl(of.repository)}/issues/${of.number}`,
    body: one.body,
    user: user(one.author),
    created_at: one.createdAt,
    updated_at: one.updatedAt,
    author_association: "CONTRIBUTOR"
  })

  const labelEvent = (one: WorldLabelEvent, of: WorldPullRequest) => ({
    id: one.id,
    node_id: `LE_${one.id}`,
    url: `${repositoryUrl(of.repository)}/issues/events/${one.id}`,
    actor: user(one.actor),
    event: one.event,
    commit_id: null,
    commit_url: null,
    created_at: one.at,
    performed_via_github_app: null,
    label: one.label
  })

  const commit = (sha: string, of: WorldRepository) => {
    const url = `${repositoryUrl(of)}/commits/${sha}`
    const signature = { name: "octocat", email: "octocat@example.com", date: beginning }
    return {
      url,
      sha,
      node_id: `C_${sha}`,
      html_url: `${page(of)}/commit/${sha}`,
      comments_url: `${url}/comments`,
      commit: {
        url: `${repositoryUrl(of)}/git/commits/${sha}`,
        author: signature,
        committer: signature,
        message: `Commit ${sha.slice(0, 7)}`,
        comment_count: 0,
        verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
        tree: { sha: sha1(`tree of ${sha}`), url: `${repositoryUrl(of)}/git/trees/${sha1(`tree of ${sha}`)}` }
      },
      author: user("octocat"),
      committer: user("octocat"),
      parents: []
    }
  }

  // Without the commits and files in between, which a caller gets only so many of anyway.
  const comparison = ({ ahead, base, behind, head }: WorldComparison, of: WorldRepository) => ({
    url: `${repositoryUrl(of)}/compare/${base}...${head}`,
    html_url: `${page(of)}/compare/${base}...${head}`,
    permalink_url: `${page(of)}/compare/${base}...${head}`,
    diff_url: `${page(of)}/compare/${base}...${head}.diff`,
    patch_url: `${page(of)}/compare/${base}...${head}.patch`,
    base_commit: commit(base, of),
    merge_base_commit: commit(base, of),
    status: ahead > 0 && behind > 0 ? "diverged" : ahead > 0 ? "ahead" : behind > 0 ? "behind" : "identical",
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits: [],
    files: []
  })

  return {
    commit,
    minimalRepository,
    comment,
    comparison,
    labelEvent,
    user,
    repository,
    label,
    pullRequest,
    pullRequestSimple,
    checkRun,
    status,
    review,
    repositoryUrl
  }
}

const memoized = <A, B>(make: (of: A) => B): ((of: A) => B) => {
  const made = new Map<A, B>()
  return (of) => {
    const found = made.get(of) ?? make(of)
    made.set(of, found)
    return found
  }
}

const page = (repository: WorldRepository) => `https://github.com/${repository.owner}/${repository.name}`

const mergeability = (one: WorldPullRequest, known: boolean) => {
  if (!known || !one.open) return { mergeable: null, mergeable_state: "unknown" }
  if (one.conflicting) return { mergeable: false, mergeable_state: "dirty" }
  return { mergeable: true, mergeable_state: one.draft ? "draft" : "clean" }
}

const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex")
