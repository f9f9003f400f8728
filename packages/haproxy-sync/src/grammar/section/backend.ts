import { rest, type TypeOf, versioned } from "../Args.ts"
import { each } from "../Line.ts"
import { unshown } from "../KeptLine.ts"
import { acl } from "../resource/acl.ts"
import { checks } from "../resource/advCheck.ts"
import { balance, hashType } from "../resource/balance.ts"
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
import { connectionMode, option, optionIn, timeout, useSmallBuffers } from "../resource/options.ts"
import { proxyLines as proxy } from "../resource/proxyLines.ts"
import { redirectLine } from "../resource/redirect.ts"
import { defaultServerLine, servers, serverTemplates } from "../resource/serverLines.ts"
import { source } from "../resource/source.ts"
import { statsInBackend } from "../resource/stats.ts"
import { stickTable } from "../resource/stickTable.ts"
import { forcePersist, ignorePersist, serverSwitchingRule, stickRule } from "../resource/switchingRules.ts"
import { tcpCheck } from "../resource/tcpCheck.ts"
import { tcpRequestInBackend } from "../resource/tcpRequest.ts"
import { tcpResponse } from "../resource/tcpResponse.ts"
import { sectionGrammar } from "../SectionGrammar.ts"
import { text } from "../ValueLine.ts"

/**
 * The grammar of `backend`.
 *
 * @category sections
 * @since 0.1.0
 */
export const backend = sectionGrammar("backend", [
  proxy.id,
  proxy.description,
  proxy.enabled,
  proxy.disabled,
  proxy.mode,
  hashType,
  balance,
  each("acl", "acl_list", acl),
  forcePersist,
  ignorePersist,
  unshown("bind-process", versioned({ until: "2.6" }, rest("processes"))),
  connectionMode("httpclose"),
  optionIn("http-buffer-request", "http-buffer-request"),
  optionIn("http-drop-request-trailers", "http-drop-request-trailers", { since: "3.1" }),
  connectionMode("http-server-close"),
  connectionMode("http-keep-alive"),
  option("http-pretend-keepalive"),
  optionIn("http-use-htx", "http-use-htx", { until: "3.3" }),
  optionIn("http-no-delay", "http-no-delay"),
  option("http-proxy", { until: "3.3" }),
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
  option("splice-auto"),
  option("splice-request"),
  option("splice-response"),
  option("log-health-checks"),
  text("log-tag", "log_tag"),
  option("tcpka"),
  option("srvtcpka"),
  option("allbackups"),
  option("accept-invalid-http-response"),
  option("accept-unsafe-violations-in-http-response", { since: "3.1" }),
  option("h1-case-adjust-bogus-server"),
  checks.tcp,
  option("checkcache"),
  option("independent-streams"),
  option("nolinger"),
  originalto,
  option("persist"),
  option("prefer-last-server"),
  option("spop-check"),
  option("tcp-smart-connect"),
  option("transparent"),
  proxy.restrictReqHdrNames,
  each("tcp-check", "tcp_check_rule_list", tcpCheck),
  checks.http,
  each("http-check", "http_check_list", httpCheck),
  proxy.externalCheckPath,
  proxy.externalCheckCommand,
  each("log", "log_target_list", logTarget, { negatable: true }),
  emailAlert,
  timeout("http-request"),
  timeout("queue"),
  timeout("http-keep-alive"),
  timeout("check"),
  timeout("tunnel"),
  timeout("server"),
  timeout("server-fin"),
  timeout("connect"),
  timeout("tarpit"),
  proxy.srvtcpkaCnt,
  proxy.srvtcpkaIdle,
  proxy.srvtcpkaIntvl,
  defaultServerLine,
  each("stick", "stick_rule_list", stickRule),
  each("filter", "filter_list", filter),
  compression,
  compressionDirection,
  compressionSizes,
  each("tcp-request", "tcp_request_rule_list", tcpRequestInBackend),
  statsInBackend,
  proxy.httpReuse,
  each("http-request", "http_request_rule_list", httpRequest),
  redirectLine,
  cookie,
  proxy.dynamicCookieKey,
  each("use-server", "server_switching_rule_list", serverSwitchingRule),
  stickTable,
  errorLines,
  servers,
  proxy.retries,
  each("tcp-response", "tcp_response_rule_list", tcpResponse),
  each("http-response", "http_response_rule_list", httpResponse),
  each("http-after-response", "http_after_response_rule_list", httpAfterResponse),
  each("http-error", "http_error_rule_list", httpError),
  serverTemplates,
  proxy.loadServerState,
  proxy.useFcgiApp,
  proxy.serverStateFileName,
  proxy.fullconn,
  proxy.maxKeepAliveQueue,
  proxy.retryOn,
  proxy.httpSendNameHeader,
  source,
  proxy.persist,
  proxy.hashBalanceFactor,
  proxy.hashPreserveAffinity,
  proxy.guid
])

/**
 * Where requests go to.
 *
 * @category sections
 * @since 0.1.0
 */
export type Backend = TypeOf<typeof backend>
