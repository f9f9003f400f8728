import { apiIn } from "../../../api/ApiVersion.ts"
import type { Draft } from "../../../grammar/Args.ts"
import { HeldSection } from "../HeldSection.ts"
import type { Effect, Host } from "../Host.ts"

/** The command that adds a server to the running HAProxy, with the words its line would have. */
export const addCommand = ({ api }: Host, backend: string, server: Draft): string => {
  const { words } = new HeldSection("backend", backend, api).lineOf("servers", server)
  const [, name = "", ...rest] = words
  // HAProxy takes no `enabled` for a server that is added while it runs.
  const options = apiIn(api, { since: "3.0" }) ? rest.filter((word) => word !== "enabled") : rest
  return `add server ${backend}/${name}  ${options.join(" ")}`
}

/**
 * Tries to add a server to the running HAProxy. Where `defaults` or the backend have a `default-server`, or HAProxy refuses, a reload
 * has to do it.
 */
export const addedAtRuntime = async (host: Host, backend: string, server: Draft): Promise<Effect> => {
  const config = host.transactions.config()
  if (config.ofKind("defaults")[0]?.base()["default_server"] !== undefined) return "file"
  if (config.section("backend", backend)?.base()["default_server"] !== undefined) return "file"
  try {
    await host.runtime().execute(addCommand(host, backend, server))
    return "runtime"
  } catch {
    return "file"
  }
}
