import { Effect } from "effect"

let serving = false

/** Serves until somebody ends it: being ended is then the proper end, and no interruption. */
export const untilStopped: Effect.Effect<never> = Effect.suspend(() => {
  serving = true
  return Effect.never
})

/** Reports whether the command that runs is one that serves until it is ended. */
export const isServing = (): boolean => serving
