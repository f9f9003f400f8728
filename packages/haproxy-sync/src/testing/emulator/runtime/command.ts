import type { ApiError } from "../ApiError.ts"
import type { Endpoint } from "../Router.ts"
import { type Runtime, RuntimeError, runtimeMessage } from "./Runtime.ts"

export const at = "/services/haproxy/runtime"
export const endpoint = (handle: Endpoint["handle"], consumes?: ReadonlyArray<string>): Endpoint =>
  consumes === undefined ? { handle } : { handle, consumes }

/** Runs a command; an error becomes an answer of the API. */
export const run = async (runtime: Runtime, command: string, wrap: (message: string) => ApiError): Promise<string> => {
  try {
    return await runtime.execute(command)
  } catch (error) {
    if (error instanceof RuntimeError) throw wrap(runtimeMessage(error, command))
    throw error
  }
}
