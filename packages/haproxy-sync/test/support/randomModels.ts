import { Arbitrary, Schema } from "effect"
import type { Field } from "../../src/grammar/Args.ts"
import { type HaproxyVersion, versionIn } from "../../src/text/HaproxyVersion.ts"

const one = <const T extends string | number | boolean>(values: ReadonlyArray<T>): Arbitrary.Arbitrary<T> =>
  Arbitrary.schema(Schema.Literals(values))

/** Words of all kinds: names, addresses, expressions, what other words of a line look like, and what needs quotes. */
const words = one([
  "a",
  "b1",
  "x-y_z.w",
  "10.0.0.1",
  "10.0.0.0/8",
  "/p/q.pem",
  "%[src]",
  "txn.x",
  "src,lower",
  "a@b.c",
  "00ff",
  "1,3:5",
  "644",
  "5",
  "if",
  "on",
  "ssl",
  '"a b"',
  "a\\ b",
  "'$x'",
  '"${X}"'
])

const numbers = one([1, 2, 80, 200, 404, 503, 1000, 65_535])
const durations = one([1, 250, 1000, 5000, 60_000, 90_000, 3_600_000, 86_400_000])
const sizes = one([1, 500, 1024, 16_384, 1_048_576, 3_145_728])

const valueOf = (field: Field, version: HaproxyVersion): Arbitrary.Arbitrary<unknown> => {
  const { fields, max, min, name, type, values } = field
  if (values !== undefined && values.length > 0) return one(values)
  switch (type) {
    case "string":
      return words
    case "integer":
      return Arbitrary.map(numbers, (number) => Math.min(Math.max(number, min ?? number), max ?? number))
    case "duration":
      return durations
    case "size":
      return sizes
    case "boolean":
      return one([true, false])
    case "strings":
      return Arbitrary.array(words, { minLength: 1, maxLength: 3 })
    case "object":
      return fields === undefined ? Arbitrary.map(words, (comment) => ({ comment })) : randomFields(fields, version)
    case "list":
      return Arbitrary.array(randomFields(fields ?? [], version), { maxLength: 4 })
    case "map":
      if (fields === undefined) return Arbitrary.map(words, (value) => ({ a: value, b1: value }))
      return Arbitrary.map(Arbitrary.array(randomFields(fields ?? [], version), { maxLength: 3 }), (items) =>
        Object.fromEntries(items.map((item, index) => [`${name}${index}`, { ...item, name: `${name}${index}` }]))
      )
  }
}

type Entries = ReadonlyArray<readonly [name: string, value: unknown]>

/** Some of the fields, few or many, with values that they may have. */
const randomFields = (
  fields: ReadonlyArray<Field>,
  version: HaproxyVersion
): Arbitrary.Arbitrary<Readonly<Record<string, unknown>>> => {
  const known = fields
    .filter((field) => versionIn(version, field))
    .map((field) => [field.name, valueOf(field, version)] as const)
  return Arbitrary.flatMap(one([1, 4, 8, 10]), (density) =>
    Arbitrary.map(
      Arbitrary.all(
        known.map(([name, value]) =>
          Arbitrary.flatMap(one([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), (number): Arbitrary.Arbitrary<Entries> =>
            number > density ? Arbitrary.Constant([]) : Arbitrary.map(value, (some) => [[name, some]])
          )
        )
      ),
      (entries) => Object.fromEntries(entries.flat())
    )
  )
}

/** Models made from the descriptions of a grammar's fields: many of them ask for lines that no text has. */
export const randomModel = (
  fields: ReadonlyArray<Field>,
  version: HaproxyVersion
): Arbitrary.Arbitrary<Readonly<Record<string, unknown>>> =>
  Arbitrary.map(randomFields(fields, version), (model) => ({ ...model, name: "x" }))
