import { MemoryStore, Resource, ResourceStore } from "@lockstep/core"
import { kinds } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"

const root = join(import.meta.dirname, "../../../..")

const Example = Schema.Struct({
  apiVersion: Schema.String,
  kind: Schema.String,
  metadata: Schema.Struct({ name: Schema.String, namespace: Schema.optionalKey(Schema.String) }),
  spec: Schema.Json
})

const exampleOf = (kind: string) =>
  Schema.decodeUnknownSync(Example)(parse(readFileSync(join(root, "examples/resources", `${kind}.yaml`), "utf8")), {
    onExcessProperty: "error"
  })

const pageOf = (kind: string) => readFileSync(join(root, "docs/resources", `${kind}.md`), "utf8")

/** The names of all fields of a JSON Schema, at any depth. */
const fieldsOf = (node: unknown): ReadonlyArray<string> =>
  typeof node !== "object" || node === null
    ? []
    : Object.entries(node).flatMap(([key, value]: [string, unknown]) => [
        ...(key === "properties" && typeof value === "object" && value !== null ? Object.keys(value) : []),
        ...fieldsOf(value)
      ])

/** The path of a printer column, without the parts that pick from a list. */
const pathOf = (column: Resource.PrinterColumn) => column.jsonPath.split(/[.[]/u).filter((part) => /^\w+$/u.test(part))

const each = (
  title: string,
  run: (kind: Resource.Resource<string, unknown, unknown>) => Effect.Effect<void, unknown>
) => {
  for (const kind of kinds) it.effect(`${kind.kind}: ${title}`, () => run(kind as Resource.Any))
}

describe("the kinds", () => {
  each("has an example that the store takes as it is", (kind) =>
    Effect.gen(function* () {
      const example = exampleOf(kind.kind)
      assert.deepStrictEqual([example.apiVersion, example.kind], [kind.apiVersion, kind.kind])
      assert.strictEqual(example.metadata.namespace !== undefined, kind.scope === "Namespaced")
      const spec = yield* Schema.decodeUnknownEffect(kind.spec, { onExcessProperty: "error" })(example.spec)
      const store = yield* ResourceStore
      const created = yield* store.create(kind, { metadata: example.metadata, spec })
      assert.deepStrictEqual((yield* store.get(kind, Resource.keyOf(created))).spec, spec)
    }).pipe(Effect.provide(MemoryStore.layer()))
  )

  each("has a page that names every field and column, and links its example", (kind) =>
    Effect.sync(() => {
      const page = pageOf(kind.kind)
      assert.include(page, `](../../examples/resources/${kind.kind}.yaml)`)
      // The fields of conditions are the same everywhere.
      const common = new Set(["type", "status", "reason", "message", "lastTransitionTime"])
      const fields = [kind.spec, kind.status].flatMap((schema) => fieldsOf(Schema.toJsonSchemaDocument(schema)))
      assert.isAtLeast(fields.length, 5)
      for (const field of new Set(fields)) {
        if (!common.has(field)) assert.match(page, new RegExp(`\\b${field}\\b`, "u"), field)
      }
      for (const { name } of kind.printerColumns) assert.match(page, new RegExp(`#.*\\b${name}\\b`, "u"), name)
    })
  )

  each("shows columns that lead to fields it has", (kind) =>
    Effect.sync(() => {
      assert.isNotEmpty(kind.printerColumns)
      for (const column of kind.printerColumns) {
        const [first = "", ...rest] = pathOf(column)
        if (first === "metadata") continue
        const fields = fieldsOf(Schema.toJsonSchemaDocument(first === "spec" ? kind.spec : kind.status))
        for (const part of rest) if (part !== "type" && part !== "Ready") assert.include(fields, part, column.jsonPath)
      }
    })
  )
})
