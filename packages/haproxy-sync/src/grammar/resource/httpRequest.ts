import {
  after,
  choice,
  condition,
  flag,
  integer,
  oneOf,
  optional,
  sequence,
  type TypeOf,
  unmodelled,
  upTo,
  versioned,
  word
} from "../Args.ts"
import { actions, called, expression } from "../Action.ts"
import { since, valued } from "../Option.ts"
import { amount, counterActions } from "./counterActions.ts"
import { addAcl, fileActions, headerActions, variableActions } from "./headerActions.ts"
import { luaAction } from "./luaAction.ts"
import { redirect } from "./redirect.ts"
import { denyContent, returnContent, tarpitContent } from "./returnContent.ts"
import {
  computed,
  doLog,
  otGroup,
  plain,
  setBandwidthLimit,
  setLogLevel,
  setMark,
  setNice,
  setTimeout,
  setTos,
  silentDrop,
  strictMode,
  waitForBody
} from "./ruleActions.ts"
import { openings, trackSc } from "./trackSc.ts"

const slot = choice(after("len", integer("capture_len", { min: 1 })), after("id", integer("capture_id", { min: 0 })))

const capture = choice(
  sequence(word("capture_sample"), slot),
  // The API wants the sample in one word.
  unmodelled(sequence(upTo("capture_sample", ["len", "id"]), slot))
)

const normalizer = choice(
  sequence(oneOf("normalizer", ["path-strip-dotdot"]), optional(flag("full", "normalizer_full"))),
  sequence(
    oneOf("normalizer", ["percent-decode-unreserved", "percent-to-uppercase"]),
    optional(flag("strict", "normalizer_strict"))
  ),
  oneOf("normalizer", [
    "fragment-encode",
    "fragment-strip",
    "path-merge-slashes",
    "path-strip-dot",
    "query-sort-by-name"
  ])
)

/**
 * `http-request ACTION … [if|unless CONDITION]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const httpRequest = sequence(
  actions(
    "type",
    {
      ...addAcl,
      ...headerActions,
      ...fileActions,
      ...plain("allow"),
      auth: after("auth", optional(after("realm", word("auth_realm")))),
      ...valued("cache-use", word("cache_name")),
      ...valued("capture", capture),
      ...valued("deny", denyContent),
      ...plain("disable-l7-retry"),
      "do-resolve": choice(
        sequence(
          called("do-resolve", sequence(word("var_name"), word("resolvers"), word("protocol"))),
          expression("expr")
        ),
        sequence(called("do-resolve", sequence(word("var_name"), word("resolvers"))), expression("expr"))
      ),
      ...valued("early-hint", sequence(word("hint_name"), word("hint_format"))),
      lua: luaAction,
      ...valued("normalize-uri", normalizer),
      ...since("3.1", computed("pause")),
      ...valued("redirect", redirect),
      ...plain("reject"),
      ...valued("replace-path", sequence(word("path_match"), word("path_fmt"))),
      ...valued("replace-pathq", sequence(word("path_match"), word("path_fmt"))),
      ...valued("replace-uri", sequence(word("uri-match"), word("uri-fmt"))),
      ...valued("return", returnContent),
      ...counterActions(amount("sc_expr")),
      ...computed("set-dst"),
      ...computed("set-dst-port"),
      ...setLogLevel,
      ...setMark,
      ...valued("set-method", word("method_fmt")),
      ...setNice,
      ...valued("set-path", word("path_fmt")),
      ...valued("set-pathq", word("path_fmt")),
      ...computed("set-priority-class"),
      ...computed("set-priority-offset"),
      ...valued("set-query", word("hdr_format")),
      ...computed("set-src"),
      ...computed("set-src-port"),
      ...setTimeout,
      ...setTos,
      ...valued(
        "set-uri",
        choice(versioned({ since: "3.1" }, word("uri-fmt")), versioned({ until: "3.0" }, word("hdr_format")))
      ),
      ...variableActions("var_expr"),
      ...valued("send-spoe-group", sequence(word("spoe_engine"), word("spoe_group"))),
      ...silentDrop,
      ...strictMode,
      ...valued("tarpit", tarpitContent),
      "track-sc": trackSc("track_sc_stick_counter", "track_sc_key", "track_sc_table"),
      ...valued("use-service", word("service_name")),
      ...waitForBody,
      ...plain("wait-for-handshake"),
      ...setBandwidthLimit,
      ...since("3.0", {
        ...computed("set-bc-mark"),
        ...computed("set-bc-tos"),
        ...computed("set-fc-mark"),
        ...computed("set-fc-tos")
      }),
      ...since("3.1", computed("set-retries")),
      ...doLog,
      ...otGroup
    },
    openings
  ),
  condition
)

/**
 * A rule on requests.
 *
 * @category resources
 * @since 0.1.0
 */
export type HttpRequestRule = TypeOf<typeof httpRequest>
