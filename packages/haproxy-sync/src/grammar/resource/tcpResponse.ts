import { after, condition, duration, sequence, type TypeOf, word } from "../Args.ts"
import { actions } from "../Action.ts"
import { since, valued } from "../Option.ts"
import { amount, counterActions } from "./counterActions.ts"
import { variableActions } from "./headerActions.ts"
import { luaAction } from "./luaAction.ts"
import {
  computed,
  doLog,
  otGroup,
  plain,
  setBandwidthLimit,
  setLogLevel,
  setMark,
  setNice,
  setTos,
  silentDrop
} from "./ruleActions.ts"

const content = actions(
  "action",
  {
    ...plain("accept"),
    ...plain("close"),
    ...plain("reject"),
    lua: luaAction,
    ...setBandwidthLimit,
    ...counterActions(amount("expr")),
    ...valued("send-spoe-group", sequence(word("spoe_engine"), word("spoe_group"))),
    ...setLogLevel,
    ...setMark,
    ...setNice,
    ...setTos,
    ...since("3.0", { ...computed("set-fc-mark"), ...computed("set-fc-tos") }),
    ...silentDrop,
    ...variableActions("expr"),
    ...doLog,
    ...otGroup
  },
  { "lua.": "lua" }
)

/**
 * `tcp-response content ACTION … [if|unless CONDITION]`, `tcp-response inspect-delay TIME`.
 *
 * @category resources
 * @since 0.1.0
 */
export const tcpResponse = actions("type", {
  content: after("content", sequence(content, condition)),
  "inspect-delay": after("inspect-delay", duration("timeout"))
})

/**
 * A rule on the contents of responses.
 *
 * @category resources
 * @since 0.1.0
 */
export type TcpResponseRule = TypeOf<typeof tcpResponse>
