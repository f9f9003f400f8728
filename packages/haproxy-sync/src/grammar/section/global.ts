import {
  choice,
  constant,
  mapped,
  modelled,
  object,
  oneOf,
  optional,
  options,
  rest,
  sequence,
  unmodelled,
  word
} from "../Args.ts"
import { directive, each, inside, toggle } from "../Line.ts"
import { serverAddress } from "../resource/address.ts"
import { bindParams } from "../resource/bind.ts"
import { logTarget } from "../resource/logTarget.ts"
import { tune } from "../resource/tune.ts"
import { sectionGrammar } from "../SectionGrammar.ts"
import { added, autoOnOff, count, entries, onOff, positive, present, text, time, value } from "../ValueLine.ts"

/** Variables come first, because later lines may name them. */
const environment = [
  entries("set-var", "set_var", sequence(word("name"), rest("expr"))),
  entries("set-var-fmt", "set_var_fmt", sequence(word("name"), word("format"))),
  ...inside(
    "environment_options",
    entries("presetenv", "presetenv", sequence(word("name"), word("value"))),
    added("resetenv", "resetenv"),
    entries("setenv", "setenv", sequence(word("name"), word("value"))),
    added("unsetenv", "unsetenv")
  )
] as const

const cpuPolicies = [
  "none",
  "efficiency",
  "first-usable-node",
  "group-by-2-ccx",
  "group-by-2-clusters",
  "group-by-3-ccx",
  "group-by-3-clusters",
  "group-by-4-ccx",
  "group-by-4-cluster",
  "group-by-ccx",
  "group-by-cluster",
  "performance",
  "resource"
] as const

const cpuSet = choice(
  sequence(
    oneOf(
      "directive",
      ["cpu", "node", "cluster", "core", "thread"].flatMap((unit) => [`drop-${unit}`, `only-${unit}`])
    ),
    word("set")
  ),
  oneOf("directive", ["reset"])
)

const process = [
  present("daemon", "daemon"),
  directive(
    "default-path",
    object(
      "default_path",
      choice(sequence(oneOf("type", ["origin"]), word("path")), oneOf("type", ["current", "config", "parent"]))
    )
  ),
  text("localpeer", "localpeer"),
  value("chroot", "chroot"),
  positive("uid", "uid"),
  value("user", "user"),
  positive("gid", "gid"),
  value("group", "group"),
  ...inside("ssl_options", value("ca-base", "ca_base"), value("crt-base", "crt_base")),
  // `no-exit-on-failure` is a word the API forgets.
  directive("master-worker", sequence(constant("master-worker", true), optional(unmodelled(word("mode"), "lost")))),
  directive("external-check", sequence(constant("external_check", true), optional(unmodelled(word("mode"), "lost")))),
  positive("nbthread", "nbthread"),
  count("max-threads-per-group", "max_threads_per_group", { since: "3.4" }),
  entries("cpu-map", "cpu_maps", sequence(word("process"), rest("cpu_set"))),
  directive(
    "cpu-affinity",
    modelled(
      { since: "3.4" },
      object(
        "cpu_affinity",
        choice(
          sequence(oneOf("affinity", ["per-group"]), optional(oneOf("argument", ["auto", "loose"]))),
          oneOf("affinity", ["per-core", "auto", "per-thread", "per-ccx"])
        )
      )
    )
  ),
  directive("cpu-policy", modelled({ since: "3.2" }, oneOf("cpu_policy", cpuPolicies))),
  entries("cpu-set", "cpu_set", modelled({ since: "3.2" }, cpuSet)),
  ...inside(
    "performance_options",
    positive("maxconn", "maxconn"),
    positive("maxconnrate", "maxconnrate"),
    positive("maxcomprate", "maxcomprate"),
    positive("maxcompcpuusage", "maxcompcpuusage"),
    positive("maxpipes", "maxpipes"),
    positive("maxsessrate", "maxsessrate")
  ),
  ...inside("ssl_options", positive("maxsslconn", "maxsslconn"), positive("maxsslrate", "maxsslrate")),
  ...inside("performance_options", positive("maxzlibmem", "maxzlibmem"), count("fd-hard-limit", "fd_hard_limit")),
  text("pidfile", "pidfile")
] as const

