import {
  after,
  type Args,
  choice,
  condition,
  duration,
  integer,
  literal,
  optional,
  sequence,
  type TypeOf,
  unmodelled,
  upTo,
  word
} from "../Args.ts"
import { actions, called, expression } from "../Action.ts"
import { since, valued } from "../Option.ts"
import { amount, orBare } from "./counterActions.ts"
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
import { openings, trackSc } from "./trackSc.ts"

/** A number that the API keeps as text. */
const identifier = <const F extends string>(field: F) => word(field, { matching: /^\d+$/, expected: "a whole number" })

const counters = sequence(identifier("sc_idx"), identifier("sc_inc_id"))

/** The actions on stick counters: `sc-set-gpt0` keeps its value elsewhere. */
const counterActions = <A>(tag: Args<A>) => ({
  ...since("2.8", { "sc-add-gpc": sequence(called("sc-add-gpc", counters), amount("expr")) }),
  "sc-inc-gpc": called("sc-inc-gpc", counters),
  "sc-inc-gpc0": orBare("sc-inc-gpc0", called("sc-inc-gpc0", identifier("sc_inc_id"))),
  "sc-inc-gpc1": orBare("sc-inc-gpc1", called("sc-inc-gpc1", identifier("sc_inc_id"))),
  "sc-set-gpt": sequence(called("sc-set-gpt", sequence(identifier("sc_inc_id"), identifier("sc_idx"))), amount("expr")),
  "sc-set-gpt0": orBare("sc-set-gpt0", sequence(called("sc-set-gpt0", identifier("sc_inc_id")), tag))
})

const slot = after("len", integer("capture_len", { min: 1 }))

const capture = valued(
  "capture",
  choice(
    sequence(word("expr"), slot),
    // The API wants the sample in one word.
    unmodelled(sequence(upTo("expr", ["len"]), slot))
  )
)

/** What connections, sessions and contents have in common. */
const common = {
  ...plain("accept"),
  ...plain("reject"),
  "track-sc": trackSc("track_stick_counter", "track_key", "track_table"),
  ...computed("set-dst"),
  ...computed("set-dst-port"),
  ...computed("set-src-port"),
  ...setMark,
  ...setTos,
  ...since("3.0", { ...computed("set-fc-mark"), ...computed("set-fc-tos") }),
  ...variableActions("expr"),
  ...silentDrop,
  ...doLog
} as const

const connection = actions(
  "action",
  {
    ...common,
    "expect-proxy": literal("expect-proxy", "layer4"),
    "expect-netscaler-cip": literal("expect-netscaler-cip", "layer4"),
    ...counterActions(amount("expr")),
    ...computed("set-src"),
    lua: luaAction
  },
  openings
)

const session = actions(
  "action",
  {
    ...common,
    ...since("3.0", valued("attach-srv", sequence(word("server_name"), optional(after("name", expression("expr")))))),
    // The API shows an expression and forgets a number.
    ...counterActions(choice(unmodelled(integer("sc_int"), "lost"), expression("gpt_value"), unmodelled(literal()))),
    ...computed("set-src")
  },
  { "track-sc": "track-sc" }
)

const content = actions(
  "action",
  {
    ...common,
    "do-resolve": choice(
      sequence(
        called("do-resolve", sequence(word("var_name"), word("resolve_resolvers"), word("resolve_protocol"))),
        expression("expr")
      ),
      sequence(called("do-resolve", sequence(word("var_name"), word("resolve_resolvers"))), expression("expr"))
    ),
    ...capture,
    ...computed("set-priority-class"),
    ...computed("set-priority-offset"),
    ...counterActions(amount("gpt_value")),
    "set-src": unmodelled(after("set-src", expression("expr"))),
    ...valued("send-spoe-group", sequence(word("spoe_engine_name"), word("spoe_group_name"))),
    ...valued("use-service", word("service_name")),
    lua: luaAction,
    ...setBandwidthLimit,
    ...since("3.0", { ...computed("set-bc-mark"), ...computed("set-bc-tos") }),
    ...setNice,
    ...setLogLevel,
    "switch-mode": after("switch-mode", sequence(literal("http"), optional(after("proto", word("switch_mode_proto"))))),
    ...since("3.1", computed("set-retries")),
    ...otGroup
  },
  openings
)

/**
 * `tcp-request connection|session|content ACTION … [if|unless CONDITION]`, `tcp-request inspect-delay TIME`.
 *
 * @category resources
 * @since 0.1.0
 */
export const tcpRequest = actions("type", {
  connection: after("connection", sequence(connection, condition)),
  session: after("session", sequence(session, condition)),
  content: after("content", sequence(content, condition)),
  "inspect-delay": after("inspect-delay", duration("timeout"))
})

/**
 * The same in a backend, where connections and sessions are past.
 *
 * @category resources
 * @since 0.1.0
 */
export const tcpRequestInBackend = actions("type", {
  content: after("content", sequence(content, condition)),
  "inspect-delay": after("inspect-delay", duration("timeout"))
})

/**
 * A rule on connections, sessions or contents.
 *
 * @category resources
 * @since 0.1.0
 */
export type TcpRequestRule = TypeOf<typeof tcpRequest>
