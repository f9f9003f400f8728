import { Effect } from "effect"

/** The variables of the process, for configurations that refer to them. */
export const environment: Effect.Effect<Readonly<Record<string, string | undefined>>> = Effect.sync(() => ({
  ...process.env
}))
