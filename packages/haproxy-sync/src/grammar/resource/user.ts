import { after, choice, constant, literal, optional, sequence, unmodelled, word } from "../Args.ts"

const password = word("password", { secret: true })

/**
 * `user NAME [password HASH | insecure-password TEXT] [groups GROUP,…]`.
 *
 * **Details**
 *
 * The API takes the password in front of the groups only; behind them it doesn't see it.
 *
 * @category resources
 * @since 0.1.0
 */
export const user = sequence(
  word("username"),
  choice(
    sequence(constant("secure_password", true), literal("password"), password),
    sequence(constant("secure_password", false), literal("insecure-password"), password),
    sequence(constant("secure_password", true), constant("password", ""))
  ),
  optional(after("groups", word("groups"))),
  optional(unmodelled(sequence(choice(literal("password"), literal("insecure-password")), password), "lost"))
)

/**
 * `group NAME [users USER,…]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const group = sequence(word("name"), optional(after("users", word("users"))))
