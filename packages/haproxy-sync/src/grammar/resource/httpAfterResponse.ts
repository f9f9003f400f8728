import { after, choice, condition, integer, sequence, type TypeOf, unmodelled, word } from "../Args.ts"
import { actions } from "../Action.ts"
import { since, valued } from "../Option.ts"
import { amount, counterActions } from "./counterActions.ts"
import { fileActions, headerActions, variableActions } from "./headerActions.ts"
import { doLog, otGroup, plain, setLogLevel, setStatus, strictMode } from "./ruleActions.ts"

const slot = choice(after("len", integer("capture_len", { min: 1 })), after("id", integer("capture_id", { min: 0 })))

const variables = variableActions("var_expr")

/**
 * `http-after-response ACTION … [if|unless CONDITION]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const httpAfterResponse = sequence(
  actions("type", {
    ...headerActions,
    ...plain("allow"),
    ...valued("capture", sequence(word("capture_sample"), slot)),
    ...since("2.8", {
      ...fileActions,
      ...counterActions(amount("sc_expr")),
      ...setLogLevel
    }),
    ...setStatus,
    "set-var": variables["set-var"],
    // The API takes such a line and shows none.
    "set-var-fmt": unmodelled(variables["set-var-fmt"], "placed"),
    "unset-var": variables["unset-var"],
    ...strictMode,
    ...doLog,
    ...otGroup
  }),
  condition
)

/**
 * A rule on responses as they leave, those of HAProxy's own included.
 *
 * @category resources
 * @since 0.1.0
 */
export type HttpAfterResponseRule = TypeOf<typeof httpAfterResponse>
