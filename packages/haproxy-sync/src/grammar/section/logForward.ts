import { each, named } from "../Line.ts"
import { bind } from "../resource/bind.ts"
import { dgramBind } from "../resource/dgramBind.ts"
import { logTarget } from "../resource/logTarget.ts"
import { sectionGrammar } from "../SectionGrammar.ts"
import { positive, present, time } from "../ValueLine.ts"

/**
 * The grammar of `log-forward`.
 *
 * @category sections
 * @since 0.1.0
 */
export const logForward = sectionGrammar("log-forward", [
  named("dgram-bind", "dgram_binds", "name", dgramBind),
  named("bind", "binds", "name", bind),
  each("log", "log_target_list", logTarget, { negatable: true }),
  present("option assume-rfc6587-ntf", "assume-rfc6587-ntf", { since: "3.1" }),
  present("option dont-parse-log", "dont-parse-log", { since: "3.1" }),
  positive("backlog", "backlog"),
  positive("maxconn", "maxconn"),
  time("timeout client", "timeout_client")
])
