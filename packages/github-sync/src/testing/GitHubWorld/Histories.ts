/** The commits of branches, as far as somebody may want to know what contains what. */
import { commit } from "./commit.ts"
import type { WorldComparison, WorldRepository } from "./Records.ts"
import { refuse } from "./Refusal.ts"

const ofBranch = (repository: WorldRepository, branch: string): ReadonlyArray<string> =>
  repository.histories.get(branch) ?? [commit(repository, branch)]

/** Adds a commit to a branch. */
export const append = (repository: WorldRepository, branch: string, sha: string): void => {
  repository.histories.set(branch, [...ofBranch(repository, branch), sha])
}

/** Tells how many commits one has that the other has not. Both may be branches or commits. */
export const compare = (repository: WorldRepository, base: string, head: string): WorldComparison => {
  const [one, other] = [upTo(repository, base), upTo(repository, head)]
  const apart = one.findIndex((sha, index) => sha !== other[index])
  const common = apart === -1 ? one.length : apart
  return { base: one.at(-1) ?? "", head: other.at(-1) ?? "", ahead: other.length - common, behind: one.length - common }
}

const upTo = (repository: WorldRepository, name: string): ReadonlyArray<string> => {
  const pullRequests = [...repository.pullRequests.values()]
  const from = pullRequests.find(({ head }) => head.ref === name || head.sha === name)
  if (from !== undefined) return [...ofBranch(repository, from.base.ref).slice(0, 1), from.head.sha]
  const branches = new Set(["main", ...pullRequests.map((one) => one.base.ref), ...repository.histories.keys()])
  if (branches.has(name)) return ofBranch(repository, name)
  for (const branch of branches) {
    const history = ofBranch(repository, branch)
    if (history.includes(name)) return history.slice(0, history.indexOf(name) + 1)
  }
  return refuse(404, "Not Found")
}
