import type { Operation } from "../diff/Operation.ts"

/**
 * Returns what the Data Plane API calls runtime actions for an operation that HAProxy takes while it runs: they go along with a text
 * that is stored without a reload.
 *
 * @category runtime
 * @since 0.1.0
 */
export const runtimeActionsOf = ({
  after = {},
  changed,
  field,
  name = "",
  owner
}: Operation): ReadonlyArray<string> => {
  const fields = new Set(changed.map((change) => change.field))
  if (field === undefined)
    return fields.has("maxconn") ? [`SetFrontendMaxConn ${owner} ${String(after["maxconn"])}`] : []
  const on = (action: string, ...values: ReadonlyArray<unknown>) => [action, owner, name, ...values].join(" ")
  return [
    ...(fields.has("address") || fields.has("port") ? [on("SetServerAddr", after["address"], after["port"])] : []),
    ...(fields.has("weight") ? [on("SetServerWeight", after["weight"])] : []),
    ...(fields.has("health_check_port") ? [on("SetServerCheckPort", after["health_check_port"])] : []),
    ...(fields.has("agent-addr") ? [on("SetServerAgentAddr", after["agent-addr"])] : []),
    ...(fields.has("agent-send") ? [on("SetServerAgentSend", after["agent-send"])] : []),
    ...(fields.has("agent-check")
      ? [on(after["agent-check"] === "enabled" ? "EnableAgentCheck" : "DisableAgentCheck")]
      : []),
    ...(fields.has("maintenance") ? [on("SetServerState", after["maintenance"] === "enabled" ? "maint" : "ready")] : [])
  ]
}
