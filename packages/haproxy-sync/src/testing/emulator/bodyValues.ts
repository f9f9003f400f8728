import { apiIn, type ApiVersion } from "../../api/ApiVersion.ts"
import type { Field } from "../../grammar/Args.ts"

const switched = "enabled disabled"
const statuses = { error_status: "L7OKC L7RSP L7STS L6RSP L4CON" }
const returned = "default-errorfiles errorfile errorfiles file lf-file string lf-string"
const normalizers =
  "fragment-encode fragment-strip path-merge-slashes path-strip-dot path-strip-dotdot percent-decode-unreserved " +
  "percent-to-uppercase query-sort-by-name"
const counters = "sc-add-gpc sc-inc-gpc sc-inc-gpc0 sc-inc-gpc1 sc-set-gpt sc-set-gpt0"
const checks = "httpchk ldap-check mysql-check pgsql-check redis-check smtpchk"
const timeouts = "client@3.4 connect@3.4 queue@3.4 server tarpit@3.4 tunnel client@-3.3"
const server = {
  check_via_socks4: switched,
  no_sslv3: switched,
  no_tlsv10: switched,
  no_tlsv11: switched,
  no_tlsv12: switched,
  no_tlsv13: switched,
  no_verifyhost: switched,
  "init-state": "fully-up up down fully-down"
}

/**
 * The words that a field may have, in the order in which the API lists them, where that isn't the grammar's. `@3.4` marks a word that
 * came with a line of the API, `@-3.3` one that was elsewhere until then.
 */
const values: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  acme: { challenge: "http-01 dns-01 dns-persist-01@3.4", keytype: "RSA ECDSA" },
  backend: { adv_check: `${checks} ssl-hello-chk tcp-check` },
  binds: { "quic-cc-algo": "cubic newreno bbr@3.1 nocc@3.1", tcp_ss: "1 2 3" },
  defaults: { adv_check: `${checks} ssl-hello-chk tcp-check`, contstats: "enabled", mode: "tcp http log" },
  filter_list: {
    type: "bwlim-in bwlim-out cache compression comp-req@3.4 comp-res@3.4 fcgi-app spoe trace"
  },
  frontend: { contstats: "enabled", mode: "http tcp" },
  healthcheck: { type: `${checks} spop-check ssl-hello-chk tcp-check` },
  http_after_response_rule_list: {
    type:
      "add-header add-headers-bin@3.4 allow capture del-acl del-header del-headers-bin@3.4 del-map replace-header " +
      `replace-value ${counters} set-header set-headers-bin@3.4 set-log-level set-map set-status set-var set-var-fmt ` +
      "strict-mode unset-var do-log@3.1"
  },
  http_check_list: {
    ...statuses,
    match: "status rstatus hdr fhdr string rstring",
    method: "HEAD PUT POST GET TRACE PATCH DELETE CONNECT OPTIONS"
  },
  http_error_rule_list: {
    return_content_format: returned,
    status: "200 400 401 403 404 405 407 408 410 413 425 429 500 501 502 503 504"
  },
  http_request_rule_list: {
    normalizer: normalizers,
    protocol: "ipv4 ipv6",
    return_content_format: returned,
    timeout_type: timeouts,
    type:
      "add-acl add-header add-headers-bin@3.4 allow auth cache-use capture del-acl del-header del-headers-bin@3.4 del-map deny " +
      "disable-l7-retry do-resolve early-hint lua normalize-uri pause@3.1 redirect reject replace-header replace-path " +
      `replace-pathq replace-uri replace-value return ${counters} send-spoe-group set-bc-mark set-bc-tos set-dst ` +
      "set-dst-port set-fc-mark set-fc-tos set-header set-headers-bin@3.4 set-log-level set-map set-mark set-method set-nice " +
      "set-path set-pathq set-priority-class set-priority-offset set-query set-src set-src-port set-timeout set-tos " +
      "set-uri set-var set-var-fmt silent-drop strict-mode tarpit track-sc unset-var use-service wait-for-body " +
      "wait-for-handshake set-bandwidth-limit set-retries@3.1 do-log@3.1"
  },
  http_response_rule_list: {
    return_content_format: returned,
    timeout_type: timeouts,
    type:
      "add-acl add-header add-headers-bin@3.4 allow cache-store capture del-acl del-header del-headers-bin@3.4 del-map deny lua " +
      `pause@3.1 redirect replace-header replace-value return ${counters} send-spoe-group set-fc-mark set-fc-tos ` +
      "set-header set-headers-bin@3.4 set-log-level set-map set-mark set-nice set-status set-timeout set-tos set-var " +
      "set-var-fmt silent-drop strict-mode track-sc unset-var wait-for-body set-bandwidth-limit do-log@3.1"
  },
  log_target_list: { format: "local rfc3164 rfc5424 priority short timed iso raw" },
  quic_initial_rule_list: { type: "reject accept send-retry dgram-drop" },
  ring: { format: "iso local raw rfc3164 rfc5424 short priority timed" },
  server_templates: server,
  servers: server,
  tables: { type: "ip integer string binary" },
  tcp_check_list: statuses,
  tcp_check_rule_list: statuses,
  tcp_request_rule_list: {
    action:
      `accept attach-srv capture do-resolve expect-netscaler-cip expect-proxy lua reject ${counters} send-spoe-group ` +
      "set-bandwidth-limit set-bc-mark set-bc-tos set-dst-port set-dst set-fc-mark set-fc-tos set-log-level set-mark " +
      "set-nice set-priority-class set-priority-offset set-src set-src-port set-tos set-var set-var-fmt silent-drop " +
      "switch-mode track-sc unset-var use-service set-retries@3.1 do-log@3.1",
    resolve_protocol: "ipv4 ipv6",
    type: "connection content inspect-delay session"
  },
  tcp_response_rule_list: {
    action:
      `accept close lua reject ${counters} send-spoe-group set-bandwidth-limit set-fc-mark set-fc-tos set-log-level ` +
      "set-mark set-nice set-tos set-var set-var-fmt silent-drop unset-var do-log@3.1",
    type: "content inspect-delay"
  }
}

/** The words a field of a resource may have, or undefined where any will do. */
export const valuesOf = (resource: string, field: Field, api: ApiVersion): ReadonlyArray<string> | undefined => {
  const listed = values[resource]?.[field.name]
  if (listed !== undefined) {
    return listed.split(" ").flatMap((entry) => {
      const [word = "", mark = ""] = entry.split("@")
      return mark === "" || within(mark, api) ? [word] : []
    })
  }
  if (field.values === undefined || !field.values.every((value) => typeof value === "string")) return undefined
  const isSwitch = field.values.length === 2 && field.values.includes("enabled") && field.values.includes("disabled")
  return isSwitch ? switched.split(" ") : field.values
}

const within = (mark: string, api: ApiVersion): boolean =>
  apiIn(api, mark.startsWith("-") ? { until: mark.slice(1) as ApiVersion } : { since: mark as ApiVersion })
