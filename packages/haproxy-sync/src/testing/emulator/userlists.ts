import { apiIn } from "../../api/ApiVersion.ts"
import { childAddress, type ChildRoute, childRoutes, sectionRoutes, type SectionRoute } from "../../api/Routes.ts"
import type { Draft } from "../../grammar/Args.ts"
import { grammars } from "../../grammar/grammars.ts"
import { ApiError, BareError, confError } from "./ApiError.ts"
import type { Shape } from "./Body.ts"
import type { HeldSection } from "./HeldSection.ts"
import { type Host, listReply, transactionOf, writeOf, written } from "./Host.ts"
import type { Call, Endpoint, Reply, Route } from "./Router.ts"

interface Place {
  readonly host: Host
  readonly child: ChildRoute
  readonly shape: Shape
  /** Users are answered without words where groups are told what is missing. */
  readonly silent: boolean
}

const owner = ({ child, host }: Place, call: Call): string => {
  const name = call.query.get(child.query ?? "") ?? ""
  if (name === "") throw host.dialect.missingQuery(child.query ?? "")
  return name
}

const noun = ({ child }: Place): string => child.path.replace(/s$/, "")

const missing = (place: Place, name: string): ApiError => confError("missing", `${noun(place)} ${name} does not exist`)

const itemsOf = (place: Place, section: HeldSection, name: string): number =>
  section.items(place.child.field).findIndex((item) => item[place.child.key] === name)

/** What is said of a userlist that isn't there. */
const withoutUserlist = ({ host, silent }: Place, call: Call, name: string, bare: number | undefined): Error => {
  const worded = confError("missing", `userlist ${name} does not exist`)
  if (apiIn(host.api, { until: "3.3" })) return bare === undefined ? worded : new BareError(bare)
  if (silent) {
    if (call.method === "POST") return new ApiError(400, "userlist not found")
    return call.params["item"] === undefined ? new ApiError(404, `userlist ${name} not found`) : worded
  }
  return call.method === "POST" ? worded : new BareError(404)
}

const listOf = (place: Place, call: Call, bare?: number): HeldSection => {
  const name = owner(place, call)
  const section = place.host.transactions.config(transactionOf(place.host, call)).section("userlist", name)
  if (section !== undefined) return section
  throw withoutUserlist(place, call, name, bare)
}

const routesOf = (place: Place, parent: SectionRoute): ReadonlyArray<Route> => {
  const { child, host, shape, silent } = place
  const { field, key } = child
  const bare = silent ? 404 : undefined
  const change = async (
    call: Call,
    verb: "create" | "replace" | "delete",
    body: Draft | undefined,
    edit: (section: HeldSection) => void
  ): Promise<Reply> => {
    const write = writeOf(host, call)
    await host.transactions.change(write.target, (config) => {
      const section = config.section("userlist", owner(place, call))
      if (section !== undefined) edit(section)
    })
    return written(host, write, verb, body)
  }
  const need = (call: Call, status: number | undefined): void => {
    const section = listOf(place, call, status)
    const name = call.params["item"]
    if (name === undefined || itemsOf(place, section, name) >= 0) return
    if (silent && apiIn(host.api, { until: "3.3" })) throw new BareError(404)
    if (!silent && call.method === "PUT" && apiIn(host.api, { since: "3.4" })) throw new BareError(404)
    throw missing(place, name)
  }
  const list = (call: Call): Reply => listReply(host, listOf(place, call, 404).items(field))
  const get = (call: Call): Reply => {
    need(call, bare)
    const section = listOf(place, call)
    return { status: 200, body: section.items(field)[itemsOf(place, section, call.params["item"] ?? "")] }
  }
  const create = async (call: Call): Promise<Reply> => {
    const body = host.bodies.item(call.body.toString(), shape)
    listOf(place, call, silent ? 400 : undefined)
    const name = String(body[key] ?? "")
    return change(call, "create", body, (section) => {
      if (itemsOf(place, section, name) >= 0) throw confError("exists", `${noun(place)} ${name} already exists`)
      section.setLines(field, [...section.lines(field), section.lineOf(field, body)])
    })
  }
  /** Of groups it is only looked for: nothing is written. */
  const replace = async (call: Call): Promise<Reply> => {
    const body = host.bodies.item(call.body.toString(), shape)
    need(call, bare)
    return change(call, "replace", body, (section) => {
      const name = String(body[key] ?? "")
      const at = itemsOf(place, section, name)
      if (at < 0) throw missing(place, name)
      if (silent) section.setLines(field, section.lines(field).with(at, section.lineOf(field, body)))
    })
  }
  const remove = async (call: Call): Promise<Reply> => {
    need(call, bare)
    return change(call, "delete", undefined, (section) =>
      section.setLines(field, section.lines(field).toSpliced(itemsOf(place, section, call.params["item"] ?? ""), 1))
    )
  }
  const endpoint = (handle: (call: Call) => Promise<Reply> | Reply): Endpoint => ({ handle })
  return [
    { path: childAddress(parent, "", child).path, verbs: { GET: endpoint(list), POST: endpoint(create) } },
    {
      path: `${childAddress(parent, "", child).path}/{item}`,
      verbs: { GET: endpoint(get), PUT: endpoint(replace), DELETE: endpoint(remove) }
    }
  ]
}

/** The routes of users and groups, whose errors are of their own kind. */
export const userlistEndpoints = (host: Host): ReadonlyArray<Route> =>
  childRoutes
    .filter((child) => child.parents["userlist"] !== undefined)
    .flatMap((child) => {
      const parent = sectionRoutes.find(({ keyword }) => keyword === "userlist")
      const fields = grammars.get("userlist")?.fields.find(({ name }) => name === child.field)?.fields ?? []
      const shape: Shape = { resource: child.field, type: child.path === "users" ? "User" : "Group", fields }
      return parent === undefined ? [] : routesOf({ host, child, shape, silent: child.path === "users" }, parent)
    })
