import type { Resource } from "@lockstep/core"
import { Predicate } from "effect"

type Columns = Pick<Resource.Any, "printerColumns">

type Row = ReadonlyArray<string>

const columnsOf = ({ printerColumns }: Columns) => printerColumns.filter(({ priority }) => (priority ?? 0) === 0)

/** The name and the titles of a kind's columns, as `kubectl get` shows them. */
export const titlesOf = (kind: Columns): Row => ["NAME", ...columnsOf(kind).map(({ name }) => name.toUpperCase())]

/** What an object has in these columns. */
export const rowOf = (kind: Columns, object: { readonly metadata: { readonly name: string } }, now: number): Row => [
  object.metadata.name,
  ...columnsOf(kind).map((column) => cell(column, object, now))
]

/** Lays rows out under each other. Those that come later stand under those before, as far as they are as narrow. */
export const layout = (gap = "   "): ((rows: ReadonlyArray<Row>) => string) => {
  const widths: Array<number> = []
  return (rows) => {
    for (const row of rows) row.forEach((text, at) => void (widths[at] = Math.max(widths[at] ?? 0, text.length)))
    return rows
      .map((row) =>
        row
          .map((text, at) => text.padEnd(widths[at] ?? 0))
          .join(gap)
          .trimEnd()
      )
      .join("\n")
  }
}

/** The objects of a kind as a table. */
export const tableOf = (
  kind: Columns,
  objects: ReadonlyArray<{ readonly metadata: { readonly name: string } }>,
  now: number
): string => layout()([titlesOf(kind), ...objects.map((object) => rowOf(kind, object, now))])

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
