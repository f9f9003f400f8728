import type { Draft } from "../../../grammar/Args.ts"
import { isChild } from "../HeldSection.ts"
import type { Effect, Host } from "../Host.ts"

/** A change of a frontend's or a server's attributes. */
export interface AttributeChange {
  readonly before: Draft
  readonly after: Draft
  readonly frontend?: string
  readonly server?: { readonly backend: string; readonly name: string }
}

/** Fields of a server that HAProxy can change while it runs. */
const serverFields: ReadonlySet<string> = new Set([
  "weight",
  "address",
  "port",
  "maintenance",
  "agent-check",
  "agent-addr",
  "agent-send",
  "health_check_port"
])

const changedFields = (before: Draft, after: Draft): ReadonlyArray<string> =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field])
  )

/**
 * Tries to bring a change about in the running HAProxy; where it can't, a reload has to.
 *
 * **Details**
 *
 * Lists and maps don't count as changes, as they don't for the server.
 */
export const changedAtRuntime = async (host: Host, change: AttributeChange): Promise<Effect> => {
  const fields = changedFields(change.before, change.after).filter(
    (field) => !isChild(field) && !Array.isArray(change.after[field] ?? change.before[field])
  )
  const commands =
    change.server === undefined ? frontendCommands(fields, change) : serverCommands(fields, change, change.server)
  if (commands === undefined) return "file"
  try {
    const runtime = host.runtime()
    for (const command of commands) await runtime.execute(command)
    return "runtime"
  } catch {
    return "file"
  }
}

const frontendCommands = (
  fields: ReadonlyArray<string>,
  { after, frontend = "" }: AttributeChange
): ReadonlyArray<string> | undefined => {
  if (fields.some((field) => field !== "maxconn")) return undefined
  if (fields.length === 0) return []
  return after["maxconn"] === undefined ? undefined : [`set maxconn frontend ${frontend} ${String(after["maxconn"])}`]
}

const serverCommands = (
  fields: ReadonlyArray<string>,
  { after, before }: AttributeChange,
  { backend, name }: { readonly backend: string; readonly name: string }
): ReadonlyArray<string> | undefined => {
  if (fields.some((field) => !serverFields.has(field))) return undefined
  const removed = fields.filter((field) => after[field] === undefined)
  // What is gone from the body is a value the server doesn't look at, but for maintenance, which then ends.
  if (removed.some((field) => field !== "maintenance")) return undefined
  const server = `${backend}/${name}`
  const value = (field: string) => String(after[field] ?? before[field] ?? "")
  const commands: Array<string> = []
  if (fields.includes("address") || fields.includes("port")) {
    commands.push(`set server ${server} addr ${value("address")} port ${value("port")}`)
  }
  if (fields.includes("weight")) commands.push(`set server ${server} weight ${value("weight")}`)
  if (fields.includes("maintenance")) {
    commands.push(`set server ${server} state ${after["maintenance"] === "enabled" ? "maint" : "ready"}`)
  }
  if (fields.includes("health_check_port"))
    commands.push(`set server ${server} check-port ${value("health_check_port")}`)
  if (fields.includes("agent-check")) {
    commands.push(`${after["agent-check"] === "enabled" ? "enable" : "disable"} agent ${server}`)
  }
  if (fields.includes("agent-addr")) commands.push(`set server ${server} agent-addr ${value("agent-addr")}`)
  if (fields.includes("agent-send")) commands.push(`set server ${server} agent-send ${value("agent-send")}`)
  return commands
}
