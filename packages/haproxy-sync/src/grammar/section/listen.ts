import { rest, type TypeOf, versioned } from "../Args.ts"
import { unshown } from "../KeptLine.ts"
import { each, named } from "../Line.ts"
import { acl } from "../resource/acl.ts"
import { checks } from "../resource/advCheck.ts"
import { balance, hashType } from "../resource/balance.ts"
import { bind } from "../resource/bind.ts"
import { compression, compressionDirection, compressionSizes } from "../resource/compression.ts"
import { cookie } from "../resource/cookie.ts"
import { emailAlert } from "../resource/emailAlert.ts"
import { errorLines } from "../resource/errorFile.ts"
import { filter } from "../resource/filter.ts"
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
import { redirectLine } from "../resource/redirect.ts"
import { defaultServerLine, servers, serverTemplates } from "../resource/serverLines.ts"
import { source } from "../resource/source.ts"
import { sslFrontUse } from "../resource/sslFrontUse.ts"
import { statsInBackend } from "../resource/stats.ts"
import { stickTable } from "../resource/stickTable.ts"
import {
  backendSwitchingRule,
  capture,
  forceBeSwitch,
  forcePersist,
  ignorePersist,
  serverSwitchingRule,
  stickRule
} from "../resource/switchingRules.ts"
import { tcpCheck } from "../resource/tcpCheck.ts"
import { tcpRequest } from "../resource/tcpRequest.ts"
import { tcpResponse } from "../resource/tcpResponse.ts"
import { uniqueIdFormat, uniqueIdHeader } from "../resource/uniqueId.ts"
import { sectionGrammar } from "../SectionGrammar.ts"
import { present } from "../ValueLine.ts"

/**
 * The grammar of `listen`: a frontend and a backend in one, which the Data Plane API doesn't address.
 *
 * @category sections
 * @since 0.1.0
 */
export const listen = sectionGrammar("listen", [
  proxy.id,
  proxy.description,
  proxy.enabled,
  proxy.disabled,
  proxy.mode,
  hashType,
  balance,
  proxy.maxconn,
  proxy.backlog,
  named("bind", "binds", "name", bind),
  each("acl", "acl_list", acl),
  forcePersist,
  ignorePersist,
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
  optionIn("http-drop-request-trailers", "http-drop-request-trailers", { since: "3.1" }),
  optionIn("http-drop-response-trailers", "http-drop-response-trailers", { since: "3.1" }),
  connectionMode("http-server-close"),
  connectionMode("http-keep-alive"),
  option("http-pretend-keepalive"),
  option("http-no-delay"),
  forwardfor,
  checks.ssl,
  checks.smtp,
  checks.ldap,
  checks.mysql,
  option("abortonclose"),
  checks.pgsql,
  checks.redis,
  redispatch,
  useSmallBuffers,
  option("external-check"),
  present("option tcplog", "tcplog"),
  option("dontlognull"),
  option("contstats"),
  option("log-separate-errors"),
  option("tcpka"),
  option("clitcpka"),
  option("splice-auto"),
  option("splice-request"),
  option("splice-response"),
  option("log-health-checks"),
  option("srvtcpka"),
  option("allbackups"),
  option("accept-invalid-http-request"),
  option("accept-invalid-http-response"),
  option("accept-unsafe-violations-in-http-request", { since: "3.1" }),
  option("accept-unsafe-violations-in-http-response", { since: "3.1" }),
  option("h1-case-adjust-bogus-client"),
  option("disable-h2-upgrade"),
  option("logasap"),
  httplog,
  option("h1-case-adjust-bogus-server"),
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
  option("spop-check"),
  option("tcp-smart-accept"),
  option("tcp-smart-connect"),
  option("transparent"),
  option("idle-close-on-response"),
  option("dontlog-normal"),
  proxy.restrictReqHdrNames,
  each("tcp-check", "tcp_check_rule_list", tcpCheck),
  checks.http,
  proxy.hashPreserveAffinity,
  each("http-check", "http_check_list", httpCheck),
  proxy.externalCheckPath,
  proxy.externalCheckCommand,
  timeout("http-request"),
  timeout("client"),
  timeout("client-fin"),
  timeout("queue"),
  timeout("http-keep-alive"),
  timeout("check"),
  timeout("tunnel"),
  timeout("server"),
  timeout("server-fin"),
  timeout("connect"),
  timeout("tarpit"),
  defaultServerLine,
  each("stick", "stick_rule_list", stickRule),
  each("filter", "filter_list", filter),
  compression,
  compressionDirection,
  compressionSizes,
  each("tcp-request", "tcp_request_rule_list", tcpRequest),
  statsInBackend,
  proxy.httpReuse,
  each("http-request", "http_request_rule_list", httpRequest),
  redirectLine,
  cookie,
  proxy.dynamicCookieKey,
  each("use-server", "server_switching_rule_list", serverSwitchingRule),
  uniqueIdFormat,
  uniqueIdHeader,
  proxy.useFcgiApp,
  each("use_backend", "backend_switching_rule_list", backendSwitchingRule),
  proxy.defaultBackend,
  stickTable,
  errorLines,
  servers,
  serverTemplates,
  proxy.retries,
  proxy.clitcpkaCnt,
  proxy.clitcpkaIdle,
  proxy.clitcpkaIntvl,
  proxy.srvtcpkaCnt,
  proxy.srvtcpkaIdle,
  proxy.srvtcpkaIntvl,
  each("tcp-response", "tcp_response_rule_list", tcpResponse),
  each("http-response", "http_response_rule_list", httpResponse),
  each("http-after-response", "http_after_response_rule_list", httpAfterResponse),
  each("http-error", "http_error_rule_list", httpError),
  each("declare capture", "capture_list", capture),
  proxy.loadServerState,
  proxy.serverStateFileName,
  proxy.fullconn,
  proxy.maxKeepAliveQueue,
  proxy.retryOn,
  proxy.httpSendNameHeader,
  source,
  proxy.persist,
  proxy.hashBalanceFactor,
  proxy.guid,
  each("quic-initial", "quic_initial_rule_list", quicInitial),
  each("ssl-f-use", "ssl_front_use_list", sslFrontUse),
  each("force-be-switch", "force_be_switch_list", forceBeSwitch)
])

/**
 * A frontend and a backend in one.
 *
 * @category sections
 * @since 0.1.0
 */
export type Listen = TypeOf<typeof listen>
