import { after, integer, optional, sequence, type TypeOf, word } from "../Args.ts"
import { actions } from "../Action.ts"
import { checkComment, checkConnect, checkExpect, checkVariables } from "./check.ts"

const comment = optional(after("comment", word("check_comment")))

const matches = ["string", "rstring", "string-lf", "binary", "rbinary", "binary-lf"] as const

/**
 * `tcp-check STEP …`: one step of a health check on a connection.
 *
 * @category resources
 * @since 0.1.0
 */
export const tcpCheck = actions("action", {
  ...checkComment,
  ...checkConnect(word("port_string")),
  ...checkExpect(integer("min_recv", { omitZero: true }), matches),
  send: after("send", sequence(word("data"), comment)),
  "send-lf": after("send-lf", sequence(word("fmt"), comment)),
  "send-binary": after(
    "send-binary",
    sequence(
      word("hex_string", { matching: /^(?:[\da-fA-F]{2})+$|["'\\]/, expected: "an even number of hexadecimal digits" }),
      comment
    )
  ),
  "send-binary-lf": after("send-binary-lf", sequence(word("hex_fmt"), comment)),
  ...checkVariables("var_fmt")
})

/**
 * A step of a health check on a connection.
 *
 * @category resources
 * @since 0.1.0
 */
export type TcpCheck = TypeOf<typeof tcpCheck>
