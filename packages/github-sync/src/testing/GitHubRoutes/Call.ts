import { Predicate } from "effect"
import type { PullRequestRef, Repository } from "../../domain/PullRequest.ts"
import type { Views } from "../GitHubViews.ts"
import type { GitHubWorld } from "../GitHubWorld.ts"
import { Refusal } from "../GitHubWorld/Refusal.ts"

/** A request, taken apart. */
export interface Call {
  readonly world: GitHubWorld
  /** How what it holds is shown at the address that was asked. */
  readonly views: Views
  readonly params: { readonly [name: string]: string }
  readonly query: URLSearchParams
  readonly body: unknown
}

/** An answer before paging and headers. */
export type Reply =
  | { readonly status: number; readonly body: unknown }
  | {
      readonly status: 200
      readonly items: ReadonlyArray<unknown>
      readonly wrap?: (page: ReadonlyArray<unknown>) => unknown
    }
  | { readonly status: 204 }

/** What is answered at a path. */
export interface Route {
  readonly method: string
  readonly path: string
  readonly answer: (call: Call) => Reply
}

/** The repository that the path names. */
export const repositoryOf = ({ params }: Call): Repository => ({
  owner: params["owner"] ?? "",
  name: params["repo"] ?? ""
})

/** The pull request that the path names. */
export const refOf = (call: Call): PullRequestRef => ({
  repository: repositoryOf(call),
  number: Number(call.params["number"])
})

/** A field of the body. */
export const field = (call: Call, name: string): unknown =>
  Predicate.hasProperty(call.body, name) ? call.body[name] : undefined

/** A text of the body. */
export const text = (call: Call, name: string): string | undefined => {
  const value = field(call, name)
  return typeof value === "string" ? value : undefined
}

/** A text of the body that must be there. */
export const needed = (call: Call, resource: string, name: string): string => {
  const value = text(call, name)
  if (value === undefined)
    throw new Refusal(422, "Validation Failed", [{ resource, code: "missing_field", field: name }])
  return value
}

/** The labels of the body, in any of the forms GitHub takes. */
export const labelNames = (call: Call): ReadonlyArray<string> => {
  const list = Array.isArray(call.body) ? call.body : field(call, "labels")
  if (!Array.isArray(list)) throw new Refusal(422, 'Invalid request.\n\nNo subschema in "anyOf" matched.')
  return list.map((item: unknown) => {
    const name = Predicate.hasProperty(item, "name") ? item.name : item
    if (typeof name !== "string") throw new Refusal(422, "Invalid request.\n\nA label must be a string.")
    return name
  })
}
