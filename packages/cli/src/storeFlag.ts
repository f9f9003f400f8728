import { Flag } from "effect/cli"

/** `--store`. */
export const store = Flag.String("store").pipe(
  Flag.withDescription("The file of a local operator: lockstep operator run --store FILE"),
  Flag.withMetavar("FILE")
)
