import { choice, integer, joined, modelled, oneOf, type NumberOptions, size, versioned } from "../Args.ts"
import { directive, inside } from "../Line.ts"
import { autoOnOff, bytes, count, onOff, positive, present, time, secret, value } from "../ValueLine.ts"

/** A size that version 3.0 of the API reads only as a plain number. */
const buffer = <const F extends string>(keyword: string, field: F, options: Pick<NumberOptions, "omitZero"> = {}) =>
  directive(
    keyword,
    choice(versioned({ since: "3.1" }, size(field, options)), versioned({ until: "3.0" }, integer(field, options)))
  )

const nonZero = { omitZero: true } as const

/**
 * The `tune.…` lines of `global`, in the order in which they are written, with the few others that stand among them.
 *
 * @category resources
 * @since 0.1.0
 */
export const tune = [
  ...inside("tune_options", onOff("tune.applet.zero-copy-forwarding", "applet_zero_copy_forwarding")),
  ...inside(
    "tune_buffer_options",
    count("tune.buffers.limit", "buffers_limit"),
    positive("tune.buffers.reserve", "buffers_reserve"),
    buffer("tune.bufsize", "bufsize", nonZero),
    bytes("tune.bufsize.large", "bufsize_large", { since: "3.4" }),
    bytes("tune.bufsize.small", "bufsize_small", { since: "3.1" })
  ),
  ...inside(
    "tune_options",
    bytes("tune.cli.max-payload-size", "cli_max_payload_size", { since: "3.4" }),
    positive("tune.comp.maxlevel", "comp_maxlevel"),
    present("tune.defaults.purge", "defaults_purge", { since: "3.4" }),
    present("tune.disable-zero-copy-forwarding", "disable_zero_copy_forwarding"),
    present("tune.disable-fast-forward", "disable_fast_forward", { since: "3.1" }),
    directive("tune.epoll.mask-events", modelled({ since: "3.2" }, joined("epoll_mask_events", ","))),
    positive("tune.events.max-events-at-once", "events_max_events_at_once"),
    present("tune.fail-alloc", "fail_alloc"),
    count("tune.glitches.kill.cpu-usage", "glitches_kill_cpu_usage", { since: "3.2" }),
    onOff("tune.fd.edge-triggered", "fd_edge_triggered"),
    count("tune.h1.be.glitches-threshold", "h1_be_glitches_threshold", { since: "3.4" }),
    count("tune.h1.fe.glitches-threshold", "h1_fe_glitches_threshold", { since: "3.4" }),
    onOff("tune.h1.zero-copy-fwd-recv", "h1_zero_copy_fwd_recv"),
    onOff("tune.h1.zero-copy-fwd-send", "h1_zero_copy_fwd_send"),
    count("tune.h2.be.glitches-threshold", "h2_be_glitches_threshold"),
    positive("tune.h2.be.initial-window-size", "h2_be_initial_window_size"),
    positive("tune.h2.be.max-concurrent-streams", "h2_be_max_concurrent_streams"),
    positive("tune.h2.be.max-frames-at-once", "h2_be_max_frames_at_once", { since: "3.4" }),
    bytes("tune.h2.be.rxbuf", "h2_be_rxbuf", { since: "3.1" }),
    count("tune.h2.fe.glitches-threshold", "h2_fe_glitches_threshold"),
    positive("tune.h2.fe.initial-window-size", "h2_fe_initial_window_size"),
    positive("tune.h2.fe.max-concurrent-streams", "h2_fe_max_concurrent_streams"),
    positive("tune.h2.fe.max-frames-at-once", "h2_fe_max_frames_at_once", { since: "3.4" }),
    positive("tune.h2.fe.max-rst-at-once", "h2_fe_max_rst_at_once", { since: "3.4" }),
    count("tune.h2.fe.max-total-streams", "h2_fe_max_total_streams"),
    bytes("tune.h2.fe.rxbuf", "h2_fe_rxbuf", { since: "3.1" }),
    positive("tune.h2.header-table-size", "h2_header_table_size"),
    count("tune.h2.initial-window-size", "h2_initial_window_size"),
    value("tune.h2.log-errors", "h2_log_errors", { since: "3.4" }),
    positive("tune.h2.max-concurrent-streams", "h2_max_concurrent_streams"),
    positive("tune.h2.max-frame-size", "h2_max_frame_size"),
    onOff("tune.h2.zero-copy-fwd-send", "h2_zero_copy_fwd_send"),
    positive("tune.http.cookielen", "http_cookielen"),
    positive("tune.http.logurilen", "http_logurilen"),
    positive("tune.http.maxhdr", "http_maxhdr"),
    onOff("tune.idle-pool.shared", "idle_pool_shared"),
    time("tune.idletimer", "idletimer"),
    directive(
      "tune.listener.default-shards",
      oneOf("listener_default_shards", ["by-process", "by-thread", "by-group"])
    ),
    onOff("tune.listener.multi-queue", "listener_multi_queue")
  ),
  ...inside(
    "tune_lua_options",
    value("tune.lua.bool-sample-conversion", "bool_sample_conversion", { since: "3.2" }),
    positive("tune.lua.forced-yield", "forced_yield"),
    count("tune.lua.maxmem", "maxmem"),
    value("tune.lua.openlibs", "openlibs", { since: "3.4" }),
    time("tune.lua.session-timeout", "session_timeout"),
    time("tune.lua.burst-timeout", "burst_timeout"),
    time("tune.lua.task-timeout", "task_timeout"),
    time("tune.lua.service-timeout", "service_timeout"),
    onOff("tune.lua.log.loggers", "log_loggers"),
    autoOnOff("tune.lua.log.stderr", "log_stderr")
  ),
  ...inside(
    "tune_options",
    count("tune.max-checks-per-thread", "max_checks_per_thread"),
    count("tune.max-rules-at-once", "max_rules_at_once", { since: "3.2" }),
    positive("tune.maxaccept", "maxaccept"),
    positive("tune.maxpollevents", "maxpollevents"),
    positive("tune.maxrewrite", "maxrewrite"),
    count("tune.memory.hot-size", "memory_hot_size"),
    bytes("tune.notsent-lowat.client", "notsent_lowat_client", { since: "3.2" }),
    bytes("tune.notsent-lowat.server", "notsent_lowat_server", { since: "3.2" }),
    count("tune.pattern.cache-size", "pattern_cache_size"),
    positive("tune.peers.max-updates-at-once", "peers_max_updates_at_once")
  ),
  ...inside("tune_buffer_options", buffer("tune.pipesize", "pipesize", nonZero)),
  ...inside(
    "tune_options",
    positive("tune.pool-high-fd-ratio", "pool_high_fd_ratio"),
    positive("tune.pool-low-fd-ratio", "pool_low_fd_ratio"),
    onOff("tune.pt.zero-copy-forwarding", "pt_zero_copy_forwarding")
  ),
  ...inside(
    "tune_buffer_options",
    buffer("tune.rcvbuf.backend", "rcvbuf_backend"),
    buffer("tune.rcvbuf.client", "rcvbuf_client"),
    buffer("tune.rcvbuf.frontend", "rcvbuf_frontend"),
    buffer("tune.rcvbuf.server", "rcvbuf_server"),
    buffer("tune.recv_enough", "recv_enough", nonZero)
  ),
  ...inside(
    "tune_options",
    count("tune.renice.runtime", "renice_runtime", { since: "3.1" }),
    count("tune.renice.startup", "renice_startup", { since: "3.1" }),
    count("tune.ring.queues", "ring_queues"),
    positive("tune.runqueue-depth", "runqueue_depth"),
    onOff("tune.sched.low-latency", "sched_low_latency")
  ),
  ...inside(
    "tune_buffer_options",
    buffer("tune.sndbuf.backend", "sndbuf_backend"),
    buffer("tune.sndbuf.client", "sndbuf_client"),
    buffer("tune.sndbuf.frontend", "sndbuf_frontend"),
    buffer("tune.sndbuf.server", "sndbuf_server")
  ),
  ...inside(
    "tune_ssl_options",
    count("tune.ssl.cachesize", "cachesize"),
    autoOnOff("tune.ssl.certificate-compression", "certificate_compression", { since: "3.4" }),
    present("tune.ssl.force-private-cache", "force_private_cache"),
    onOff("tune.ssl.keylog", "keylog"),
    time("tune.ssl.lifetime", "lifetime"),
    count("tune.ssl.maxrecord", "maxrecord"),
    positive("tune.ssl.default-dh-param", "default_dh_param"),
    positive("tune.ssl.ssl-ctx-cache-size", "ctx_cache_size"),
    count("tune.ssl.capture-buffer-size", "capture_buffer_size"),
    count("tune.ssl.ocsp-update.maxdelay", "ocsp_update_max_delay"),
    count("tune.ssl.ocsp-update.mindelay", "ocsp_update_min_delay")
  ),
  ...inside(
    "tune_options",
    count("tune.stick-counters", "stick_counters"),
    value("tune.takeover-other-tg-connections", "takeover_other_tg_connections", { since: "3.2" })
  ),
  ...inside(
    "tune_vars_options",
    bytes("tune.vars.global-max-size", "global_max_size"),
    bytes("tune.vars.proc-max-size", "proc_max_size"),
    bytes("tune.vars.reqres-max-size", "reqres_max_size"),
    bytes("tune.vars.sess-max-size", "sess_max_size"),
    bytes("tune.vars.txn-max-size", "txn_max_size")
  ),
  ...inside(
    "tune_quic_options",
    count("tune.quic.fe.stream.max-total", "frontend_stream_max_total", { since: "3.4" }),
    count("tune.quic.frontend.conn-tx-buffers.limit", "frontend_conn_tx_buffers_limit"),
    time("tune.quic.frontend.max-idle-timeout", "frontend_max_idle_timeout"),
    count("tune.quic.frontend.max-streams-bidi", "frontend_max_streams_bidi"),
    bytes("tune.quic.frontend.max-tx-mem", "frontend_max_tx_memory", { since: "3.2" }),
    count("tune.quic.max-frame-loss", "max_frame_loss"),
    count("tune.quic.reorder-ratio", "reorder_ratio"),
    count("tune.quic.retry-threshold", "retry_threshold"),
    onOff("tune.quic.zero-copy-fwd-send", "zero_copy_fwd_send")
  ),
  ...inside(
    "tune_quic_options",
    directive("tune.quic.socket-owner", oneOf("socket_owner", ["connection", "listener"]))
  ),
  present("no-quic", "no_quic"),
  secret("cluster-secret", "cluster_secret"),
  ...inside(
    "tune_zlib_options",
    positive("tune.zlib.memlevel", "memlevel"),
    positive("tune.zlib.windowsize", "windowsize")
  )
] as const
