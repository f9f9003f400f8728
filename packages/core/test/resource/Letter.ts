import { Conditions, Resource } from "@lockstep/core"
import { Schema } from "effect"

const kind = {
  group: "test.lockstep.dev",
  version: "v1",
  kind: "Letter",
  plural: "letters",
  description: "Something to read."
} as const

const status = Schema.Struct({ conditions: Schema.optionalKey(Conditions.Conditions) })

/** A kind as the present version of a program has it. */
export const Letter = Resource.make({
  ...kind,
  spec: Schema.Struct({ text: Schema.String.check(Schema.isMaxCodePoints(10)) }),
  status
})

/** The same kind as an older version had it, and as it is declared on the server: it allows what is refused now. */
export const OldLetter = Resource.make({
  ...kind,
  spec: Schema.Struct({ text: Schema.String }),
  status
})
