import { StructuralSchema } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"

const text = Schema.String
const withDefault = <S extends Schema.Top>(schema: S, value: S["Encoded"]) =>
  schema.pipe(Schema.withDecodingDefaultKey(Effect.succeed(value)))

const safe = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }

describe("StructuralSchema.make", () => {
  const told: ReadonlyArray<readonly [string, Schema.Constraint, StructuralSchema.StructuralSchema]> = [
    ["a text", text, { type: "string" }],
    ["an integer", Schema.Int, { type: "integer", ...safe }],
    ["a finite number", Schema.Finite, { type: "number" }],
    ["a boolean", Schema.Boolean, { type: "boolean" }],
    ["a choice of texts", Schema.Literals(["a", "b"]), { type: "string", enum: ["a", "b"] }],
    ["a choice of integers", Schema.Literals([1, 2]), { type: "integer", enum: [1, 2] }],
    ["a description", text.annotate({ description: "Words." }), { description: "Words.", type: "string" }],
    [
      "a description after checks",
      text.check(Schema.isMaxCodePoints(3)).annotate({ description: "Words." }),
      { description: "Words.", type: "string", maxLength: 3 }
    ],
    [
      "fields, optional ones and those with a default",
      Schema.Struct({ a: text, b: Schema.optionalKey(text), c: withDefault(text, "x") }),
      {
        type: "object",
        properties: { a: { type: "string" }, b: { type: "string" }, c: { default: "x", type: "string" } },
        required: ["a"]
      }
    ],
    [
      "a default with the defaults inside it",
      Schema.Struct({ o: withDefault(Schema.Struct({ a: withDefault(text, "x"), b: Schema.optionalKey(text) }), {}) }),
      {
        type: "object",
        properties: {
          o: {
            default: { a: "x" },
            type: "object",
            properties: { a: { default: "x", type: "string" }, b: { type: "string" } }
          }
        }
      }
    ],
    ["null", Schema.NullOr(text), { type: "string", nullable: true }],
    [
      "null among choices, by a rule",
      Schema.NullOr(Schema.Literals(["a", "b"])),
      {
        type: "string",
        nullable: true,
        "x-kubernetes-validations": [{ rule: 'self in ["a","b"]', message: "must be one of a, b" }]
      }
    ],
    ["a text or an integer", Schema.Union([text, Schema.Int]), { "x-kubernetes-int-or-string": true }],
    [
      "a record",
      Schema.Record(text, Schema.Boolean).check(Schema.isMaxProperties(2)),
      { type: "object", additionalProperties: { type: "boolean" }, maxProperties: 2 }
    ],
    [
      "a list",
      Schema.Array(text).check(Schema.isMinLength(1), Schema.isMaxLength(3)),
      { type: "array", items: { type: "string" }, minItems: 1, maxItems: 3 }
    ],
    [
      "a set",
      Schema.Array(text).check(Schema.isUnique()),
      { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" }
    ],
    [
      "a list with keys",
      Schema.Array(Schema.Struct({ id: text })).check(StructuralSchema.uniqueBy("id")),
      {
        type: "array",
        items: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["id"]
      }
    ],
    [
      "the tighter of two bounds",
      Schema.Int.check(Schema.isGreaterThan(0), Schema.isGreaterThanOrEqualTo(0), Schema.isLessThanOrEqualTo(9)),
      { type: "integer", minimum: 0, exclusiveMinimum: true, maximum: 9 }
    ],
    [
      "a bound with a fraction, by a rule",
      Schema.Finite.check(Schema.isLessThan(0.5)),
      { type: "number", "x-kubernetes-validations": [{ rule: "self < 0.5", message: "must be < 0.5" }] }
    ],
    [
      "two patterns, in the syntax of RE2",
      text.check(Schema.isPattern(/^.\u{1F600}\u00e4$/u), Schema.isPattern(/\/\w/u)),
      {
        type: "string",
        pattern: "^[^\\n\\r\\x{2028}\\x{2029}]\\x{1F600}\\x{00e4}$",
        allOf: [{ pattern: "/\\w" }]
      }
    ],
    [
      "a check of one's own, by its rule",
      text.check(StructuralSchema.rule({ cel: "self != 'x'", message: "no x", holds: (value) => value !== "x" })),
      { type: "string", "x-kubernetes-validations": [{ rule: "self != 'x'", message: "no x" }] }
    ],
    [
      "anything, where asked for",
      Schema.Struct({ any: Schema.Unknown.annotate({ "x-kubernetes-preserve-unknown-fields": true }) }),
      { type: "object", properties: { any: { "x-kubernetes-preserve-unknown-fields": true } }, required: ["any"] }
    ],
    [
      "cases told apart by a field",
      Schema.Union([
        Schema.Struct({ by: Schema.Literal("road"), plate: text }),
        Schema.Struct({ by: Schema.Literal("sea"), "home-port": text, note: Schema.optionalKey(text) })
      ]),
      {
        type: "object",
        properties: {
          by: { type: "string", enum: ["road", "sea"] },
          plate: { type: "string" },
          "home-port": { type: "string" },
          note: { type: "string" }
        },
        required: ["by"],
        "x-kubernetes-validations": [
          { rule: 'self.by != "road" || (has(self.plate))', message: "by road needs plate" },
          { rule: 'self.by != "sea" || (has(self.home__dash__port))', message: "by sea needs home-port" }
        ]
      }
    ]
  ]
  it.each(told)("tells %s", (_, schema, expected) => {
    assert.deepStrictEqual(Result.getOrThrow(StructuralSchema.make(schema)), expected)
  })

  class Named extends Schema.Class<Named>("Named")({ a: text }) {}
  interface Tree {
    readonly children: ReadonlyArray<Tree>
  }
  const Tree = Schema.Struct({ children: Schema.Array(Schema.suspend((): Schema.Codec<Tree> => Tree)) })

  const refused: ReadonlyArray<readonly [string, Schema.Constraint, RegExp]> = [
    ["numbers that JSON doesn't have", Schema.Number, /Schema\.Finite/u],
    ["undefined", Schema.optional(text), /optionalKey/u],
    ["dates", Schema.Date, /encoded schema/u],
    ["tuples", Schema.Tuple([text]), /Schema\.Array/u],
    ["transformations", Schema.FiniteFromString, /transformation/u],
    ["options", Schema.Option(text), /encoded schema/u],
    ["classes", Named, /encoded schema/u],
    ["secrets", Schema.Redacted(text), /encoded schema/u],
    ["schemas that contain themselves", Tree.fields.children, /contain itself/u],
    ["anything", Schema.Unknown, /x-kubernetes-preserve-unknown-fields/u],
    ["template literals", Schema.TemplateLiteral(["a", text]), /pattern/u],
    ["patterns without the flag u", text.check(Schema.isPattern(/a/)), /flag u/u],
    ["patterns that look ahead", text.check(Schema.isPattern(/a(?=b)/u)), /'\(\?='/u],
    ["patterns that refer back", text.check(Schema.isPattern(/(a)\1/u)), /'\\1'/u],
    ["patterns with classes of Unicode, whose versions differ", text.check(Schema.isPattern(/\p{L}/u)), /'\\p\{'/u],
    ["patterns that repeat too often", text.check(Schema.isPattern(/a{1,1001}/u)), /'\{1,'/u],
    ["lengths in code units", text.check(Schema.isMaxLength(3)), /isMaxCodePoints/u],
    [
      "checks without a counterpart",
      text.check(Schema.makeFilter((value) => value !== "x")),
      /StructuralSchema\.rule/u
    ],
    ["choices of two types", Schema.Literals(["a", 1]), /all texts/u],
    [
      "cases that nothing tells apart",
      Schema.Union([Schema.Struct({ a: text }), Schema.Struct({ b: text })]),
      /told apart/u
    ],
    [
      "a field that means two things",
      Schema.Union([
        Schema.Struct({ by: Schema.Literal("a"), x: text }),
        Schema.Struct({ by: Schema.Literal("b"), x: Schema.Boolean })
      ]),
      /field\.x: means different things/u
    ],
    ["records with checked keys", Schema.Record(text.check(Schema.isMinCodePoints(1)), text), /keys/u],
    ["records with names for keys", Schema.Record(text, text).check(Schema.isPropertyNames(text)), /propertyNames/u],
    [
      "fields beside a record",
      Schema.StructWithRest(Schema.Struct({ a: text }), [Schema.Record(text, text)]),
      /nothing beside/u
    ],
    ["sets of objects", Schema.Array(Schema.Struct({ a: text })).check(Schema.isUnique()), /uniqueBy/u],
    [
      "keys of a list that may be absent",
      Schema.Array(Schema.Struct({ id: Schema.optionalKey(text) })).check(StructuralSchema.uniqueBy("id")),
      /required fields/u
    ],
    ["multiples of fractions", Schema.Finite.check(Schema.isMultipleOf(0.5)), /multiples of integers/u],
    [
      "a default that is worked out elsewhere",
      text.pipe(Schema.withDecodingDefaultKey(Effect.delay(Effect.succeed("x"), "1 second"))),
      /transformation/u
    ]
  ]
  it.each(refused)("refuses %s, and names the place", (_, field, problem) => {
    const error = Result.getOrThrow(Result.flip(StructuralSchema.make(Schema.Struct({ field }))))
    assert.match(error.message, /spec\.field/u)
    assert.match(error.message, problem)
  })

  it("names every place at once", () => {
    const schema = Schema.Struct({ a: Schema.Array(Schema.Date), b: Schema.Record(text, Schema.Number) })
    const error = Result.getOrThrow(Result.flip(StructuralSchema.make(schema, "status")))
    assert.deepStrictEqual(
      error.problems.map(({ path }) => path),
      ["status.a[]", "status.b.*"]
    )
  })
})

describe("StructuralSchema.uniqueBy", () => {
  const codec = Schema.Array(Schema.Struct({ id: text, at: Schema.Int })).check(StructuralSchema.uniqueBy("id", "at"))
  it.each([
    [
      [
        { id: "a", at: 1 },
        { id: "a", at: 2 }
      ],
      true
    ],
    [
      [
        { id: "a", at: 1 },
        { id: "b", at: 1 },
        { id: "a", at: 1 }
      ],
      false
    ]
  ])("looks at all of the fields: %j", (entries, accepted) => {
    assert.strictEqual(Result.isSuccess(Schema.decodeUnknownResult(codec)(entries)), accepted)
  })
})
