import { apiIn } from "../../api/ApiVersion.ts"
import { childAddress } from "../../api/Routes.ts"
import type { Draft } from "../../grammar/Args.ts"
import { confError } from "./ApiError.ts"
import { noParent, ownerOf, type Place, sectionIn } from "./childPlace.ts"
import type { HeldSection } from "./HeldSection.ts"
import { listReply, transactionOf, writeOf, written } from "./Host.ts"
import type { Call, Endpoint, Reply, Route } from "./Router.ts"
import { addedAtRuntime } from "./runtime/addServer.ts"
import { changedAtRuntime } from "./runtime/changes.ts"
import { emptyWithoutParent, namedTraits } from "./traits.ts"

/** Items that are known by a name. */
export const nameRoutes = (place: Place): ReadonlyArray<readonly [string, Route["verbs"]]> => {
  const { child, host, noun, parent, shape } = place
  const { field, key } = child
  const known = namedTraits[field]
  const missing = (call: Call, name: string, owner: string) =>
    confError("missing", known?.missing(name, owner, noun, call.method) ?? `${name} does not exist`)
  const find = (section: HeldSection | undefined, name: string): number =>
    section?.items(field).findIndex((item) => String(item[key] ?? "") === name) ?? -1
  const config = (call: Call) => host.transactions.config(transactionOf(host, call))

  const list = (call: Call): Reply => {
    const owner = ownerOf(place, call)
    const section = sectionIn(place, config(call), owner)
    if (section !== undefined) return listReply(host, section.items(field))
    if (emptyWithoutParent(field, host.api)) return { status: 200, body: [] }
    throw noParent(known?.parent?.read ?? noun, owner)
  }
  const get = (call: Call): Reply => {
    const owner = ownerOf(place, call)
    const name = call.params["item"] ?? ""
    const section = sectionIn(place, config(call), owner)
    const item = section?.items(field)[find(section, name)]
    if (item === undefined) throw missing(call, name, owner)
    return { status: 200, body: item }
  }
  const create = async (call: Call): Promise<Reply> => {
    const body = host.bodies.item(call.body.toString(), shape)
    const write = writeOf(host, call)
    const owner = ownerOf(place, call)
    const name = String(body[key] ?? "")
    await host.transactions.change(write.target, (held) => {
      const section = sectionIn(place, held, owner)
      if (find(section, name) >= 0)
        throw confError("exists", known?.exists(name, owner, noun) ?? `${name} already exists`)
      if (section === undefined) throw noParent(known?.parent?.create ?? noun, owner)
      section.setLines(field, [...section.lines(field), section.lineOf(field, body)])
    })
    const effect =
      field === "servers" && parent.keyword === "backend" && write.target.transaction === "" && !write.force
        ? await addedAtRuntime(host, owner, body)
        : "file"
    return written(host, write, "create", body, effect)
  }
  const replace = async (call: Call): Promise<Reply> => {
    const body = host.bodies.item(call.body.toString(), shape)
    const write = writeOf(host, call)
    const owner = ownerOf(place, call)
    const name = call.params["item"] ?? ""
    let before: Draft = {}
    await host.transactions.change(write.target, (held) => {
      const section = sectionIn(place, held, owner)
      const at = find(section, name)
      if (section === undefined || at < 0) throw missing(call, name, owner)
      before = section.items(field)[at] ?? {}
      const lines = [...section.lines(field)]
      lines[at] = section.lineOf(field, body)
      section.setLines(field, lines)
    })
    if (known?.quietPut === true && !apiIn(host.api, { since: "3.4" })) return { status: 200, body }
    const effect =
      field === "servers" && write.target.transaction === ""
        ? await changedAtRuntime(host, { before, after: body, server: { backend: owner, name: String(body["name"]) } })
        : "file"
    return written(host, write, "replace", body, effect)
  }
  const remove = async (call: Call): Promise<Reply> => {
    const write = writeOf(host, call)
    const owner = ownerOf(place, call)
    const name = call.params["item"] ?? ""
    await host.transactions.change(write.target, (held) => {
      const section = sectionIn(place, held, owner)
      const at = find(section, name)
      if (section === undefined || at < 0) throw missing(call, name, owner)
      section.setLines(field, section.lines(field).toSpliced(at, 1))
    })
    return written(host, write, "delete")
  }
  const endpoint = (handle: Endpoint["handle"]): Endpoint => ({ handle })
  return [
    [childAddress(parent, "{owner}", child).path, { GET: endpoint(list), POST: endpoint(create) }],
    [
      childAddress(parent, "{owner}", child, "{item}").path,
      { GET: endpoint(get), PUT: endpoint(replace), DELETE: endpoint(remove) }
    ]
  ]
}
