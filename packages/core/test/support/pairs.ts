import { Resource } from "@lockstep/core"
import { Schema } from "effect"
import { createHash } from "node:crypto"

/** A kind whose two fields belong together, so that a torn object is seen. */
export const Pair = Resource.make({
  group: "test.lockstep.dev",
  version: "v1",
  kind: "Pair",
  plural: "pairs",
  description: "Two fields that belong together.",
  spec: Schema.Struct({ value: Schema.Int, checksum: Schema.String }),
  status: Schema.Struct({})
})

export type Pair = Resource.InstanceOf<typeof Pair>

/** Long enough that one object takes several pages of the file. */
export const checksum = (name: string, value: number): string =>
  createHash("sha256").update(`${name} ${value}`).digest("hex").repeat(100)
