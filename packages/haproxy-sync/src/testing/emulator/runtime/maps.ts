import fs from "node:fs"
import path from "node:path"
import type { Draft } from "../../../grammar/Args.ts"
import { ApiError } from "../ApiError.ts"
import { flag, type Host } from "../Host.ts"
import type { Call, Reply, Route } from "../Router.ts"
import { at, endpoint, run } from "./command.ts"
import { answered, entryShape, type PatternFile, readEntries, readFiles } from "./patterns.ts"

/** The routes of the maps of the running HAProxy. */
export const mapEndpoints = (host: Host): ReadonlyArray<Route> => {
  const failure = (status: number, suffix: string) => (message: string) => {
    const { path: socket } = host.runtime()
    return new ApiError(status, `${socket} ${message}${suffix}`)
  }
  const fileOf = (name: string) => (path.isAbsolute(name) ? name : path.join(host.folders.maps, name))
  const files = async () => readFiles(await run(host.runtime(), "show map", failure(404, " not found")))
  const find = async (name: string): Promise<PatternFile> => {
    const found = (await files()).find(({ file }) => file === fileOf(name))
    if (found === undefined) throw new ApiError(404, `${host.runtime().path} ${fileOf(name)} not found`)
    return found
  }
  const entries = async (name: string) =>
    readEntries(await run(host.runtime(), `show map ${fileOf(name)}`, failure(404, " not found")))
  const entry = async (name: string, key: string): Promise<Draft> => {
    const output = await run(host.runtime(), `get map ${fileOf(name)} ${key}`, failure(404, " not found"))
    const value = answered(output, "value")
    if (answered(output, "key") !== key || value === undefined || value === "") {
      throw new ApiError(404, `${host.runtime().path} ${key} not found`)
    }
    return { key, value }
  }
  /** Writes the running map to its file where that is asked for. */
  const sync = async (call: Call, name: string): Promise<void> => {
    if (!flag(host, call, "force_sync")) return
    const lines = (await entries(name)).map(({ key, value }) => `${key} ${value}\n`)
    fs.writeFileSync(fileOf(name), lines.join(""))
  }
  const list = async (call: Call): Promise<Reply> => {
    const all = await files()
    const managed = flag(host, call, "include_unmanaged")
      ? all
      : all.filter(({ file }) => file.startsWith(host.folders.maps))
    return {
      status: 200,
      body: managed.map((map) =>
        map.file.startsWith(host.folders.maps) ? { ...map, storage_name: path.basename(map.file) } : map
      )
    }
  }
  const add = async (call: Call): Promise<Reply> => {
    const { name = "" } = call.params
    const body = host.bodies.item(call.body.toString(), entryShape)
    const key = String(body["key"] ?? "")
    const known = await entry(name, key).catch(() => undefined)
    if (known !== undefined) throw new ApiError(409, `${host.runtime().path} already exists`)
    await run(
      host.runtime(),
      `add map ${fileOf(name)} ${key} ${String(body["value"] ?? "")}`,
      failure(400, " general error")
    )
    await sync(call, name)
    return { status: 201, body }
  }
  const addAll = async (call: Call): Promise<Reply> => {
    const { name = "" } = call.params
    const body = host.bodies.list(call.body.toString(), entryShape)
    for (const item of body) {
      await run(
        host.runtime(),
        `add map ${fileOf(name)} ${String(item["key"])} ${String(item["value"] ?? "")}`,
        failure(400, " general error")
      )
    }
    await sync(call, name)
    return { status: 201, body }
  }
  const set = async (call: Call): Promise<Reply> => {
    const { key = "", name = "" } = call.params
    const body = host.bodies.item(call.body.toString(), entryShape)
    await run(
      host.runtime(),
      `set map ${fileOf(name)} ${key} ${String(body["value"] ?? "")}`,
      failure(404, " not found")
    )
    const now = await entry(name, key)
    await sync(call, name)
    return { status: 200, body: now }
  }
  const drop = async (call: Call): Promise<Reply> => {
    const { key = "", name = "" } = call.params
    await run(host.runtime(), `del map ${fileOf(name)} ${key}`, failure(404, " not found"))
    await sync(call, name)
    return { status: 204 }
  }
  const clear = async (call: Call): Promise<Reply> => {
    const { name = "" } = call.params
    await run(host.runtime(), `clear map ${fileOf(name)}`, failure(404, " not found"))
    await sync(call, name)
    return { status: 204 }
  }
  return [
    { path: `${at}/maps`, verbs: { GET: endpoint(list) } },
    {
      path: `${at}/maps/{name}`,
      verbs: {
        GET: endpoint(async ({ params: { name = "" } }) => ({ status: 200, body: await find(name) })),
        PUT: endpoint(addAll),
        DELETE: endpoint(clear)
      }
    },
    {
      path: `${at}/maps/{name}/entries`,
      verbs: {
        GET: endpoint(async ({ params: { name = "" } }) => ({ status: 200, body: await entries(name) })),
        POST: endpoint(add)
      }
    },
    {
      path: `${at}/maps/{name}/entries/{key}`,
      verbs: {
        GET: endpoint(async ({ params: { key = "", name = "" } }) => ({ status: 200, body: await entry(name, key) })),
        PUT: endpoint(set),
        DELETE: endpoint(drop)
      }
    }
  ]
}
