import { Effect, Equal, Exit, Option, Predicate, type Schema, SchemaAST, SchemaGetter } from "effect"
import type { StructuralSchema } from "../StructuralSchema.ts"
import { preserveKey } from "./annotations.ts"
import { addChecks, type Draft } from "./checks.ts"
import { mergeVariants, tagOf } from "./variants.ts"

/** Takes down what can't be said structurally, and where. */
export type RefuseAt = (path: string, problem: string) => void

/** Walks over a schema's JSON form and tells it in the words of a structural schema. */
export const walk = (ast: SchemaAST.AST, path: string, refuseAt: RefuseAt): StructuralSchema => {
  let refused = false
  const refuse: RefuseAt = (at, problem) => {
    // One reason is enough: what has no form is mostly transformed as well.
    if (at !== path || !refused) refuseAt(at, problem)
    refused ||= at === path
  }
  const anything = ast.annotations?.[preserveKey] === true
  const draft: Draft = anything ? { [preserveKey]: true } : (formOf(ast, path, refuse) ?? {})
  addChecks(draft, ast.checks, (problem) => refuse(path, problem))
  const description = descriptionOf(ast)
  const byDefault = ast.encoding === undefined || anything ? undefined : defaultOf(ast.encoding, path, refuse)
  return {
    ...(description === undefined ? {} : { description }),
    ...(byDefault === undefined ? {} : { default: fill(draft, byDefault) }),
    ...draft
  }
}

const descriptionOf = (ast: SchemaAST.AST): string | undefined => {
  const texts = [ast.context?.annotations, ...(ast.checks ?? []).map(({ annotations }) => annotations).toReversed()]
  const found = [...texts, ast.annotations].map((annotations) => annotations?.["description"])
  return found.find(Predicate.isString)
}

/** The one transformation that can be said: what stands for an absent value. */
const defaultOf = (encoding: SchemaAST.Encoding, path: string, refuse: RefuseAt): Schema.Json | undefined => {
  const [{ transformation }] = encoding
  if (encoding.length === 1 && transformation._tag === "Transformation") {
    const absent = SchemaGetter.run(transformation.decode, Option.none(), {})
    // A default that takes a service, or time, to know is none that another program could know.
    const exit = Effect.runSyncExit(absent as Effect.Effect<Option.Option<Schema.Json>>)
    if (Exit.isSuccess(exit) && Option.isSome(exit.value)) return exit.value.value
  }
  refuse(path, "a transformation can't be told; use the encoded schema, or Schema.withDecodingDefaultKey for a default")
  return undefined
}

/** The server checks a default as it stands, so that it must be whole: with the defaults of what is inside it. */
const fill = (told: StructuralSchema, value: Schema.Json): Schema.Json => {
  if (Array.isArray(value)) return value.map((entry: Schema.Json) => fill(told.items ?? {}, entry))
  if (!Predicate.isObject(value)) return value
  const given = Object.entries(value).map(
    ([field, inner]) =>
      [field, fill(told.properties?.[field] ?? told.additionalProperties ?? {}, inner as Schema.Json)] as const
  )
  const absent = Object.entries(told.properties ?? {}).flatMap(([field, { default: inner }]) =>
    inner === undefined || field in value ? [] : [[field, inner] as const]
  )
  return Object.fromEntries([...given, ...absent])
}

type Form = (ast: SchemaAST.AST, path: string, refuse: RefuseAt) => Draft | undefined

const formOf: Form = (ast, path, refuse) => {
  const form = forms[ast._tag]
  const draft = form?.(ast, path, refuse)
  if (form === undefined) refuse(path, unknown[ast._tag] ?? `a schema of the form ${ast._tag} can't be told`)
  return draft
}

const unknown: { readonly [Tag in SchemaAST.AST["_tag"]]?: string } = {
  Suspend: "a schema can't contain itself there",
  Unknown: `the type must be known; annotate the schema with { "${preserveKey}": true } to keep anything`,
  Any: `the type must be known; annotate the schema with { "${preserveKey}": true } to keep anything`,
  Undefined: "there is no undefined in JSON; use Schema.optionalKey",
  Null: "null alone is no type; use Schema.NullOr",
  TemplateLiteral: "use Schema.String with a pattern",
  Declaration: "only structs, arrays, records and plain values can be told; use the encoded schema"
}

const forms: { readonly [Tag in SchemaAST.AST["_tag"]]?: Form } = {
  String: () => ({ type: "string" }),
  Boolean: () => ({ type: "boolean" }),
  Number: (ast, path, refuse) => {
    if (ast.checks === undefined) refuse(path, "JSON has no NaN and no infinity; use Schema.Finite or Schema.Int")
    return { type: "number" }
  },
  Literal: (ast, path, refuse) => (SchemaAST.isLiteral(ast) ? choice([ast.literal], path, refuse) : undefined),
  Enum: (ast, path, refuse) =>
    SchemaAST.isEnum(ast)
      ? choice(
          ast.enums.map(([, value]) => value),
          path,
          refuse
        )
      : undefined,
  Arrays: (ast, path, refuse) => {
    if (!SchemaAST.isArrays(ast)) return undefined
    const [item] = ast.rest
    if (ast.elements.length > 0 || ast.rest.length !== 1 || item === undefined) {
      refuse(path, "a list has entries of one kind; use Schema.Array, with isMinLength(1) for at least one")
      return undefined
    }
    return { type: "array", items: walk(item, `${path}[]`, refuse) }
  },
  Objects: (ast, path, refuse) => (SchemaAST.isObjects(ast) ? objectOf(ast, path, refuse) : undefined),
  Union: (ast, path, refuse) => (SchemaAST.isUnion(ast) ? unionOf(ast, path, refuse) : undefined)
}

