import { Arbitrary, Predicate, Schema } from "effect"
import { Shipment } from "./Shipment.ts"

/** Specs of shipments, as they are sent. */
export const shipments: Arbitrary.Arbitrary<Schema.Json> = Arbitrary.schema(Shipment.spec).pipe(
  Arbitrary.map((spec) => JSON.stringify(Schema.encodeSync(Shipment.spec)(spec))),
  // Half a surrogate pair has no form on the wire; JSON.stringify escapes it.
  Arbitrary.filter((text) => !/\\ud[89a-f][0-9a-f]{2}/u.test(text)),
  Arbitrary.map((text): Schema.Json => JSON.parse(text))
)

/** What may stand in a wrong place. Null is left out: where it may not be, the server takes it for absent. */
const replacements: ReadonlyArray<Schema.Json | undefined> = [
  undefined,
  "",
  "a",
  "AB-12",
  " x",
  "ü\u2028b",
  "𝒳𝒳𝒳",
  "e".repeat(30),
  "fast",
  "sea",
  0,
  -1,
  1,
  2.5,
  7,
  1000,
  2 ** 40,
  1e20,
  true,
  {},
  { by: "road" },
  { by: "sea", ship: "x", "port-of-call": "y" },
  { a: 1 },
  { a: "b", c: "d", e: "f", g: "h" },
  { from: 19 },
  [],
  ["a", "a"],
  ["a", "b", "c", "d", "e"],
  [{ id: "a" }, { id: "a" }],
  [{ id: "a", grams: 1 }, { id: "b" }],
  [1]
]

/** A spec with one thing in it taken away or made another, mostly to its harm. */
export const mutants: Arbitrary.Arbitrary<Schema.Json> = Arbitrary.map(
  Arbitrary.all({
    spec: shipments,
    place: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000 }))),
    change: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: replacements.length - 1 })))
  }),
  ({ spec, place, change }) => {
    const places = [...placesOf(spec), ...fields.map((field) => [field])]
    return replaced(spec, places[place % places.length] ?? [], replacements[change])
  }
)

const fields = ["label", "attempts", "weight", "insured", "speed", "size", "gate", "tags", "parcels", "notes", "route"]

const isObject = (value: Schema.Json): value is Schema.JsonObject => Predicate.isObject(value)

type Place = ReadonlyArray<string | number>

const placesOf = (value: Schema.Json): ReadonlyArray<Place> =>
  Array.isArray(value)
    ? value.flatMap((entry: Schema.Json, index) => [[index], ...placesOf(entry).map((rest) => [index, ...rest])])
    : isObject(value)
      ? Object.entries(value).flatMap(([field, inner]) => [[field], ...placesOf(inner).map((rest) => [field, ...rest])])
      : []

const replaced = (value: Schema.Json, [first, ...rest]: Place, by: Schema.Json | undefined): Schema.Json => {
  if (first === undefined) return by ?? value
  if (Array.isArray(value)) {
    return value.flatMap((entry: Schema.Json, index) =>
      index !== first ? [entry] : rest.length > 0 ? [replaced(entry, rest, by)] : by === undefined ? [] : [by]
    )
  }
  if (!isObject(value)) return value
  const { [String(first)]: before, ...others } = value
  const after = rest.length > 0 && before !== undefined ? replaced(before, rest, by) : by
  return after === undefined ? others : { ...others, [String(first)]: after }
}
