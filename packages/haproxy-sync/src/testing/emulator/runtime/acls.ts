import { apiIn } from "../../../api/ApiVersion.ts"
import type { Draft } from "../../../grammar/Args.ts"
import { ApiError } from "../ApiError.ts"
import type { Shape } from "../Body.ts"
import type { Host } from "../Host.ts"
import type { Call, Reply, Route } from "../Router.ts"
import { at, endpoint, run } from "./command.ts"
import { answered, entryShape, readEntries, readFiles } from "./patterns.ts"

/** The routes of the ACLs of the running HAProxy. */
export const aclEndpoints = (host: Host): ReadonlyArray<Route> => {
  const files = async () =>
    readFiles(await run(host.runtime(), "show acl", (message) => new ApiError(404, `${message} not found`))).map(
      ({ description, file, id }) => ({
        description,
        id,
        storage_name: file === "" ? (/acl '([^']*)'/.exec(description)?.[1] ?? "") : file
      })
    )
  const missing = (what: string, id: string) => (message: string) =>
    new ApiError(404, `cannot ${what} for ${id}: ${message === "" ? "" : `${message} `}not found`)
  const entries = async (id: string) => {
    const gone = (message: string): ApiError => {
      const error = missing("retrieve ACL files entries", id)(message)
      return apiIn(host.api, { until: "3.0" }) ? new ApiError(500, error.message) : error
    }
    const output = await run(host.runtime(), `show acl #${id}`, gone)
    if (output.trim() === "") throw gone("")
    return readEntries(output).map(({ id: entry, key }) => ({ id: entry, value: key }))
  }
  const entry = async (id: string, reference: string): Promise<Draft> => {
    const held = readEntries(
      await run(
        host.runtime(),
        `show acl #${id}`,
        (message) =>
          new ApiError(404, `cannot retrieve ACL file entries, cannot list available ACL files: ${message} not found`)
      )
    )
    const value = held.find((one) => one.id === reference)?.key ?? reference
    const output = await run(
      host.runtime(),
      `get acl #${id} ${value}`,
      (message) => new ApiError(404, `cannot retrieve ACL file entry for ${id}: ${message} not found`)
    )
    if (answered(output, "match") !== "yes")
      throw new ApiError(404, `cannot retrieve ACL file entry for ${id}: ${value} not found`)
    return { value: answered(output, "pattern") ?? value }
  }
  const shape: Shape = { resource: "acl_file_entry", type: "ACLFileEntry", fields: entryShape.fields }
  const add = async (call: Call): Promise<Reply> => {
    const { id = "" } = call.params
    const value = String(host.bodies.item(call.body.toString(), shape)["value"] ?? "")
    const failure = (message: string) =>
      new ApiError(500, `cannot add ACL files entry for ${id}: ${message} general error`)
    if (value === "") throw failure("One or more Arguments empty")
    await run(host.runtime(), `add acl #${id} ${value}`, failure)
    return { status: 201, body: await entry(id, value) }
  }
  /** All entries at once. Here the server gives the id on as it is: a number alone is none for HAProxy. */
  const replace = async (call: Call): Promise<Reply> => {
    const body = host.bodies.list(call.body.toString(), shape)
    const { id = "" } = call.params
    const failure = (message: string) => new ApiError(400, `${host.runtime().path} ${message} general error`)
    const prepared = await run(host.runtime(), `prepare acl ${id}`, failure)
    const version = /(\d+)\s*$/.exec(prepared)?.[1] ?? ""
    for (const { value } of body) {
      await run(host.runtime(), `add acl @${version} ${id} ${String(value ?? "")}`, failure)
    }
    await run(host.runtime(), `commit acl @${version} ${id}`, failure)
    return { status: 201, body }
  }
  const drop = async ({ params: { entry: reference = "", id = "" } }: Call): Promise<Reply> => {
    await run(
      host.runtime(),
      `del acl #${id} #${reference}`,
      (message) => new ApiError(404, `cannot delete ACL files entry for ${id}: ${message} not found`)
    )
    return { status: 204 }
  }
  return [
    { path: `${at}/acls`, verbs: { GET: endpoint(async () => ({ status: 200, body: await files() })) } },
    {
      path: `${at}/acls/{id}`,
      verbs: {
        GET: endpoint(async ({ params: { id = "" } }) => {
          const found = (await files()).find((one) => one.id === id)
          if (found === undefined) throw new ApiError(404, `cannot retrieve ACL file for ${id}: #${id} not found`)
          return { status: 200, body: found }
        })
      }
    },
    {
      path: `${at}/acls/{id}/entries`,
      verbs: {
        GET: endpoint(async ({ params: { id = "" } }) => ({ status: 200, body: await entries(id) })),
        POST: endpoint(add),
        PUT: endpoint(replace)
      }
    },
    {
      path: `${at}/acls/{id}/entries/{entry}`,
      verbs: {
        GET: endpoint(async ({ params: { entry: value = "", id = "" } }) => ({
          status: 200,
          body: await entry(id, value)
        })),
        DELETE: endpoint(drop)
      }
    }
  ]
}
