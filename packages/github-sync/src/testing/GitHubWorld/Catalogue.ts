/** The labels of a repository: names are unique without regard to case, and keep theirs. */
import { fold } from "../../domain/Label.ts"
import type { WorldLabel, WorldRepository } from "./Records.ts"
import { refuse, refuseInvalid, type Problem } from "./Refusal.ts"
import type { Stamps } from "./Stamps.ts"

/** What a label is made of. */
export type LabelContent = Omit<WorldLabel, "id">

export const find = (repository: WorldRepository, name: string): WorldLabel =>
  repository.labels.get(fold(name)) ?? refuse(404, "Not Found")

export const create = (repository: WorldRepository, content: LabelContent, { nextId }: Stamps): WorldLabel => {
  refuseInvalid(repository.labels.has(fold(content.name)) ? [taken] : problemsOf(content))
  const label = { id: nextId(), ...content }
  repository.labels.set(fold(content.name), label)
  return label
}

/** Changes a label. Pull requests that have it keep it, under its new name. */
export const change = (repository: WorldRepository, name: string, changed: Partial<LabelContent>): WorldLabel => {
  const label = find(repository, name)
  const next = { ...label, ...changed }
  refuseInvalid(problemsOf(next))
  if (fold(next.name) !== fold(name) && repository.labels.has(fold(next.name))) refuseInvalid([taken])
  repository.labels.delete(fold(name))
  Object.assign(label, changed)
  repository.labels.set(fold(label.name), label)
  return label
}

/** Deletes a label, and takes it from every pull request. */
export const remove = (repository: WorldRepository, name: string): void => {
  const label = find(repository, name)
  repository.labels.delete(fold(name))
  for (const pullRequest of repository.pullRequests.values()) pullRequest.labels.delete(label)
}

const taken: Problem = { resource: "Label", code: "already_exists", field: "name" }

const tooLong = (field: string, limit: number): Problem => ({
  resource: "Label",
  code: "custom",
  field,
  message: `${field} is too long (maximum is ${limit} characters)`
})

const problemsOf = ({ color, description, name }: LabelContent): ReadonlyArray<Problem> => [
  ...(name.trim() === "" ? [{ resource: "Label", code: "missing_field", field: "name" }] : []),
  ...(name.length > 50 ? [tooLong("name", 50)] : []),
  ...(name.trim() !== "" && /^[\p{Extended_Pictographic}\u{FE0F}\u{200D}\s]+$/u.test(name)
    ? [{ resource: "Label", code: "custom", field: "name", message: "name must contain more than native emoji" }]
    : []),
  ...(/^[0-9a-fA-F]{6}$/u.test(color) ? [] : [{ resource: "Label", code: "invalid", field: "color" }]),
  ...(description !== null && description.length > 100 ? [tooLong("description", 100)] : [])
]