const choice = (values: ReadonlyArray<SchemaAST.LiteralValue>, path: string, refuse: RefuseAt): Draft | undefined => {
  const type = scalars.find(([is]) => values.every(is))?.[1]
  if (type !== undefined) return { type, enum: values.filter((value) => typeof value !== "bigint") }
  refuse(path, `the choices must be all texts, all integers or all booleans (${values.join(", ")})`)
  return undefined
}

const scalars: ReadonlyArray<readonly [(value: unknown) => boolean, "string" | "integer" | "boolean"]> = [
  [Predicate.isString, "string"],
  [Number.isSafeInteger, "integer"],
  [Predicate.isBoolean, "boolean"]
]

const objectOf = (ast: SchemaAST.Objects, path: string, refuse: RefuseAt): Draft | undefined => {
  const [index] = ast.indexSignatures
  if (index !== undefined) {
    const { checks, _tag } = index.parameter
    if (
      ast.propertySignatures.length > 0 ||
      ast.indexSignatures.length > 1 ||
      checks !== undefined ||
      _tag !== "String"
    ) {
      refuse(path, "a record has keys of any text and nothing beside them; check the keys with StructuralSchema.rule")
      return undefined
    }
    return { type: "object", additionalProperties: walk(index.type, `${path}.*`, refuse) }
  }
  const fields = ast.propertySignatures.map(({ name, type }) => {
    if (!Predicate.isString(name)) refuse(path, "a field's name must be a text")
    return { name: String(name), type, required: !SchemaAST.isOptional(SchemaAST.toEncoded(type)) }
  })
  const required = fields.filter((field) => field.required).map(({ name }) => name)
  return {
    type: "object",
    ...(fields.length === 0
      ? {}
      : {
          properties: Object.fromEntries(
            fields.map(({ name, type }) => [name, walk(type, `${path}.${name}`, refuse)] as const)
          )
        }),
    ...(required.length === 0 ? {} : { required })
  }
}

const unionOf = (ast: SchemaAST.Union, path: string, refuse: RefuseAt): Draft | undefined => {
  const members = ast.types.flatMap((type) => (SchemaAST.isUnion(type) && plain(type) ? type.types : [type]))
  const others = members.filter((member) => !SchemaAST.isNull(member))
  if (members.some(SchemaAST.isUndefined)) {
    refuse(path, "there is no undefined in JSON; use Schema.optionalKey")
    return undefined
  }
  const merged = withoutNull(others, path, refuse)
  if (merged === undefined || others.length === members.length) return merged
  return { ...orRule(merged), nullable: true }
}

/** The server never finds null among choices, also where it is one of them; it asks no rule about a null. */
const orRule = ({ enum: choices, ...rest }: Draft): Draft =>
  choices === undefined
    ? rest
    : {
        ...rest,
        "x-kubernetes-validations": [
          ...(rest["x-kubernetes-validations"] ?? []),
          { rule: `self in ${JSON.stringify(choices)}`, message: `must be one of ${choices.join(", ")}` }
        ]
      }

const plain = (ast: SchemaAST.AST) => ast.checks === undefined && ast.encoding === undefined

const withoutNull = (members: ReadonlyArray<SchemaAST.AST>, path: string, refuse: RefuseAt): Draft | undefined => {
  const [only] = members
  if (members.length === 1 && only !== undefined) return walk(only, path, refuse)
  if (members.every(plain) && members.every(SchemaAST.isLiteral)) {
    return choice(
      members.map(({ literal }) => literal),
      path,
      refuse
    )
  }
  const told = members.map((member) => walk(member, path, refuse))
  if (isIntOrString(told)) return { "x-kubernetes-int-or-string": true }
  const tag = members.every(SchemaAST.isObjects) && members.every(plain) ? tagOf(told) : undefined
  if (tag !== undefined) {
    return mergeVariants(tag, told, (field) =>
      refuse(`${path}.${field}`, `means different things in different cases of '${tag}'; give it two names`)
    )
  }
  refuse(
    path,
    "the cases of a union must be structs told apart by a field with one text each, or a text and an integer"
  )
  return undefined
}

const isIntOrString = (told: ReadonlyArray<StructuralSchema>): boolean => {
  const safe = { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER } as const
  return told.length === 2 && [{ type: "string" }, safe].every((one) => told.some((other) => Equal.equals(one, other)))
}
