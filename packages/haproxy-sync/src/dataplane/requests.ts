import { Result } from "effect"
import { childFieldsOf } from "../diff/childFields.ts"
import type { Draft } from "../grammar/Args.ts"
import { itemsInOrder } from "../grammar/Line.ts"
import type { PlannedOperation, Step } from "../plan/Plan.ts"
import type { SectionKeyword } from "../text/SectionKind.ts"
import { type ApiVersion, apiIn } from "../api/ApiVersion.ts"
import { DataplaneError } from "./DataplaneError.ts"
import {
  type Address,
  type ChildRoute,
  childAddress,
  childRoute,
  sectionAddress,
  type SectionRoute,
  sectionRoute
} from "../api/Routes.ts"

/**
 * A step that is sent as structured requests.
 *
 * @category requests
 * @since 0.1.0
 */
export type StructuredStep = Extract<Step, { readonly route: "item" | "list" | "section" }>

/**
 * A request that changes something, without its scope.
 *
 * @category requests
 * @since 0.1.0
 */
export interface ChangeRequest {
  readonly method: "POST" | "PUT" | "DELETE"
  readonly address: Address
  readonly body?: unknown
}

/**
 * Returns the requests that carry out a step on a server of this version; fails where that version has no route for it.
 *
 * @category requests
 * @since 0.1.0
 */
export const requestsOf = (
  step: StructuredStep,
  api: ApiVersion
): Result.Result<ReadonlyArray<ChangeRequest>, DataplaneError> => {
  const keyword = step.route === "item" ? step.operations[0].keyword : step.keyword
  const route = sectionRoute(keyword, api)
  if (route === undefined) return unsupported(`${keyword} sections`, api)
  if (step.route === "section") return wholeSection(step, route, api)
  const field = step.route === "item" ? step.operations[0].field : step.field
  if (field === undefined)
    return Result.succeed(step.route === "item" ? ownRequests(step.operations[0], route, api) : [])
  const child = childRoute(keyword, field, api)
  if (child === undefined) return unsupported(`${field} of ${keyword} sections`, api)
  if (step.route === "list") {
    const body = step.items.map((item) => onWire(item, api))
    return Result.succeed([{ method: "PUT", address: childAddress(route, step.owner, child), body }])
  }
  return Result.succeed(childRequests(step.operations[0], route, child, api))
}

const unsupported = (what: string, api: ApiVersion): Result.Result<never, DataplaneError> =>
  Result.fail(
    new DataplaneError({
      reason: "Unsupported",
      request: "plan",
      serverMessage: `the Data Plane API ${api} has no requests for ${what}`
    })
  )

/** Fields for which the server writes a line without a value where they are absent, which HAProxy refuses. */
const neverAbsent: Readonly<Record<string, ReadonlyArray<string>>> = { "crt-store": ["crt_base", "key_base"] }

const wholeSection = (
  step: Extract<Step, { readonly route: "section" }>,
  route: SectionRoute,
  api: ApiVersion
): Result.Result<ReadonlyArray<ChangeRequest>, DataplaneError> => {
  const absent = neverAbsent[step.keyword]?.find((field) => step.value[field] === undefined)
  if (absent !== undefined) return unsupported(`${step.keyword} sections without ${absent}`, api)
  const lost = route.postsChildren
    ? undefined
    : childFieldsOf(step.keyword).find(
        ({ name }) => itemsInOrder(step.value[name]).length > 0 && childRoute(step.keyword, name, api) === undefined
      )
  return lost === undefined
    ? Result.succeed(sectionRequests(step, route, api))
    : unsupported(`${lost.name} of ${step.keyword} sections`, api)
}

const fullSection = (address: Address): Address => ({ ...address, query: { ...address.query, full_section: "true" } })

