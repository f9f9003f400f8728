import { Effect } from "effect"
import { assertLabelsSettle, steps } from "../../packages/github-sync/test/support/laws/labelsSettle.ts"
import { target as made } from "../Target.ts"

/** The labels of a pull request settle whatever people do and wherever Lockstep is stopped. */
export const target = made({ inputs: Effect.succeed(steps), law: assertLabelsSettle })
