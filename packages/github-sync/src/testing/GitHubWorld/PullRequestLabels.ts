/** The labels of a pull request. One that isn't in the catalogue is created there, in the colour `ededed`. */
import { fold } from "../../domain/Label.ts"
import * as Catalogue from "./Catalogue.ts"
import type { WorldLabel, WorldPullRequest } from "./Records.ts"
import { refuse, refuseInvalid } from "./Refusal.ts"
import { touch, type Stamps } from "./Stamps.ts"

export const add = (pullRequest: WorldPullRequest, names: ReadonlyArray<string>, stamps: Stamps): void => {
  checkNames(names)
  // GitHub adds up what is there and what is asked for, even where they are the same.
  checkCount(pullRequest.labels.size + names.length)
  for (const name of names) pullRequest.labels.add(catalogued(pullRequest, name, stamps))
  touch(pullRequest, stamps)
}

export const set = (pullRequest: WorldPullRequest, names: ReadonlyArray<string>, stamps: Stamps): void => {
  checkNames(names)
  checkCount(names.length)
  pullRequest.labels.clear()
  for (const name of names) pullRequest.labels.add(catalogued(pullRequest, name, stamps))
  touch(pullRequest, stamps)
}

export const remove = (pullRequest: WorldPullRequest, name: string, stamps: Stamps): void => {
  const label = [...pullRequest.labels].find((one) => fold(one.name) === fold(name))
  if (label === undefined) return refuse(404, "Label does not exist")
  pullRequest.labels.delete(label)
  touch(pullRequest, stamps)
}

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
