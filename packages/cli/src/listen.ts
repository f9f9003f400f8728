import { Effect } from "effect"
import { Flag } from "effect/cli"
import type { CommandError } from "./CommandError.ts"
import { usageError } from "./usageError.ts"

/** `--listen`. */
export const listenFlag = (
  address: string,
  description = "The address and port it listens on; port 0 takes a free one"
): Flag.Flag<string> => Flag.String("listen").pipe(Flag.withDescription(description), Flag.withDefault(address))

/** Reads `HOST:PORT`; an IPv6 address stands in brackets. */
export const listenAddress = (
  text: string
): Effect.Effect<{ readonly host: string; readonly port: number }, CommandError> => {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  return match === null || port > 65_535
    ? Effect.fail(
        usageError(`"${text}" is no address to listen on`, "write HOST:PORT, such as 127.0.0.1:5555 or [::1]:0")
      )
    : Effect.succeed({ host: match[1] ?? (match[2] === "" ? "127.0.0.1" : (match[2] ?? "")), port })
}
