import { rest, type TypeOf, versioned } from "../Args.ts"
import { each } from "../Line.ts"
import { shownSince, unshown } from "../KeptLine.ts"
import { acl } from "../resource/acl.ts"
import { checks } from "../resource/advCheck.ts"
import { balance, hashType } from "../resource/balance.ts"
import { compression, compressionDirection, compressionSizes } from "../resource/compression.ts"
import { cookie } from "../resource/cookie.ts"
import { emailAlert } from "../resource/emailAlert.ts"
import { errorLines } from "../resource/errorFile.ts"
import { forwardfor, originalto, redispatch } from "../resource/forwarding.ts"
import { httpAfterResponse } from "../resource/httpAfterResponse.ts"
import { httpCheck } from "../resource/httpCheck.ts"
import { httpError } from "../resource/httpError.ts"
import { httpRequest } from "../resource/httpRequest.ts"
import { httpResponse } from "../resource/httpResponse.ts"
import { logTarget } from "../resource/logTarget.ts"
import { connectionMode, httplog, option, optionIn, timeout, useSmallBuffers } from "../resource/options.ts"
import { proxyLines as proxy } from "../resource/proxyLines.ts"
import { quicInitial } from "../resource/quicInitial.ts"
import { defaultServerLine } from "../resource/serverLines.ts"
import { source } from "../resource/source.ts"
import { statsInDefaults } from "../resource/stats.ts"
import { tcpCheck } from "../resource/tcpCheck.ts"
import { tcpRequest } from "../resource/tcpRequest.ts"
import { tcpResponse } from "../resource/tcpResponse.ts"
import { uniqueIdFormat, uniqueIdHeader } from "../resource/uniqueId.ts"
import { sectionGrammar } from "../SectionGrammar.ts"
import { present } from "../ValueLine.ts"

/**
 * The grammar of `defaults`.
 *
 * @category sections
 * @since 0.1.0
 */
export const defaults = sectionGrammar("defaults", [
  proxy.enabled,
  proxy.disabled,
  proxy.mode,
  proxy.monitorUri,
  hashType,
  balance,
  proxy.maxconn,
  proxy.backlog,
  shownSince("3.2", each("acl", "acl_list", acl)),
  each("log", "log_target_list", logTarget, { negatable: true }),
  httplog,
  emailAlert,
  statsInDefaults,
  proxy.logTag,
  proxy.logSteps,
  proxy.logFormat,
  proxy.logFormatSd,
  proxy.errorLogFormat,
  cookie,
  proxy.dynamicCookieKey,
  unshown("bind-process", versioned({ until: "2.6" }, rest("processes"))),
  present("option tcplog", "tcplog"),
  connectionMode("httpclose"),
  optionIn("http-use-htx", "http-use-htx", { until: "3.3" }),
  redispatch,
  option("dontlognull"),
  useSmallBuffers,
  option("log-separate-errors"),
  optionIn("http-buffer-request", "http-buffer-request"),
  optionIn("http-drop-request-trailers", "http-drop-request-trailers", { since: "3.1" }),
  optionIn("http-drop-response-trailers", "http-drop-response-trailers", { since: "3.1" }),
  connectionMode("http-server-close"),
  connectionMode("http-keep-alive"),
  option("http-pretend-keepalive"),
  option("http-no-delay"),
  option("tcpka"),
  option("clitcpka"),
  option("srvtcpka"),
  option("contstats"),
  checks.ssl,
  checks.smtp,
  checks.ldap,
  checks.mysql,
  option("abortonclose"),
  checks.pgsql,
  checks.redis,
  option("splice-auto"),
  option("splice-request"),
  option("splice-response"),
  option("logasap"),
  option("log-health-checks"),
  option("allbackups"),
  option("external-check"),
  forwardfor,
  option("accept-invalid-http-request"),
  option("accept-invalid-http-response"),
  option("accept-unsafe-violations-in-http-request", { since: "3.1" }),
  option("accept-unsafe-violations-in-http-response", { since: "3.1" }),
  option("h1-case-adjust-bogus-client"),
  option("h1-case-adjust-bogus-server"),
  option("disable-h2-upgrade"),
  checks.tcp,
  option("checkcache"),
  option("http-ignore-probes"),
  option("http-use-proxy-header"),
  option("httpslog"),
  option("independent-streams"),
  option("nolinger"),
  originalto,
  option("persist"),
  option("prefer-last-server"),
  option("socket-stats"),
  option("tcp-smart-accept"),
  option("tcp-smart-connect"),
  option("transparent"),
  option("idle-close-on-response"),
  option("dontlog-normal"),
  proxy.restrictReqHdrNames,
  each("tcp-check", "tcp_check_rule_list", tcpCheck),
  checks.http,
  each("http-check", "http_check_list", httpCheck),
  proxy.externalCheckPath,
  proxy.externalCheckCommand,
  proxy.httpReuse,
  timeout("http-request"),
  timeout("check"),
  timeout("connect"),
  timeout("client"),
  timeout("client-fin"),
  timeout("queue"),
  timeout("server"),
  timeout("server-fin"),
  timeout("tunnel"),
  timeout("http-keep-alive"),
  timeout("tarpit"),
  proxy.retries,
  proxy.clitcpkaCnt,
  proxy.clitcpkaIdle,
  proxy.clitcpkaIntvl,
  proxy.srvtcpkaCnt,
  proxy.srvtcpkaIdle,
  proxy.srvtcpkaIntvl,
  unshown("server-state-file-name"),
  compression,
  compressionDirection,
  compressionSizes,
  defaultServerLine,
  proxy.loadServerState,
  errorLines,
  proxy.defaultBackend,
  uniqueIdFormat,
  uniqueIdHeader,
  proxy.fullconn,
  proxy.httpSendNameHeader,
  proxy.maxKeepAliveQueue,
  proxy.retryOn,
  each("http-error", "http_error_rule_list", httpError),
  source,
  proxy.persist,
  proxy.hashBalanceFactor,
  proxy.hashPreserveAffinity,
  shownSince("3.2", each("http-request", "http_request_rule_list", httpRequest)),
  shownSince("3.2", each("tcp-request", "tcp_request_rule_list", tcpRequest)),
  shownSince("3.2", each("tcp-response", "tcp_response_rule_list", tcpResponse)),
  shownSince("3.2", each("http-response", "http_response_rule_list", httpResponse)),
  shownSince("3.2", each("http-after-response", "http_after_response_rule_list", httpAfterResponse)),
  each("quic-initial", "quic_initial_rule_list", quicInitial)
])

/**
 * What proxies have that don't say otherwise.
 *
 * @category sections
 * @since 0.1.0
 */
export type Defaults = TypeOf<typeof defaults>