const sockets = [
  entries("stats socket", "runtime_apis", sequence(word("address"), options(bindParams))),
  time("stats timeout", "stats_timeout"),
  onOff("stats calculate-max-counters", "stats_calculate_max_counters", { since: "3.4" }),
  ...inside("debug_options", count("anonkey", "anonkey")),
  ...inside(
    "http_client_options",
    onOff("httpclient.resolvers.disabled", "resolvers_disabled"),
    value("httpclient.resolvers.id", "resolvers_id"),
    directive("httpclient.resolvers.prefer", oneOf("resolvers_prefer", ["ipv4", "ipv6"])),
    positive("httpclient.retries", "retries"),
    value("httpclient.ssl.ca-file", "ssl_ca_file"),
    time("httpclient.timeout.connect", "timeout_connect"),
    directive("httpclient.ssl.verify", choice(oneOf("ssl_verify", ["none", "required"]), constant("ssl_verify", "")))
  ),
  present("limited-quic", "limited_quic"),
  present("prealloc-fd", "prealloc_fd")
] as const

const ssl = [
  ...inside(
    "ssl_options",
    added("ssl-default-bind-options", "default_bind_options"),
    text("ssl-default-bind-sigalgs", "default_bind_sigalgs"),
    value("ssl-default-bind-ciphers", "default_bind_ciphers"),
    value("ssl-default-bind-ciphersuites", "default_bind_ciphersuites"),
    added("ssl-default-server-options", "default_server_options"),
    value("ssl-default-server-ciphers", "default_server_ciphers"),
    value("ssl-default-server-ciphersuites", "default_server_ciphersuites"),
    value("ssl-default-server-client-sigalgs", "default_server_client_sigalgs"),
    value("ssl-default-server-curves", "default_server_curves"),
    value("ssl-default-server-sigalgs", "default_server_sigalgs"),
    value("ssl-default-bind-client-sigalgs", "default_bind_client_sigalgs"),
    value("ssl-default-bind-curves", "default_bind_curves"),
    value("ssl-dh-param-file", "dh_param_file"),
    value("ssl-propquery", "propquery"),
    value("ssl-provider", "provider"),
    value("ssl-provider-path", "provider_path"),
    value("ssl-server-verify", "server_verify"),
    present("ssl-skip-self-issued-ca", "skip_self_issued_ca"),
    text("ssl-passphrase-cmd", "passphrase_cmd", { since: "3.3" })
  ),
  time("hard-stop-after", "hard_stop_after")
] as const

const scripts = [
  each("log", "log_target_list", logTarget, { negatable: true }),
  directive(
    "log-send-hostname",
    object("log_send_hostname", sequence(constant("enabled", "enabled"), optional(word("param"))))
  ),
  ...inside(
    "lua_options",
    entries("lua-prepend-path", "prepend_path", sequence(word("path"), optional(word("type")))),
    // The arguments of a script are words the API forgets.
    entries("lua-load", "loads", sequence(word("file"), optional(unmodelled(rest("arguments"), "lost"))))
  ),
  value("stats-file", "stats_file"),
  ...inside(
    "performance_options",
    value("server-state-file", "server_state_file"),
    value("server-state-base", "server_state_base")
  ),
  ...inside(
    "ssl_options",
    entries("ssl-engine", "engines", sequence(word("name"), choice(word("algorithms"), constant("algorithms", "")))),
    directive("ssl-mode-async", constant("mode_async", "enabled"))
  ),
  value("h1-case-adjust-file", "h1_case_adjust_file"),
  entries("h1-case-adjust", "h1_case_adjust", sequence(word("from"), word("to")))
] as const

const performance = [
  ...inside(
    "performance_options",
    present("busy-polling", "busy_polling"),
    time("max-spread-checks", "max_spread_checks")
  ),
  time("close-spread-time", "close_spread_time"),
  ...inside(
    "performance_options",
    present("noepoll", "noepoll"),
    present("nokqueue", "nokqueue"),
    present("noevports", "noevports"),
    present("nopoll", "nopoll"),
    present("nosplice", "nosplice"),
    present("nogetaddrinfo", "nogetaddrinfo"),
    present("noreuseport", "noreuseport"),
    autoOnOff("profiling.tasks", "profiling_tasks"),
    onOff("profiling.memory", "profiling_memory"),
    positive("spread-checks", "spread_checks")
  ),
  ...inside(
    "wurfl_options",
    text("wurfl-data-file", "data_file"),
    text("wurfl-information-list", "information_list"),
    text("wurfl-information-list-separator", "information_list_separator"),
    text("wurfl-patch-file", "patch_file"),
    positive("wurfl-cache-size", "cache_size")
  )
] as const

