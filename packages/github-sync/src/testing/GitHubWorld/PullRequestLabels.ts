/** The labels of a pull request. One that isn't in the catalogue is created there, in the colour `ededed`. */
import { fold } from "../../domain/Label.ts"
import * as Catalogue from "./Catalogue.ts"
import type { WorldLabel, WorldLabelEvent, WorldPullRequest } from "./Records.ts"
import { refuse, refuseInvalid } from "./Refusal.ts"
import { touch, type Stamps } from "./Stamps.ts"

export const add = (
  pullRequest: WorldPullRequest,
  names: ReadonlyArray<string>,
  stamps: Stamps,
  by = "octocat"
): void => {
  checkNames(names)
  // GitHub adds up what is there and what is asked for, even where they are the same.
  checkCount(pullRequest.labels.size + names.length)
  for (const name of names) put(pullRequest, catalogued(pullRequest, name, stamps), stamps, by)
  touch(pullRequest, stamps)
}

export const set = (
  pullRequest: WorldPullRequest,
  names: ReadonlyArray<string>,
  stamps: Stamps,
  by = "octocat"
): void => {
  checkNames(names)
  checkCount(names.length)
  const wanted = names.map((name) => catalogued(pullRequest, name, stamps))
  for (const label of pullRequest.labels) if (!wanted.includes(label)) drop(pullRequest, label, stamps, by)
  for (const label of wanted) put(pullRequest, label, stamps, by)
  // They are listed as they were given.
  pullRequest.labels.clear()
  for (const label of wanted) pullRequest.labels.add(label)
  touch(pullRequest, stamps)
}

export const remove = (pullRequest: WorldPullRequest, name: string, stamps: Stamps, by = "octocat"): void => {
  const label = [...pullRequest.labels].find((one) => fold(one.name) === fold(name))
  if (label === undefined) return refuse(404, "Label does not exist")
  drop(pullRequest, label, stamps, by)
  touch(pullRequest, stamps)
}

const put = (pullRequest: WorldPullRequest, label: WorldLabel, stamps: Stamps, by: string): void => {
  if (pullRequest.labels.has(label)) return
  pullRequest.labels.add(label)
  pullRequest.timeline.push(happened("labeled", label, stamps, by))
}

const drop = (pullRequest: WorldPullRequest, label: WorldLabel, stamps: Stamps, by: string): void => {
  pullRequest.labels.delete(label)
  pullRequest.timeline.push(happened("unlabeled", label, stamps, by))
}

const happened = (
  event: WorldLabelEvent["event"],
  { color, name }: WorldLabel,
  stamps: Stamps,
  actor: string
): WorldLabelEvent => ({ id: stamps.nextId(), event, label: { name, color }, actor, at: stamps.now() })

const checkNames = (names: ReadonlyArray<string>): void =>
  refuseInvalid(
    names
      .filter((name) => name.trim() === "" || name.length > 50)
      .map((value) => ({ value, resource: "Label", field: "name", code: "invalid" }))
  )

const checkCount = (count: number): void =>
  refuseInvalid(
    count > 100 ? [{ resource: "Issue", code: "custom", message: "Issues cannot have more than 100 labels" }] : []
  )

const catalogued = ({ repository }: WorldPullRequest, name: string, stamps: Stamps): WorldLabel =>
  repository.labels.get(fold(name)) ??
  Catalogue.create(repository, { name, color: "ededed", description: null }, stamps)
