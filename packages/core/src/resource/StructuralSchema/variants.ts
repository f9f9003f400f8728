import { Equal } from "effect"
import type { StructuralSchema, Validation } from "../StructuralSchema.ts"
import { selectField } from "./cel.ts"
import type { Draft } from "./checks.ts"

/** Returns the field whose one value tells the cases of a union apart. */
export const tagOf = (variants: ReadonlyArray<StructuralSchema>): string | undefined =>
  Object.keys(variants[0]?.properties ?? {}).find((field) => {
    const tags = variants.map((variant) => valueOf(variant, field))
    return tags.every((tag) => tag !== undefined) && new Set(tags).size === tags.length
  })

const valueOf = ({ properties, required }: StructuralSchema, field: string): string | undefined => {
  const { enum: values = [] } = properties?.[field] ?? {}
  const [value] = values
  return values.length === 1 && typeof value === "string" && required?.includes(field) === true ? value : undefined
}

/** Makes one object of the cases of a union: all their fields, and a rule for each case about those it needs. */
export const mergeVariants = (
  tag: string,
  variants: ReadonlyArray<StructuralSchema>,
  refuse: (field: string) => void
): Draft => {
  const properties: { [field: string]: StructuralSchema } = {}
  const rules: Array<Validation> = []
  for (const variant of variants) {
    const value = valueOf(variant, tag) ?? ""
    for (const [field, told] of Object.entries(variant.properties ?? {})) {
      const before = properties[field]
      if (field !== tag && before !== undefined && !Equal.equals(before, told)) refuse(field)
      properties[field] = told
    }
    const needed = (variant.required ?? []).filter((field) => field !== tag)
    if (needed.length > 0) {
      const there = needed.map((field) => `has(${selectField("self", field)})`).join(" && ")
      rules.push({
        rule: `${selectField("self", tag)} != ${JSON.stringify(value)} || (${there})`,
        message: `${tag} ${value} needs ${needed.join(", ")}`
      })
    }
  }
  properties[tag] = { type: "string", enum: variants.map((variant) => valueOf(variant, tag) ?? "") }
  return {
    type: "object",
    properties,
    required: [tag],
    ...(rules.length === 0 ? {} : { "x-kubernetes-validations": rules })
  }
}
