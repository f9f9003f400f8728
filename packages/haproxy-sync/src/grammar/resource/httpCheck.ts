import {
  after,
  choice,
  integer,
  literal,
  notEmpty,
  options,
  repeatedItem,
  sequence,
  type TypeOf,
  unmodelled,
  word
} from "../Args.ts"
import { actions } from "../Action.ts"
import { valued } from "../Option.ts"
import { checkComment, checkConnect, checkExpect, checkVariables } from "./check.ts"

const send = options({
  ...valued("meth", word("method")),
  ...valued("uri", word("uri")),
  ...valued("uri-lf", word("uri_log_format")),
  ...valued("ver", word("version")),
  hdr: repeatedItem("hdr", "headers", sequence(word("name"), word("fmt"))),
  ...valued("body", word("body")),
  ...valued("body-lf", word("body_log_format")),
  ...valued("comment", word("check_comment"))
})

const matches = ["status", "rstatus", "hdr", "fhdr", "string", "rstring", "string-lf"] as const

/**
 * `http-check STEP …`: one step of an HTTP health check.
 *
 * @category resources
 * @since 0.1.0
 */
export const httpCheck = actions("type", {
  ...checkComment,
  ...checkConnect(choice(integer("port"), word("port_string"))),
  "disable-on-404": literal("disable-on-404"),
  ...checkExpect(integer("min_recv"), matches),
  send: after("send", choice(notEmpty(send), unmodelled(literal()))),
  "send-state": literal("send-state"),
  // The API keeps the format where expressions are.
  ...checkVariables("var_expr")
})

/**
 * A step of an HTTP health check.
 *
 * @category resources
 * @since 0.1.0
 */
export type HttpCheck = TypeOf<typeof httpCheck>
