import { after, integer, optional, sequence, unmodelled, word, words } from "../Args.ts"
import { hostPort } from "./hostPort.ts"

/**
 * `peer NAME ADDRESS:PORT [shard N]`; the API forgets other options.
 *
 * @category resources
 * @since 0.1.0
 */
export const peer = sequence(
  word("name"),
  hostPort,
  optional(after("shard", integer("shard", { omitZero: true }))),
  optional(unmodelled(words("options"), "lost"))
)
