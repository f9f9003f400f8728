import type { Resource } from "@lockstep/core"
import { Predicate } from "effect"

/** The objects of a kind as a table, with the name and the kind's columns as `kubectl get` shows them. */
export const tableOf = (
  kind: Resource.Resource<string, never, never> | Pick<Resource.Any, "printerColumns">,
  objects: ReadonlyArray<{ readonly metadata: { readonly name: string } }>,
  now: number
): string => {
  const columns = kind.printerColumns.filter(({ priority }) => (priority ?? 0) === 0)
  const rows = [
    ["NAME", ...columns.map(({ name }) => name.toUpperCase())],
    ...objects.map((object) => [object.metadata.name, ...columns.map((column) => cell(column, object, now))])
  ]
  const widths = rows[0]?.map((_, index) => Math.max(...rows.map((row) => (row[index] ?? "").length))) ?? []
  return rows
    .map((row) =>
      row
        .map((text, index) => text.padEnd(widths[index] ?? 0))
        .join("   ")
        .trimEnd()
    )
    .join("\n")
}

const cell = ({ jsonPath, type }: Resource.PrinterColumn, object: unknown, now: number): string => {
  const found = at(object, jsonPath)
  if (found === undefined) return ""
  return type === "date" ? age(now - Date.parse(String(found))) : String(found)
}

// `.spec.repository.name` and `.status.conditions[?(@.type=="Ready")].status`: what the columns of our kinds are made of.
const at = (object: unknown, path: string): unknown =>
  [...path.matchAll(/\.(\w+)|\[\?\(@\.(\w+)=="([^"]*)"\)\]/gu)].reduce<unknown>((value, [, field, key, wanted]) => {
    if (field !== undefined) return Predicate.hasProperty(value, field) ? value[field] : undefined
    const items: ReadonlyArray<unknown> = Array.isArray(value) ? value : []
    return items.find((item) => key !== undefined && Predicate.hasProperty(item, key) && item[key] === wanted)
  }, object)

const units: ReadonlyArray<readonly [unit: string, millis: number]> = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000]
]

const age = (millis: number): string => {
  const [unit, size] = units.find(([, one]) => millis >= 2 * one) ?? ["s", 1000]
  return `${Math.max(0, Math.floor(millis / size))}${unit}`
}
