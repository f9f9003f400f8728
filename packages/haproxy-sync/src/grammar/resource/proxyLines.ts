import {
  choice,
  duration,
  integer,
  joined,
  literal,
  modelled,
  object,
  oneOf,
  optional,
  rest,
  sequence,
  unmodelled,
  versioned,
  word
} from "../Args.ts"
import { actions, called } from "../Action.ts"
import { directive } from "../Line.ts"
import { count, present, text, value } from "../ValueLine.ts"

/** Words that HAProxy passes over; the API takes no line with them. */
const ignored = optional(unmodelled(rest("ignored")))

/**
 * The lines of proxies that set a field each and stand in several kinds of them.
 *
 * @category resources
 * @since 0.1.0
 */
export const proxyLines = {
  id: directive("id", integer("id", { min: 1 })),
  description: text("description", "description"),
  enabled: present("enabled", "enabled"),
  disabled: present("disabled", "disabled"),
  mode: directive(
    "mode",
    choice(
      oneOf("mode", ["http", "tcp", "log"], { quoted: "opaque" }),
      // The API has no value for this one.
      versioned({ since: "3.1" }, unmodelled(literal("spop")))
    )
  ),
  maxconn: directive("maxconn", integer("maxconn", { min: 0, runtime: true })),
  backlog: directive("backlog", integer("backlog", { min: 0 })),
  guid: value("guid", "guid"),
  monitorUri: value("monitor-uri", "monitor_uri"),
  monitorFail: directive(
    "monitor fail",
    object("monitor_fail", sequence(oneOf("cond", ["if", "unless"], { quoted: "opaque" }), rest("cond_test")))
  ),
  logTag: value("log-tag", "log_tag"),
  logSteps: directive("log-steps", modelled({ since: "3.1" }, joined("log_steps", ","))),
  logFormat: text("log-format", "log_format"),
  logFormatSd: text("log-format-sd", "log_format_sd"),
  errorLogFormat: text("error-log-format", "error_log_format"),
  dynamicCookieKey: directive("dynamic-cookie-key", word("dynamic_cookie_key", { secret: true })),
  restrictReqHdrNames: directive(
    "option http-restrict-req-hdr-names",
    oneOf("http_restrict_req_hdr_names", ["preserve", "delete", "reject"], { quoted: "opaque" })
  ),
  externalCheckPath: value("external-check path", "external_check_path"),
  externalCheckCommand: value("external-check command", "external_check_command"),
  httpReuse: directive(
    "http-reuse",
    oneOf("http_reuse", ["aggressive", "always", "never", "safe"], { quoted: "opaque" })
  ),
  retries: count("retries", "retries"),
  clitcpkaCnt: count("clitcpka-cnt", "clitcpka_cnt"),
  clitcpkaIdle: directive("clitcpka-idle", duration("clitcpka_idle", { unit: "s" })),
  clitcpkaIntvl: directive("clitcpka-intvl", duration("clitcpka_intvl", { unit: "s" })),
  srvtcpkaCnt: count("srvtcpka-cnt", "srvtcpka_cnt"),
  srvtcpkaIdle: directive("srvtcpka-idle", duration("srvtcpka_idle", { unit: "s" })),
  srvtcpkaIntvl: directive("srvtcpka-intvl", duration("srvtcpka_intvl", { unit: "s" })),
  loadServerState: directive(
    "load-server-state-from-file",
    oneOf("load_server_state_from_file", ["global", "local", "none"], { quoted: "opaque" })
  ),
  serverStateFileName: value("server-state-file-name", "server_state_file_name"),
  defaultBackend: value("default_backend", "default_backend"),
  fullconn: count("fullconn", "fullconn"),
  httpSendNameHeader: value("http-send-name-header", "http_send_name_header"),
  maxKeepAliveQueue: count("max-keep-alive-queue", "max_keep_alive_queue"),
  retryOn: text("retry-on", "retry_on"),
  persist: directive(
    "persist",
    object(
      "persist_rule",
      sequence(
        actions("type", { "rdp-cookie": choice(called("rdp-cookie", word("rdp_cookie_name")), literal("rdp-cookie")) }),
        ignored
      )
    )
  ),
  hashBalanceFactor: count("hash-balance-factor", "hash_balance_factor"),
  hashPreserveAffinity: directive(
    "hash-preserve-affinity",
    versioned(
      { since: "3.2" },
      oneOf("hash_preserve_affinity", ["always", "maxconn", "maxqueue"], { quoted: "opaque" })
    )
  ),
  useFcgiApp: value("use-fcgi-app", "use_fcgi_app")
} as const
