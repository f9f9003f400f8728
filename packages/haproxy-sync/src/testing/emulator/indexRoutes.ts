import { apiIn } from "../../api/ApiVersion.ts"
import { childAddress } from "../../api/Routes.ts"
import { BareError, confError } from "./ApiError.ts"
import { noParent, ownerOf, type Place, sectionIn } from "./childPlace.ts"
import type { HeldConfig } from "./HeldConfig.ts"
import type { HeldLine, HeldSection } from "./HeldSection.ts"
import { indexOf, listReply, transactionOf, writeOf, written } from "./Host.ts"
import type { Call, Endpoint, Reply, Route } from "./Router.ts"
import { emptyWithoutParent, notImplemented } from "./traits.ts"

/** The lists that only grow at their end, by what the server calls an item and the line. */
const appended: Readonly<Record<string, { readonly type: string; readonly keyword: string }>> = {
  ssl_front_use_list: { type: "SSLFrontUse", keyword: "ssl-f-use" },
  force_be_switch_list: { type: "ForceBeSwitch", keyword: "force-be-switch" }
}

/** The server calls the owner of what lies in `global` "data". */
const ownerName = (owner: string): string => (owner === "" ? "data" : owner)

/** Lists whose items are known by their place. */
export const indexRoutes = (place: Place): ReadonlyArray<readonly [string, Route["verbs"]]> => {
  const { child, host, noun, parent, shape } = place
  const { field } = child
  const label = (index: number, owner: string) =>
    !child.listPut
      ? `${appended[field]?.type} ${index} does not exist in ${owner} ${noun}`
      : `Object ${index} does not exist in ${noun} ${ownerName(owner)}`
  const need = (config: HeldConfig, owner: string, call: Call): HeldSection => {
    const section = sectionIn(place, config, owner)
    if (section === undefined && bare(call)) throw new BareError(404)
    if (section === undefined) throw noParent(noun, owner)
    return section
  }
  /** Of a frontend that isn't there, most requests for captures say nothing. */
  const bare = ({ method, params }: Call): boolean =>
    field === "capture_list" && method !== "DELETE" && (method !== "PUT" || params["index"] !== undefined)
  /** Changes the lines of the list. */
  const edit = async (
    call: Call,
    verb: "create" | "replace" | "delete",
    body: unknown,
    change: (lines: Array<HeldLine>, section: HeldSection, owner: string) => void
  ): Promise<Reply> => {
    const write = writeOf(host, call)
    const owner = ownerOf(place, call)
    await host.transactions.change(write.target, (config) => {
      const section = strict(config, owner, verb, call)
      const lines = [...section.lines(field)]
      change(lines, section, owner)
      section.setLines(field, lines)
    })
    if (verb === "replace" && quiet && field === "ssl_front_use_list") return { status: 200, body }
    return written(host, write, verb, body)
  }
  const quiet = !apiIn(host.api, { since: "3.4" })
  /** A missing parent of these two is noticed by the place of the item alone. */
  const strict = (config: HeldConfig, owner: string, verb: string, call: Call): HeldSection => {
    const section = sectionIn(place, config, owner)
    if (section === undefined && verb === "delete" && !child.listPut) throw confError("missing", label(0, owner))
    return section ?? need(config, owner, call)
  }

  const list = (call: Call): Reply => {
    const owner = ownerOf(place, call)
    const section = sectionIn(place, host.transactions.config(transactionOf(host, call)), owner)
    if (section === undefined) {
      if (bare(call)) throw new BareError(404)
      if (emptyWithoutParent(field, host.api)) return { status: 200, body: [] }
      throw noParent(noun, owner)
    }
    const acl = call.query.get("acl_name") ?? ""
    const items = section.items(field)
    return listReply(host, acl === "" ? items : items.filter((item) => item["acl_name"] === acl))
  }
  const get = (call: Call): Reply => {
    const index = indexOf(host, call)
    const owner = ownerOf(place, call)
    const config = host.transactions.config(transactionOf(host, call))
    const section = child.listPut ? need(config, owner, call) : sectionIn(place, config, owner)
    const item = section?.items(field)[index]
    if (item === undefined) throw confError("missing", label(index, owner))
    return { status: 200, body: item }
  }
  const insert = (call: Call): Promise<Reply> => {
    const body = host.bodies.item(call.body.toString(), shape)
    const index = indexOf(host, call)
    return edit(call, "create", body, (lines, section, owner) => {
      if (index > lines.length)
        throw confError("index", `Object with id ${index} in ${noun} ${ownerName(owner)} out of range`)
      lines.splice(index < 0 ? lines.length : index, 0, section.lineOf(field, body))
    })
  }
  const append = (call: Call): Promise<Reply> => {
    const body = host.bodies.item(call.body.toString(), shape)
    return edit(call, "create", body, (lines, section) => lines.push(section.lineOf(field, body)))
  }
  const replace = (call: Call): Promise<Reply> => {
    const body = host.bodies.item(call.body.toString(), shape)
    const index = indexOf(host, call)
    return edit(call, "replace", body, (lines, section, owner) => {
      if (lines[index] === undefined) {
        throw child.listPut
          ? confError("missing", label(index, owner))
          : confError("index", `Object with id ${appended[field]?.keyword} in ${noun} ${owner} out of range`)
      }
      // A capture is only looked for: nothing is written.
      if (field !== "capture_list") lines[index] = section.lineOf(field, body)
    })
  }
  const remove = (call: Call): Promise<Reply> => {
    const index = indexOf(host, call)
    return edit(call, "delete", undefined, (lines, _, owner) => {
      if (lines[index] === undefined) throw confError("missing", label(index, owner))
      lines.splice(index, 1)
    })
  }
  const replaceAll = (call: Call): Promise<Reply> => {
    const body = host.bodies.list(call.body.toString(), shape)
    return edit(call, "replace", body, (lines, section) =>
      lines.splice(0, lines.length, ...body.map((item) => section.lineOf(field, item)))
    )
  }

  const endpoint = (verb: string, handle: Endpoint["handle"]): Endpoint => ({
    handle: unbuilt(place, verb, handle)
  })
  return [
    [
      childAddress(parent, "{owner}", child).path,
      child.listPut
        ? { GET: endpoint("GetAll", list), PUT: endpoint("ReplaceAll", replaceAll) }
        : { GET: endpoint("GetAll", list), POST: endpoint("Create", append) }
    ],
    [
      childAddress(parent, "{owner}", child, "{index}").path,
      {
        GET: endpoint("Get", get),
        ...(child.listPut ? { POST: endpoint("Create", insert) } : {}),
        PUT: endpoint("Replace", replace),
        DELETE: endpoint("Delete", remove)
      }
    ]
  ]
}

/** Some routes are there with nothing behind them; a body that doesn't fit is told all the same. */
const unbuilt = (
  { child, host, parent, shape }: Place,
  verb: string,
  handle: Endpoint["handle"]
): Endpoint["handle"] => {
  const extent = notImplemented(parent.keyword, child.field, host.api)
  if (extent === undefined || (extent === "list" && verb !== "ReplaceAll")) return handle
  const resource = child.path.replace(/s$/, "")
  const type = resource
    .split("_")
    .map((word) =>
      /^(acl|http|tcp)$/.test(word) ? word.toUpperCase() : `${word.charAt(0).toUpperCase()}${word.slice(1)}`
    )
    .join("")
  return (call) => {
    if (call.params["index"] !== undefined) indexOf(host, call)
    if (verb === "ReplaceAll") host.bodies.list(call.body.toString(), shape)
    else if (verb === "Create" || verb === "Replace") host.bodies.item(call.body.toString(), shape)
    return {
      status: 501,
      text: JSON.stringify(`operation ${resource}.${verb}${type}Defaults has not yet been implemented`),
      type: "application/json"
    }
  }
}