const sectionRequests = (
  { keyword, owner, type, value }: Extract<Step, { readonly route: "section" }>,
  route: SectionRoute,
  api: ApiVersion
): ReadonlyArray<ChangeRequest> => {
  const own = sectionAddress(route, owner)
  const collection = sectionAddress(route, undefined)
  if (type === "update") {
    return [{ method: "PUT", address: route.fullSection ? fullSection(own) : own, body: onWire(value, api) }]
  }
  return [
    ...(type === "replace" ? [{ method: "DELETE", address: own } as const] : []),
    ...(route.postsChildren
      ? [{ method: "POST", address: fullSection(collection), body: onWire(value, api) } as const]
      : [
          { method: "POST", address: collection, body: onWire(withoutChildren(keyword, value), api) } as const,
          ...children(keyword, owner, value, route, api)
        ])
  ]
}

const children = (
  keyword: SectionKeyword,
  owner: string,
  value: Readonly<Draft>,
  route: SectionRoute,
  api: ApiVersion
): ReadonlyArray<ChangeRequest> =>
  childFieldsOf(keyword).flatMap(({ name: field }): ReadonlyArray<ChangeRequest> => {
    const child = childRoute(keyword, field, api)
    if (child === undefined) return []
    return itemsInOrder(value[field]).map((item, index) => ({
      method: "POST",
      address: childAddress(route, owner, child, child.addressing === "index" ? index : undefined),
      body: onWire(item, api)
    }))
  })

const withoutChildren = (keyword: SectionKeyword, value: Readonly<Draft>): Readonly<Draft> => {
  const fields = new Set(childFieldsOf(keyword).map(({ name }) => name))
  return Object.fromEntries(Object.entries(value).filter(([name]) => !fields.has(name)))
}

/** A section's own fields; its children stay as they are. */
const ownRequests = (
  operation: PlannedOperation,
  route: SectionRoute,
  api: ApiVersion
): ReadonlyArray<ChangeRequest> => {
  const address = sectionAddress(route, operation.owner)
  if (operation.type === "delete") return [{ method: "DELETE", address }]
  return [{ method: "PUT", address, body: onWire(withoutChildren(operation.keyword, operation.after ?? {}), api) }]
}

const childRequests = (
  { after = {}, index = 0, name, owner, toIndex = 0, type }: PlannedOperation,
  route: SectionRoute,
  child: ChildRoute,
  api: ApiVersion
): ReadonlyArray<ChangeRequest> => {
  const at = (place: string | number | undefined): Address => childAddress(route, owner, child, place)
  const body = onWire(after, api)
  const place = child.addressing === "index" ? index : name
  if (type === "delete") return [{ method: "DELETE", address: at(place) }]
  if (type === "update") return [{ method: "PUT", address: at(place), body }]
  if (type === "move") {
    return [
      { method: "DELETE", address: at(index) },
      { method: "POST", address: at(toIndex), body }
    ]
  }
  return [{ method: "POST", address: at(child.addressing === "index" && child.listPut ? index : undefined), body }]
}

/** Comments on the wire: objects since 3.2, unknown before. */
const onWire = (value: Readonly<Draft>, api: ApiVersion): Readonly<Draft> =>
  Object.fromEntries(
    Object.entries(value).flatMap(([name, field]): ReadonlyArray<readonly [string, unknown]> => {
      if (name !== "metadata") return [[name, deep(field, api)]]
      return apiIn(api, { since: "3.2" }) ? [[name, wireMetadata(field)]] : []
    })
  )

const deep = (value: unknown, api: ApiVersion): unknown => {
  if (Array.isArray(value)) return value.map((item) => deep(item, api))
  return typeof value === "object" && value !== null ? onWire(value as Draft, api) : value
}

const wireMetadata = (metadata: unknown): unknown =>
  typeof metadata === "object" && metadata !== null
    ? Object.fromEntries(
        Object.entries(metadata).map(([key, value]) => [
          key,
          typeof value === "object" && value !== null ? value : { value }
        ])
      )
    : metadata
