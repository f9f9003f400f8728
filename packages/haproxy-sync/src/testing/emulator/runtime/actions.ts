import { ApiError } from "../ApiError.ts"
import type { Host } from "../Host.ts"
import { RuntimeError, runtimeMessage } from "./Runtime.ts"

/** The actions of the `X-Runtime-Actions` header, with the number of words each needs and the command it stands for. */
const actions: Readonly<
  Record<string, { readonly words: number; readonly command: (words: ReadonlyArray<string>) => string }>
> = {
  SetFrontendMaxConn: { words: 2, command: ([frontend, limit]) => `set maxconn frontend ${frontend} ${limit}` },
  SetServerWeight: { words: 3, command: ([be, srv, weight]) => `set server ${be}/${srv} weight ${weight}` },
  SetServerCheckPort: { words: 3, command: ([be, srv, port]) => `set server ${be}/${srv} check-port ${port}` },
  SetServerAddr: { words: 4, command: ([be, srv, ip, port]) => `set server ${be}/${srv} addr ${ip} port ${port}` },
  SetServerState: { words: 3, command: ([be, srv, state]) => `set server ${be}/${srv} state ${state}` },
  EnableAgentCheck: { words: 2, command: ([be, srv]) => `enable agent ${be}/${srv}` },
  DisableAgentCheck: { words: 2, command: ([be, srv]) => `disable agent ${be}/${srv}` },
  SetServerAgentAddr: { words: 3, command: ([be, srv, address]) => `set server ${be}/${srv} agent-addr ${address}` },
  SetServerAgentSend: { words: 3, command: ([be, srv, text]) => `set server ${be}/${srv} agent-send ${text}` }
}

/** Runs the actions that accompany a new configuration; unknown ones are passed over. */
export const runActions = async (host: Host, header: string): Promise<void> => {
  if (header === "") return
  const runtime = host.runtime()
  for (const action of header.split(";")) {
    const [name = "", ...words] = action.trim().split(" ")
    const known = actions[name]
    if (known === undefined) continue
    if (words.length < known.words) throw new ApiError(500, `cannot execute ${name}: not enough parameters`)
    const command = known.command(words)
    try {
      await runtime.execute(command)
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error
      throw new ApiError(500, `cannot execute ${name}: ${runtime.path} ${runtimeMessage(error, command)}`)
    }
  }
}
