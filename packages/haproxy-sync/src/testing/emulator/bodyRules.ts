import type { ApiVersion } from "../../api/ApiVersion.ts"

/** What the API demands of a body, beside the types of its fields. */
export interface BodyRules {
  /** Fields that must be there and not be empty. */
  readonly required?: string
  /** Fields that must be there, but may be the empty string. */
  readonly present?: string
  /** Fields by the pattern or range they have to fit. */
  readonly fits?: Readonly<Record<string, string>>
}

/** The patterns by their short name in {@link BodyRules}. */
const patterns: Readonly<Record<string, string>> = {
  word: String.raw`^[^\s]+$`,
  name: "^[A-Za-z0-9-_.:]+$",
  ident: "^[A-Za-z0-9-_]+$",
  variable: "^[A-Za-z0-9-_.:${}]+$",
  variableIdent: "^[A-Za-z0-9-_${}]+$",
  time: String.raw`^\d+(ms|s|m|h|d)?$`,
  size: String.raw`^\d+(k|K|m|M|g|G)?$`,
  mark: "^(0x[0-9A-Fa-f]+|[0-9]+)$",
  https: String.raw`^https://[^\s]+$`,
  networks: "^([A-Za-z0-9.:/]+)(,[A-Za-z0-9.:/]+)*$",
  options: "^(allow-dup-ip|ignore-weight|prevent-dup-ip)(,(allow-dup-ip|ignore-weight|prevent-dup-ip))*$",
  sample: String.raw`^(?:[A-Za-z]+\("([A-Za-z\s]+)"\)|[A-Za-z]+)`
}

const serverParams = {
  word:
    "agent-addr alpn check-pool-conn-name check-sni check_alpn check_proto cookie hash_key health_check_address init-addr " +
    "pool_conn_name proto resolvers sni socks4 ssl_cafile ssl_certificate",
  "0..": "agent-inter downinter fastinter idle_ping inter pool_purge_delay slowstart tcp_ut",
  "1..65535": "agent-port health_check_port port",
  name: "guid",
  networks: "resolve-net",
  options: "resolve_opts"
}

const rule = "acl_file acl_keyfmt map_file map_keyfmt map_valuefmt var_name var_scope"
const timeouts = "http_keep_alive_timeout http_request_timeout tarpit_timeout"

const tcpCheck: BodyRules = {
  required: "action",
  fits: { word: "addr alpn match var_name var_scope", "1..65535": "port" }
}

