import { modelled, rest, type TypeOf, versioned } from "../Args.ts"
import { each, named } from "../Line.ts"
import { unshown } from "../KeptLine.ts"
import { acl } from "../resource/acl.ts"
import { bind } from "../resource/bind.ts"
import { compression, compressionSizes } from "../resource/compression.ts"
import { emailAlert } from "../resource/emailAlert.ts"
import { errorLines } from "../resource/errorFile.ts"
import { filter } from "../resource/filter.ts"
import { forwardfor, originalto } from "../resource/forwarding.ts"
import { httpAfterResponse } from "../resource/httpAfterResponse.ts"
import { httpError } from "../resource/httpError.ts"
import { httpRequest } from "../resource/httpRequest.ts"
import { httpResponse } from "../resource/httpResponse.ts"
import { logTarget } from "../resource/logTarget.ts"
import { connectionMode, httplog, option, optionIn, timeout } from "../resource/options.ts"
import { proxyLines as proxy } from "../resource/proxyLines.ts"
import { quicInitial } from "../resource/quicInitial.ts"
import { redirectLine } from "../resource/redirect.ts"
import { sslFrontUse } from "../resource/sslFrontUse.ts"
import { statsInFrontend } from "../resource/stats.ts"
import { stickTable } from "../resource/stickTable.ts"
import { backendSwitchingRule, capture, forceBeSwitch } from "../resource/switchingRules.ts"
import { tcpRequest } from "../resource/tcpRequest.ts"
import { uniqueIdFormat, uniqueIdHeader } from "../resource/uniqueId.ts"
import { sectionGrammar } from "../SectionGrammar.ts"
import { present } from "../ValueLine.ts"

/**
 * The grammar of `frontend`.
 *
 * @category sections
 * @since 0.1.0
 */
export const frontend = sectionGrammar("frontend", [
  proxy.id,
  proxy.description,
  proxy.enabled,
  proxy.disabled,
  proxy.mode,
  proxy.maxconn,
  proxy.backlog,
  named("bind", "binds", "name", bind),
  each("acl", "acl_list", acl),
  proxy.monitorUri,
  proxy.monitorFail,
  unshown("bind-process", versioned({ until: "2.6" }, rest("processes"))),
  proxy.logTag,
  proxy.logSteps,
  proxy.logFormat,
  proxy.logFormatSd,
  proxy.errorLogFormat,
  each("log", "log_target_list", logTarget, { negatable: true }),
  emailAlert,
  connectionMode("httpclose"),
  optionIn("http-buffer-request", "http-buffer-request"),
  optionIn("http-drop-response-trailers", "http-drop-response-trailers", { since: "3.1" }),
  connectionMode("http-server-close"),
  connectionMode("http-keep-alive"),
  optionIn("http-use-htx", "http-use-htx", { until: "3.3" }),
  option("http-no-delay"),
  forwardfor,
  present("option tcplog", "tcplog"),
  option("dontlognull"),
  option("contstats"),
  option("log-separate-errors"),
  option("tcpka"),
  option("clitcpka"),
  option("splice-auto"),
  option("splice-request"),
  option("splice-response"),
  option("abortonclose", { since: "3.4" }),
  option("accept-invalid-http-request"),
  option("accept-unsafe-violations-in-http-request", { since: "3.1" }),
  option("h1-case-adjust-bogus-client"),
  option("disable-h2-upgrade"),
  option("logasap"),
  option("http-ignore-probes"),
  option("http-use-proxy-header"),
  option("httpslog"),
  option("independent-streams"),
  option("nolinger"),
  originalto,
  option("socket-stats"),
  option("tcp-smart-accept"),
  option("idle-close-on-response"),
  option("dontlog-normal"),
  httplog,
  proxy.restrictReqHdrNames,
  timeout("http-request"),
  timeout("client"),
  timeout("client-fin"),
  timeout("http-keep-alive"),
  timeout("tarpit"),
  proxy.clitcpkaCnt,
  proxy.clitcpkaIdle,
  proxy.clitcpkaIntvl,
  each("filter", "filter_list", filter),
  compression,
  compressionSizes,
  each("tcp-request", "tcp_request_rule_list", tcpRequest),
  statsInFrontend,
  each("http-request", "http_request_rule_list", httpRequest),
  redirectLine,
  uniqueIdFormat,
  uniqueIdHeader,
  errorLines,
  each("use_backend", "backend_switching_rule_list", backendSwitchingRule),
  proxy.defaultBackend,
  stickTable,
  each("http-response", "http_response_rule_list", httpResponse),
  each("http-after-response", "http_after_response_rule_list", httpAfterResponse),
  each("http-error", "http_error_rule_list", httpError),
  each("declare capture", "capture_list", capture),
  proxy.guid,
  each("quic-initial", "quic_initial_rule_list", quicInitial),
  each("ssl-f-use", "ssl_front_use_list", modelled({ since: "3.2" }, sslFrontUse)),
  each("force-be-switch", "force_be_switch_list", forceBeSwitch)
])

/**
 * What clients connect to.
 *
 * @category sections
 * @since 0.1.0
 */
export type Frontend = TypeOf<typeof frontend>
