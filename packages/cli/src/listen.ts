import { Effect } from "effect"
import { CommandError } from "./CommandError.ts"
import { exitCodes } from "./ExitCode.ts"

/** Reads `HOST:PORT`; an IPv6 address stands in brackets. */
export const listenAddress = (
  text: string
): Effect.Effect<{ readonly host: string; readonly port: number }, CommandError> => {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  return match === null || port > 65_535
    ? Effect.fail(
        new CommandError({
          kind: "Usage",
          message: `"${text}" is no address to listen on`,
          hint: "write HOST:PORT, such as 127.0.0.1:5555 or [::1]:0",
          exit: exitCodes.usage
        })
      )
    : Effect.succeed({ host: match[1] ?? (match[2] === "" ? "127.0.0.1" : (match[2] ?? "")), port })
}
