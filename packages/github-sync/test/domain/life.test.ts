import { describe, it } from "@effect/vitest"
import { assertLabelsSettle, steps } from "../support/laws/labelsSettle.ts"

describe("the labels of a pull request", () => {
  it.prop("settle whatever people do and wherever Lockstep is stopped", [steps], ([life]) => assertLabelsSettle(life))
})
