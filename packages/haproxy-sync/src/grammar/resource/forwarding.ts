import { choice, constant, integer, negation, object, optional, options, sequence, unmodelled, word } from "../Args.ts"
import { directive } from "../Line.ts"
import { bare, valued } from "../Option.ts"

const networks = {
  ...valued("except", word("except", { matching: /^[\da-fA-F.:/]+$|["'\\]/, expected: "an address or a network" })),
  ...valued("header", word("header"))
} as const

/**
 * `option forwardfor [except NETWORK] [header NAME] [if-none]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const forwardfor = directive(
  "option forwardfor",
  object("forwardfor", sequence(constant("enabled", "enabled"), options({ ...networks, ...bare("if-none", "ifnone") })))
)

/**
 * `option originalto [except NETWORK] [header NAME]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const originalto = directive(
  "option originalto",
  object("originalto", sequence(constant("enabled", "enabled"), options(networks)))
)

/**
 * `option redispatch [INTERVAL]`, `no option redispatch`.
 *
 * @category resources
 * @since 0.1.0
 */
export const redispatch = directive(
  "option redispatch",
  object(
    "redispatch",
    choice(
      negation("enabled", "disabled"),
      sequence(constant("enabled", "enabled"), optional(integer("interval")), optional(unmodelled(word("ignored"))))
    )
  ),
  { negatable: true }
)
