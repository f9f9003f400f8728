import type { FieldChange, Operation } from "../diff/Operation.ts"

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
 * Returns the fields that need not be in force at once, so that no reload is needed for them alone: the health check of a server
 * that is in maintenance, or comes out of it. A server in maintenance is not checked.
 *
 * **Gotchas**
 *
 * A server that HAProxy was started with in maintenance and without a check is not checked until the next reload after it has come
 * out of maintenance.
 *
 * @category runtime
 * @since 0.1.0
 */
export const deferredFields = ({ after, before, changed, field, keyword }: Operation): ReadonlyArray<string> => {
  if (keyword !== "backend" || field !== "servers") return []
  if (before?.["maintenance"] !== "enabled" && after?.["maintenance"] !== "enabled") return []
  return changed.map((change) => change.field).filter((name) => name === "check")
}

/**
 * Returns the fields for which HAProxy has to be reloaded to carry out an operation; none when it can take it while it runs.
 *
 * @category runtime
 * @since 0.1.0
 */
export const reloadCauses = (operation: Operation): ReadonlyArray<string> => {
  const { changed, field, keyword, onlyRaw, type } = operation
  const fields = changed.map((change) => change.field)
  if (onlyRaw !== undefined || type !== "update" || fields.length === 0) return fields.length === 0 ? [type] : fields
  if (keyword === "frontend" && field === undefined) {
    return changed.filter(({ after, field: name }) => name !== "maxconn" || after === undefined).map((one) => one.field)
  }
  if (keyword !== "backend" || field !== "servers") return fields
  const deferred = new Set(deferredFields(operation))
  const causes = changed
    .filter((change) => !deferred.has(change.field) && !takenAtRuntime(change))
    .map((one) => one.field)
  // With a reload anyway, everything is in force after it.
  return causes.length === 0 ? causes : fields.filter((name) => causes.includes(name) || deferred.has(name))
}

/** Whether the running HAProxy takes a change of a server's field. */
const takenAtRuntime = ({ after, field }: FieldChange): boolean => {
  if (!runtimeServerFields.has(field)) return false
  // Without the option a server is simply ready; the absence of any other field asks for a default that only a reload sets.
  if (after === undefined) return field === "maintenance"
  return field !== "address" || isIpAddress(after)
}
