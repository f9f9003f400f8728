import type { StructuralSchema } from "../../resource/StructuralSchema.ts"

/** What the server itself keeps about every object. */
const metadata: StructuralSchema = {
  type: "object",
  properties: {
    creationTimestamp: { type: "string" },
    deletionTimestamp: { type: "string" },
    generation: { type: "integer" },
    name: { type: "string" },
    namespace: { type: "string" },
    resourceVersion: { type: "string" },
    uid: { type: "string" },
    labels: { type: "object", additionalProperties: { type: "string" } },
    annotations: { type: "object", additionalProperties: { type: "string" } }
  }
}

type Step = (at: StructuralSchema, match: RegExpExecArray) => StructuralSchema | undefined

const field = (at: StructuralSchema, name: string) => at.properties?.[name] ?? at.additionalProperties

const steps: ReadonlyArray<readonly [RegExp, Step]> = [
  [/\.([A-Za-z_][\w-]*)/uy, (at, [, name = ""]) => field(at, name)],
  [/\['([^']+)'\]/uy, (at, [, name = ""]) => field(at, name)],
  [/\[(?:\d+|\*)\]/uy, (at) => at.items],
  [
    /\[\?\(@\.([A-Za-z_]\w*)\s*==\s*(?:"[^"]*"|'[^']*')\)\]/uy,
    (at, [, name = ""]) => (at.items === undefined || field(at.items, name) === undefined ? undefined : at.items)
  ]
]

/** Returns what a path of the kind that printer columns have leads to, if it leads anywhere. */
export const find = (root: StructuralSchema, path: string): StructuralSchema | undefined => {
  let found: StructuralSchema | undefined = { ...root, properties: { ...root.properties, metadata } }
  let at = 0
  while (at < path.length && found !== undefined) {
    let next: StructuralSchema | undefined
    for (const [pattern, step] of steps) {
      pattern.lastIndex = at
      const match = pattern.exec(path)
      if (match !== null) {
        next = step(found, match)
        at += match[0].length
        break
      }
    }
    found = next
  }
  return at === 0 ? undefined : found
}
