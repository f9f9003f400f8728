import { after, choice, condition, integer, sequence, type TypeOf, unmodelled, upTo, word } from "../Args.ts"
import { actions } from "../Action.ts"
import { since, valued } from "../Option.ts"
import { amount, counterActions } from "./counterActions.ts"
import { addAcl, fileActions, headerActions, variableActions } from "./headerActions.ts"
import { luaAction } from "./luaAction.ts"
import { redirectToLocation } from "./redirect.ts"
import { denyContent, returnContent, withContentType } from "./returnContent.ts"
import {
  computed,
  doLog,
  otGroup,
  plain,
  setBandwidthLimit,
  setLogLevel,
  setMark,
  setNice,
  setStatus,
  setTimeout,
  setTos,
  silentDrop,
  strictMode,
  waitForBody
} from "./ruleActions.ts"
import { openings, trackSc } from "./trackSc.ts"

const slot = after("id", integer("capture_id", { min: 0 }))

/**
 * `http-response ACTION … [if|unless CONDITION]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const httpResponse = sequence(
  actions(
    "type",
    {
      ...addAcl,
      ...headerActions,
      ...fileActions,
      ...plain("allow"),
      ...valued("cache-store", word("cache_name")),
      ...valued(
        "capture",
        choice(sequence(word("capture_sample"), slot), unmodelled(sequence(upTo("capture_sample", ["id"]), slot)))
      ),
      ...valued("deny", withContentType(denyContent)),
      lua: luaAction,
      ...since("3.1", computed("pause")),
      ...valued("redirect", redirectToLocation),
      ...valued("return", withContentType(returnContent)),
      ...counterActions(amount("sc_expr")),
      ...valued("send-spoe-group", sequence(word("spoe_engine"), word("spoe_group"))),
      ...setLogLevel,
      ...setMark,
      ...setNice,
      ...setStatus,
      ...since("3.0", setTimeout),
      ...setTos,
      ...variableActions("var_expr"),
      ...silentDrop,
      ...strictMode,
      "track-sc": trackSc("track_sc_stick_counter", "track_sc_key", "track_sc_table"),
      ...waitForBody,
      ...setBandwidthLimit,
      ...since("3.0", { ...computed("set-fc-mark"), ...computed("set-fc-tos") }),
      ...doLog,
      ...otGroup
    },
    openings
  ),
  condition
)

/**
 * A rule on responses.
 *
 * @category resources
 * @since 0.1.0
 */
export type HttpResponseRule = TypeOf<typeof httpResponse>
