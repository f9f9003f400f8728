import type { Operation } from "../diff/Operation.ts"

/**
 * The fields of a server that HAProxy takes while it runs, and that the Data Plane API applies without a reload.
 *
 * @category runtime
 * @since 0.1.0
 */
export const runtimeServerFields: ReadonlySet<string> = new Set([
  "address",
  "agent-addr",
  "agent-check",
  "agent-send",
  "health_check_port",
  "maintenance",
  "port",
  "weight"
])

/** Only an address in numbers can be set at runtime; a name has to be resolved by the configuration. */
const isIpAddress = (address: unknown): boolean =>
  typeof address === "string" &&
  (/^\d{1,3}(\.\d{1,3}){3}$/.test(address) || /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(address))

/**
 * Returns the fields for which HAProxy has to be reloaded to carry out an operation; none when it can take it while it runs.
 *
 * @category runtime
 * @since 0.1.0
 */
export const reloadCauses = (operation: Operation): ReadonlyArray<string> => {
  const fields = operation.changed.map((change) => change.field)
  if (operation.onlyRaw !== undefined || operation.type !== "update" || fields.length === 0) {
    return fields.length === 0 ? [operation.type] : fields
  }
  if (operation.keyword === "frontend" && operation.field === undefined) {
    return operation.changed
      .filter(({ after, field }) => field !== "maxconn" || after === undefined)
      .map((change) => change.field)
  }
  if (operation.field !== "servers" || operation.keyword !== "backend") return fields
  return operation.changed
    .filter(({ after, field }) => {
      if (!runtimeServerFields.has(field)) return true
      // Without the option a server is simply ready; the absence of any other field asks for a default that only a reload sets.
      if (after === undefined) return field !== "maintenance"
      if (field === "address" || field === "port")
        return !isIpAddress(operation.after?.["address"]) || operation.after?.["port"] === undefined
      return false
    })
    .map((change) => change.field)
}