/** The rules by the API's name of the resource: the field of its collection, or the keyword of its section. */
const rules: Readonly<Record<string, BodyRules>> = {
  acl_list: { required: "acl_name criterion", fits: { word: "acl_name criterion" } },
  backend_switching_rule_list: { required: "name", fits: { word: "name" } },
  capture_list: { required: "length type" },
  filter_list: {
    required: "type",
    fits: { word: "app_name bandwidth_limit_name cache_name spoe_config spoe_engine trace_name" }
  },
  force_be_switch_list: { present: "cond cond_test" },
  http_after_response_rule_list: {
    required: "type",
    fits: { word: rule, sample: "capture_sample", "100..999": "status" }
  },
  http_check_list: { required: "type", fits: { word: "addr alpn match var_name var_scope", "1..65535": "port" } },
  http_error_rule_list: { required: "status type" },
  http_request_rule_list: {
    required: "type",
    fits: {
      word:
        `${rule} auth_realm cache_name hint_format hint_name lua_action method_fmt path_fmt path_match redir_value ` +
        "spoe_engine spoe_group track_sc_key track_sc_table",
      sample: "capture_sample",
      "200..599": "deny_status return_status_code",
      mark: "mark_value tos_value",
      "-1024..1024": "nice_value",
      "0..": "wait_time"
    }
  },
  http_response_rule_list: {
    required: "type",
    fits: {
      word: `${rule} cache_name capture_sample lua_action redir_value spoe_engine spoe_group track_sc_key track_sc_table`,
      "200..599": "deny_status return_status_code",
      mark: "mark_value tos_value",
      "-1024..1024": "nice_value",
      "100..999": "status",
      "0..": "wait_time"
    }
  },
  log_target_list: { fits: { word: "address" } },
  quic_initial_rule_list: { required: "type" },
  server_switching_rule_list: { required: "target_server", fits: { word: "target_server" } },
  ssl_front_use_list: { required: "certificate", fits: { word: "certificate" } },
  stick_rule_list: { required: "pattern type", fits: { word: "pattern table" } },
  tcp_check_list: tcpCheck,
  tcp_check_rule_list: tcpCheck,
  tcp_request_rule_list: {
    required: "type",
    fits: {
      word: "lua_action var_name var_scope",
      sample: "capture_sample",
      mark: "mark_value tos_value",
      "-1024..1024": "nice_value"
    }
  },
  tcp_response_rule_list: {
    required: "type",
    fits: {
      word: "lua_action spoe_engine spoe_group var_name var_scope",
      mark: "mark_value tos_value",
      "-1024..1024": "nice_value"
    }
  },
  servers: { required: "address name", fits: { ...serverParams, word: `${serverParams.word} address name` } },
  server_templates: {
    required: "fqdn num_or_range prefix",
    fits: { ...serverParams, word: `${serverParams.word} prefix` }
  },
  binds: {
    fits: {
      word: "address alpn name ssl_cafile ssl_certificate",
      name: "guid_prefix",
      "0..": "idle_ping",
      "1..65535": "port port-range-end",
      "0..1024": "quic_cc_algo_burst_size",
      "10..4194304": "quic_cc_algo_max_window"
    }
  },
  dgram_binds: { fits: { word: "address name", "1..65535": "port port-range-end" } },
  tables: { fits: { time: "expire", size: "size" } },
  crt_loads: { required: "certificate" },
  nameservers: {
    required: "name",
    present: "address",
    fits: { word: "address", variable: "name", "1..65535": "port" }
  },
  mailer_entries: {
    required: "address name port",
    fits: { word: "address", variableIdent: "name", "1..65535": "port" }
  },
  peer_entries: {
    required: "name",
    present: "address port",
    fits: { word: "address", variable: "name", "1..65535": "port" }
  },
  users: { required: "password username", present: "secure_password", fits: { variable: "username" } },
  groups: { required: "name", fits: { variable: "name" } },
  global: {
    fits: {
      word: "chroot dns_accept_family group localpeer setcap user",
      "0..": "close_spread_time force_cfg_parser_pause grace hard_stop_after mworker_max_reloads stats_timeout",
      "1..": "warn_blocked_traffic_after"
    }
  },
  defaults: {
    fits: {
      "0..":
        `${timeouts} client_fin_timeout client_timeout connect_timeout queue_timeout server_fin_timeout server_timeout ` +
        "tunnel_timeout",
      name: "default_backend from name",
      word: "dynamic_cookie_key external_check_command external_check_path log_tag"
    }
  },
  frontend: {
    required: "name",
    fits: {
      "0..": `${timeouts} client_fin_timeout client_timeout`,
      name: "default_backend from guid name",
      variable: "log_tag"
    }
  },
  backend: {
    required: "name",
    fits: {
      "0..": `${timeouts} connect_timeout queue_timeout server_fin_timeout server_timeout tunnel_timeout`,
      word: "dynamic_cookie_key external_check_command external_check_path log_tag",
      name: "from guid name"
    }
  },
  userlist: { required: "name", fits: { name: "name" } },
  peers: { required: "name", fits: { name: "name" } },
  mailers: { required: "name", fits: { ident: "name", "0..": "timeout" } },
  resolvers: {
    required: "name",
    fits: {
      "512..8192": "accepted_payload_size",
      "0..": "hold_nx hold_obsolete hold_other hold_refused hold_timeout hold_valid timeout_resolve timeout_retry",
      name: "name",
      "1..": "resolve_retries"
    }
  },
  cache: { present: "name", fits: { name: "name", "1..4095": "total_max_size" } },
  ring: { required: "name", fits: { name: "name", "0..": "size timeout_connect timeout_server" } },
  "log-forward": { required: "name", fits: { name: "name", "0..2147483647": "timeout_client" } },
  "log-profile": { required: "name" },
  "http-errors": { required: "name", present: "error_files", fits: { ident: "name" } },
  healthcheck: { required: "name", fits: { name: "name" } },
  acme: { required: "directory name", fits: { https: "directory" } },
  "crt-store": { required: "name", fits: { ident: "name" } },
  "fcgi-app": { required: "name", present: "docroot", fits: { word: "name", "1..": "max_reqs" } },
  program: { required: "name", present: "command", fits: { name: "name" } },
  runtime_server: { fits: { word: "address", "1..65535": "port" } },
  site: { required: "name", fits: { name: "name" } }
}

/** The pattern of a short name; what may hold a variable may also hold quotes, but for one line of the API. */
export const patternOf = (name: string, api: ApiVersion): string | undefined => {
  const pattern = patterns[name]
  return name.startsWith("variable") && api !== "3.2" ? pattern?.replace("}]", '}"]') : pattern
}

/** What a line of the API demands otherwise. */
const differing: Readonly<Partial<Record<ApiVersion, Readonly<Record<string, BodyRules>>>>> = {
  "3.4": {
    binds: { ...rules["binds"], required: "name" },
    dgram_binds: { ...rules["dgram_binds"], required: "name" },
    tables: { ...rules["tables"], required: "name" },
    defaults: { ...rules["defaults"], required: "name" }
  }
}

/** The rules of a resource in a line of the API. */
export const rulesOf = (resource: string, api: ApiVersion): BodyRules =>
  differing[api]?.[resource] ?? rules[resource] ?? {}
