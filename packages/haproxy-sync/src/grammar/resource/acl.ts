import { optional, rest, sequence, type TypeOf, word } from "../Args.ts"

/**
 * `acl NAME CRITERION [FLAG…] [VALUE…]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const acl = sequence(word("acl_name"), word("criterion"), optional(rest("value")))

/**
 * A named test; several of one name are alternatives.
 *
 * @category resources
 * @since 0.1.0
 */
export type Acl = TypeOf<typeof acl>
