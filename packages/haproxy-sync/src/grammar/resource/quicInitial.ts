import { condition, sequence, type TypeOf, versioned } from "../Args.ts"
import { actions } from "../Action.ts"
import { plain } from "./ruleActions.ts"

/**
 * `quic-initial ACTION [if|unless CONDITION]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const quicInitial = versioned(
  { since: "3.1" },
  sequence(
    actions("type", { ...plain("accept"), ...plain("dgram-drop"), ...plain("reject"), ...plain("send-retry") }),
    condition
  )
)

/**
 * A rule on the first packet of a QUIC connection.
 *
 * @category resources
 * @since 0.1.0
 */
export type QuicInitialRule = TypeOf<typeof quicInitial>