const others = [
  text("description", "description"),
  present("expose-experimental-directives", "expose_experimental_directives"),
  time("grace", "grace"),
  present("insecure-fork-wanted", "insecure_fork_wanted"),
  present("insecure-setuid-wanted", "insecure_setuid_wanted"),
  ...inside("ssl_options", text("issuers-chain-path", "issuers_chain_path")),
  present("h2-workaround-bogus-websocket-clients", "h2_workaround_bogus_websocket_clients"),
  ...inside("lua_options", added("lua-load-per-thread", "load_per_thread")),
  count("mworker-max-reloads", "mworker_max_reloads"),
  text("node", "node"),
  toggle("numa-cpu-mapping", "numa_cpu_mapping"),
  present("pp2-never-send-local", "pp2_never_send_local"),
  positive("ulimit-n", "ulimit_n"),
  present("set-dumpable", "set_dumpable"),
  present("strict-limits", "strict_limits"),
  ...inside(
    "device_atlas_options",
    text("deviceatlas-json-file", "json_file"),
    text("deviceatlas-log-level", "log_level"),
    text("deviceatlas-separator", "separator"),
    text("deviceatlas-properties-cookie", "properties_cookie")
  ),
  ...inside(
    "fifty_one_degrees_options",
    value("51degrees-data-file", "data_file"),
    text("51degrees-property-name-list", "property_name_list"),
    text("51degrees-property-separator", "property_separator"),
    positive("51degrees-cache-size", "cache_size")
  ),
  positive("thread-groups", "thread_groups"),
  count("stats maxconn", "stats_maxconn"),
  ...inside("ssl_options", value("ssl-load-extra-files", "load_extra_files")),
  entries("thread-group", "thread_group_lines", sequence(word("group"), word("num_or_range"))),
  ...inside("debug_options", present("quiet", "quiet"), present("zero-warning", "zero_warning")),
  value("setcap", "setcap"),
  ...inside(
    "harden",
    ...inside(
      "reject_privileged_ports",
      onOff("harden.reject-privileged-ports.tcp", "tcp"),
      onOff("harden.reject-privileged-ports.quic", "quic")
    )
  ),
  ...inside("performance_options", count("thread-hard-limit", "thread_hard_limit")),
  ...inside("ssl_options", count("ssl-security-level", "security_level")),
  entries("http-err-codes", "http_err_codes", rest("value")),
  entries("http-fail-codes", "http_fail_codes", rest("value")),
  ...inside(
    "ocsp_update_options",
    directive("ocsp-update.disable", mapped("disable", { on: true, off: false })),
    directive("ocsp-update.httpproxy", object("httpproxy", serverAddress)),
    count("ocsp-update.mindelay", "mindelay"),
    count("ocsp-update.maxdelay", "maxdelay"),
    onOff("ocsp-update.mode", "mode")
  ),
  present("h1-accept-payload-with-any-method", "h1_accept_payload_with_any_method"),
  present("h1-do-not-close-on-insecure-transfer-encoding", "h1_do_not_close_on_insecure_transfer_encoding"),
  present("expose-deprecated-directives", "expose_deprecated_directives", { since: "3.1" }),
  time("force-cfg-parser-pause", "force_cfg_parser_pause", { since: "3.1" }),
  time("warn-blocked-traffic-after", "warn_blocked_traffic_after", { since: "3.1" }),
  value("dns-accept-family", "dns_accept_family", { since: "3.2" }),
  ...inside("ssl_options", value("acme.scheduler", "acme_scheduler", { since: "3.2" })),
  ...inside("debug_options", count("stress-level", "stress_level", { since: "3.2" })),
  value("shm-stats-file", "shm_stats_file", { since: "3.3" }),
  count("shm-stats-file-max-objects", "shm_stats_file_max_objects", { since: "3.3" }),
  ...inside("performance_options", present("noktls", "noktls", { since: "3.3" }))
] as const

/**
 * The grammar of `global`.
 *
 * @category sections
 * @since 0.1.0
 */
export const global = sectionGrammar("global", [
  ...environment,
  ...process,
  ...sockets,
  ...tune,
  ...ssl,
  ...scripts,
  ...performance,
  ...others
])
