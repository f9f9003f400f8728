import { after, choice, literal, oneOf, optional, sequence, unmodelled, word } from "../Args.ts"
import { called, expression } from "../Action.ts"
import { since } from "../Option.ts"

/** `-m METHOD`: how a header's name is compared. */
const method = optional(sequence(literal("-m"), oneOf("hdr_method", ["str", "beg", "end", "sub", "reg"])))

/**
 * The actions on headers that all HTTP rules have.
 *
 * @category resources
 * @since 0.1.0
 */
export const headerActions = {
  "add-header": after("add-header", sequence(word("hdr_name"), word("hdr_format"))),
  "del-header": after("del-header", sequence(word("hdr_name"), method)),
  "replace-header": after("replace-header", sequence(word("hdr_name"), word("hdr_match"), word("hdr_format"))),
  "replace-value": after("replace-value", sequence(word("hdr_name"), word("hdr_match"), word("hdr_format"))),
  "set-header": after("set-header", sequence(word("hdr_name"), word("hdr_format"))),
  ...since("3.4", {
    "add-headers-bin": after(
      "add-headers-bin",
      sequence(word("hdr_expr"), optional(after("prefix", word("hdr_prefix"))))
    ),
    "del-headers-bin": after("del-headers-bin", sequence(word("hdr_expr"), method)),
    "set-headers-bin": after(
      "set-headers-bin",
      sequence(word("hdr_expr"), optional(after("prefix", word("hdr_prefix"))))
    )
  })
} as const

/**
 * The actions on ACL and map files.
 *
 * @category resources
 * @since 0.1.0
 */
export const fileActions = {
  "del-acl": sequence(called("del-acl", word("acl_file")), word("acl_keyfmt")),
  "del-map": sequence(called("del-map", word("map_file")), word("map_keyfmt")),
  "set-map": sequence(called("set-map", word("map_file")), word("map_keyfmt"), word("map_valuefmt"))
} as const

/**
 * `add-acl(FILE) KEY`, which not all HTTP rules have.
 *
 * @category resources
 * @since 0.1.0
 */
export const addAcl = {
  "add-acl": sequence(called("add-acl", word("acl_file")), word("acl_keyfmt"))
} as const

const variable = sequence(word("var_scope"), word("var_name"))

/**
 * The actions on variables; the field of the expression differs between the rules.
 *
 * @category resources
 * @since 0.1.0
 */
export const variableActions = <const E extends string>(expressionField: E) =>
  ({
    "set-var": sequence(called("set-var", variable, "."), expression(expressionField)),
    "set-var-fmt": sequence(
      called("set-var-fmt", variable, "."),
      // HAProxy takes the line without a format, the API doesn't.
      choice(word("var_format"), unmodelled(literal()))
    ),
    "unset-var": called("unset-var", variable, ".")
  }) as const
