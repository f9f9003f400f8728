import { compareVersions, type HaproxyVersion } from "../text/HaproxyVersion.ts"
import { listenerAddress } from "./addresses.ts"
import { logTarget } from "./common.ts"
import { expression } from "./expression.ts"
import { format } from "./format.ts"
import { bindParams } from "./servers.ts"
import {
  anything,
  each,
  inVersions,
  laxly,
  leading,
  loose,
  many,
  matching,
  nothing,
  number,
  oneOf,
  opt,
  options,
  seq,
  type Shape,
  type Shapes,
  size,
  sub,
  time,
  word
} from "./Shape.ts"

/** A shape that earlier versions don't insist on. */
const strictFrom =
  (version: HaproxyVersion, part: Shape, before: Shape = anything): Shape =>
  (reader) =>
    compareVersions(reader.version, version) < 0 ? before(reader) : part(reader)

const onOff = oneOf("on", "off")
const sized = strictFrom("3.1", size, word())

const tlsOptions: Shape = many(
  sub({
    ...each(
      "no-sslv3 no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13"
    ),
    ...each("no-tls-tickets prefer-client-ciphers tls-tickets strict-sni no-strict-sni no-renegotiate renegotiate"),
    ...each("ssl-min-ver ssl-max-ver", oneOf("SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"))
  })
)

const processVariable = matching(/^proc\.[\w.]+(?:,[\w,]+)?$/, "a variable such as proc.name")

const codes = many(matching(/^[+-]?[\d,+-]+$/, "statuses such as 400-499"))

const shapes: Shapes = {
  // Without an argument.
  ...each(
    `busy-polling daemon h1-accept-payload-with-any-method h1-do-not-close-on-insecure-transfer-encoding
    h2-workaround-bogus-websocket-clients insecure-fork-wanted insecure-setuid-wanted limited-quic no-memory-trimming no-quic noepoll
    noevports nogetaddrinfo nokqueue nopoll noreuseport nosplice pp2-never-send-local prealloc-fd quiet strict-limits
    tune.disable-fast-forward tune.disable-zero-copy-forwarding tune.quic.disable-tx-pacing tune.quic.disable-udp-gso
    tune.ssl.force-private-cache zero-warning`
  ),
  ...each("expose-deprecated-directives expose-experimental-directives", strictFrom("3.1", nothing)),
  ...each("numa-cpu-mapping ssl-load-extra-del-ext ssl-mode-async ssl-skip-self-issued-ca tune.fail-alloc", anything),
  "external-check": opt(oneOf("preserve-env")),
  "master-worker": opt(oneOf("no-exit-on-failure")),
  "set-dumpable": opt(onOff),

  // On or off.
  ...each(
    `httpclient.resolvers.disabled tune.applet.zero-copy-forwarding tune.fd.edge-triggered tune.h1.zero-copy-fwd-recv
    tune.h1.zero-copy-fwd-send tune.h2.zero-copy-fwd-send tune.lua.log.loggers tune.pt.zero-copy-forwarding tune.quic.cc-hystart
    tune.quic.zero-copy-fwd-send tune.sched.low-latency tune.ssl.keylog`,
    onOff
  ),
  ...each("harden.reject-privileged-ports.quic harden.reject-privileged-ports.tcp", laxly(onOff)),
  "profiling.tasks": word("on, off or auto"),
  "tune.idle-pool.shared": oneOf("on", "off", "auto", "full"),
  "tune.listener.multi-queue": oneOf("on", "off", "fair"),
  "tune.lua.log.stderr": oneOf("on", "off", "auto"),

  // One word, of which HAProxy asks no form at this point.
  ...each(
    `ca-base chroot cluster-secret crt-base fd-hard-limit gid httpclient.retries key-base localpeer log-tag maxcompcpuusage maxcomprate
    maxconnrate maxpipes maxsessrate maxsslconn maxsslrate maxzlibmem node pidfile spread-checks ssl-default-bind-ciphers
    ssl-default-bind-ciphersuites ssl-default-bind-client-sigalgs ssl-default-bind-curves ssl-default-bind-sigalgs
    ssl-default-server-ciphers ssl-default-server-ciphersuites ssl-default-server-client-sigalgs ssl-default-server-curves
    ssl-default-server-sigalgs tune.glitches.kill.cpu-usage tune.http.cookielen tune.http.logurilen tune.max-rules-at-once tune.maxaccept
    tune.maxpollevents tune.maxrewrite tune.pool-high-fd-ratio tune.pool-low-fd-ratio tune.runqueue-depth tune.ssl.cachesize
    tune.ssl.capture-buffer-size tune.ssl.capture-cipherlist-size tune.ssl.hard-maxrecord tune.ssl.maxrecord tune.ssl.ssl-ctx-cache-size
    uid ulimit-n`,
    loose
  ),
  ...each("group user h1-case-adjust-file", word()),
  "mworker-max-reloads": strictFrom("2.8", word()),
  "tune.pattern.cache-size": laxly(loose),
  ...each(
    `anonkey description issuers-chain-path lua-load lua-load-per-thread ocsp-update.httpproxy ocsp-update.maxdelay ocsp-update.mindelay
    server-state-base server-state-file ssl-dh-param-file ssl-propquery ssl-provider ssl-provider-path stats-file
    tune.ssl.ocsp-update.maxdelay tune.ssl.ocsp-update.mindelay`,
    laxly(word())
  ),
  ...each(
    `httpclient.resolvers.id httpclient.ssl.ca-file log-send-hostname ocsp-update.disable ocsp-update.mode resetenv tune.buffers.limit
    tune.buffers.reserve tune.h2.be.glitches-threshold tune.h2.be.initial-window-size tune.h2.be.max-concurrent-streams
    tune.h2.be.max-frames-at-once tune.h2.fe.glitches-threshold tune.h2.fe.initial-window-size tune.h2.fe.max-concurrent-streams
    tune.h2.fe.max-frames-at-once tune.h2.fe.max-rst-at-once tune.h2.fe.max-total-streams tune.h2.initial-window-size
    tune.h2.max-concurrent-streams tune.lua.forced-yield tune.max-checks-per-thread tune.renice.runtime tune.renice.startup
    tune.ring.queues tune.stick-counters tune.vars.check-max-size tune.vars.global-max-size tune.vars.proc-max-size
    tune.vars.reqres-max-size tune.vars.sess-max-size tune.vars.txn-max-size`,
    anything
  ),
  unsetenv: laxly(word("a variable")),

  // Numbers, durations and sizes.
  ...each("nbthread thread-groups thread-hard-limit", number(1)),
  "stress-level": number(0, 9),
  "ssl-security-level": laxly(number(0, 5)),
  maxconn: strictFrom("3.0", number(), word()),
  "tune.comp.maxlevel": number(1, 9),
  "tune.http.maxhdr": number(1, 32_767),
  "tune.h2.header-table-size": number(),
  "tune.h2.max-frame-size": number(16_384, 16_777_215),
  "tune.lua.maxmem": laxly(number()),
  "tune.ssl.default-dh-param": number(1024),
  ...each(
    `tune.events.max-events-at-once tune.memory.hot-size tune.peers.max-updates-at-once tune.quic.cc.cubic.min-losses
    tune.quic.frontend.conn-tx-buffers.limit tune.quic.frontend.glitches-threshold tune.quic.frontend.max-streams-bidi
    tune.quic.frontend.stream-data-ratio tune.quic.max-frame-loss tune.quic.reorder-ratio tune.quic.retry-threshold`,
    loose
  ),
  ...each(
    `force-cfg-parser-pause httpclient.timeout.connect max-spread-checks tune.idletimer tune.quic.frontend.max-idle-timeout
    tune.ssl.lifetime`,
    time
  ),
  ...each(
    `close-spread-time grace hard-stop-after tune.lua.burst-timeout tune.lua.service-timeout tune.lua.session-timeout
    tune.lua.task-timeout warn-blocked-traffic-after`,
    laxly(time)
  ),
  "tune.bufsize": strictFrom("3.1", size, leading("a size such as 16k or 1m")),
  ...each(
    `tune.bufsize.small tune.h2.be.rxbuf tune.h2.fe.rxbuf tune.notsent-lowat.client tune.notsent-lowat.server tune.pipesize
    tune.quic.frontend.default-max-window-size tune.quic.frontend.max-data-size tune.quic.frontend.max-tx-mem tune.rcvbuf.backend
    tune.rcvbuf.client tune.rcvbuf.frontend tune.rcvbuf.server tune.recv_enough tune.sndbuf.backend tune.sndbuf.client
    tune.sndbuf.frontend tune.sndbuf.server`,
    sized
  ),

  // One of a few words.
  "acme.scheduler": oneOf("auto", "off"),
  "dns-accept-family": matching(/^(?:auto|(?:ipv4|ipv6)(?:,(?:ipv4|ipv6))*)$/, '"auto", "ipv4" or "ipv6"'),
  "httpclient.resolvers.prefer": oneOf("ipv4", "ipv6"),
  "httpclient.ssl.verify": oneOf("none", "required"),
  "ssl-server-verify": oneOf("none", "required"),
  "ssl-load-extra-files": many(oneOf("none", "all", "bundle", "key", "sctl", "ocsp", "issuer")),
  "tune.epoll.mask-events": opt(matching(/^(?:err|hup|rdhup)(?:,(?:err|hup|rdhup))*$/, "a list of err, hup and rdhup")),
  "tune.h2.log-errors": oneOf("none", "connection", "stream"),
  "tune.listener.default-shards": oneOf("by-process", "by-thread", "by-group"),
  "tune.lua.bool-sample-conversion": anything,
  "tune.quic.socket-owner": oneOf("connection", "listener"),
  "tune.ssl.certificate-compression": oneOf("auto", "off"),
  "tune.takeover-other-tg-connections": oneOf("none", "restricted", "full"),
  "cpu-policy": oneOf(
    ..."none efficiency first-usable-node group-by-2-ccx group-by-2-clusters group-by-3-ccx group-by-3-clusters".split(
      " "
    ),
    ..."group-by-4-ccx group-by-4-clusters group-by-ccx group-by-cluster performance resource".split(" ")
  ),
  setcap: laxly(matching(/^cap_[a-z_,]+$/, "capabilities such as cap_net_bind_service")),

  // Several words.
  "cpu-map": seq(
    matching(/^(?:auto:)?(?:all|odd|even|[\d-]+)(?:\/(?:all|odd|even|[\d-]+))?$/, "threads such as 1/1-4"),
    many(matching(/^[\d,-]+$/, "processors such as 0-3"))
  ),
  "cpu-set": options(
    {
      reset: nothing,
      ...each(
        "drop-cpu only-cpu drop-node only-node drop-cluster only-cluster drop-core only-core drop-thread only-thread",
        word("a set of numbers")
      )
    },
    { stop: [] }
  ),
  "default-path": sub({ ...each("config current parent", anything), origin: seq(word("a directory"), anything) }),
  "h1-case-adjust": seq(word(), word()),
  ...each("http-err-codes http-fail-codes", codes),
  log: logTarget,
  "lua-prepend-path": seq(word("a path"), opt(oneOf("path", "cpath"))),
  ...each("presetenv setenv", seq(word("a variable"), word("a value"), strictFrom("2.8", nothing))),
  "set-var": seq(processVariable, expression, anything),
  "set-var-fmt": seq(processVariable, format, anything),
  ...each("ssl-default-bind-options ssl-default-server-options", tlsOptions),
  stats: sub({
    socket: seq(listenerAddress, bindParams),
    timeout: seq(time, anything),
    maxconn: seq(matching(/^0*[1-9]/, "a whole number from 1"), anything),
    "bind-process": inVersions({ until: "2.6" }, anything),
    "calculate-max-counters": inVersions({ since: "3.3" }, onOff)
  }),
  "thread-group": seq(number(1), opt(word("threads"))),
  "unix-bind": options(each("prefix mode user uid group gid", word()), { stop: [] }),

  // Settings of parts that a build of HAProxy may lack.
  ...each(
    `51degrees-allow-unmatched 51degrees-cache-size 51degrees-data-file 51degrees-difference 51degrees-drift
    51degrees-property-name-list 51degrees-property-separator 51degrees-use-performance-graph 51degrees-use-predictive-graph
    debug.counters deviceatlas-json-file deviceatlas-log-level deviceatlas-properties-cookie deviceatlas-separator profiling.memory
    ssl-engine tune.zlib.memlevel tune.zlib.windowsize wurfl-cache-size wurfl-data-file wurfl-engine-mode wurfl-information-list
    wurfl-information-list-separator wurfl-patch-file wurfl-useragent-priority`,
    anything
  ),

  // Settings newer than what is looked at in detail.
  ...each(
    `cpu-affinity jwt.allow_none_alg jwt.decrypt_alg_list jwt.decrypt_enc_list max-threads-per-group noktls shm-stats-file
    shm-stats-file-max-objects ssl-passphrase-cmd trace tune.bufsize.large tune.cli.max-payload-size tune.defaults.purge
    tune.h1.be.glitches-threshold tune.h1.fe.glitches-threshold tune.lua.openlibs tune.quic.be.cc.cubic-min-losses
    tune.quic.be.cc.hystart tune.quic.be.cc.max-frame-loss tune.quic.be.cc.max-win-size tune.quic.be.cc.reorder-ratio
    tune.quic.be.max-idle-timeout tune.quic.be.sec.glitches-threshold tune.quic.be.stream.data-ratio
    tune.quic.be.stream.max-concurrent tune.quic.be.stream.rxbuf tune.quic.be.tx.pacing tune.quic.be.tx.udp-gso
    tune.quic.fe.cc.cubic-min-losses tune.quic.fe.cc.hystart tune.quic.fe.cc.max-frame-loss tune.quic.fe.cc.max-win-size
    tune.quic.fe.cc.reorder-ratio tune.quic.fe.max-idle-timeout tune.quic.fe.sec.glitches-threshold tune.quic.fe.sec.retry-threshold
    tune.quic.fe.sock-per-conn tune.quic.fe.stream.data-ratio tune.quic.fe.stream.max-concurrent tune.quic.fe.stream.max-total
    tune.quic.fe.stream.rxbuf tune.quic.fe.tx.pacing tune.quic.fe.tx.udp-gso tune.quic.listen tune.quic.mem.tx-max
    tune.ssl.keyupdate-rate-limit tune.streams-elasticity`,
    anything
  )
}

/** What came with a version. Where it isn't known with which of two, it is the earlier one. */
const arrivals: Readonly<Partial<Record<HaproxyVersion, string>>> = {
  "2.8": `anonkey expose-deprecated-directives h1-do-not-close-on-insecure-transfer-encoding harden.reject-privileged-ports.quic
    harden.reject-privileged-ports.tcp http-err-codes http-fail-codes httpclient.resolvers.disabled httpclient.retries
    httpclient.timeout.connect key-base ocsp-update.disable ocsp-update.httpproxy ocsp-update.maxdelay ocsp-update.mindelay
    ocsp-update.mode prealloc-fd setcap ssl-default-bind-client-sigalgs ssl-default-bind-sigalgs ssl-default-server-client-sigalgs
    ssl-default-server-curves ssl-default-server-sigalgs ssl-security-level stats-file thread-hard-limit
    tune.applet.zero-copy-forwarding tune.disable-fast-forward tune.disable-zero-copy-forwarding tune.epoll.mask-events
    tune.events.max-events-at-once tune.h1.zero-copy-fwd-recv tune.h1.zero-copy-fwd-send tune.h2.be.glitches-threshold
    tune.h2.be.initial-window-size tune.h2.be.max-concurrent-streams tune.h2.fe.glitches-threshold tune.h2.fe.initial-window-size
    tune.h2.fe.max-concurrent-streams tune.h2.fe.max-total-streams tune.h2.zero-copy-fwd-send tune.listener.default-shards
    tune.lua.burst-timeout tune.lua.log.loggers tune.lua.log.stderr tune.max-checks-per-thread tune.memory.hot-size
    tune.pt.zero-copy-forwarding tune.rcvbuf.backend tune.rcvbuf.frontend tune.ring.queues tune.sndbuf.backend tune.sndbuf.frontend
    tune.ssl.ocsp-update.maxdelay tune.ssl.ocsp-update.mindelay tune.stick-counters warn-blocked-traffic-after`,
  "3.1": `acme.scheduler cpu-policy cpu-set dns-accept-family force-cfg-parser-pause stress-level tune.bufsize.small
    tune.glitches.kill.cpu-usage tune.h2.be.max-frames-at-once tune.h2.be.rxbuf tune.h2.fe.max-frames-at-once tune.h2.fe.max-rst-at-once
    tune.h2.fe.rxbuf tune.h2.log-errors tune.lua.bool-sample-conversion tune.max-rules-at-once tune.notsent-lowat.client
    tune.notsent-lowat.server tune.quic.cc.cubic.min-losses tune.quic.disable-tx-pacing tune.quic.disable-udp-gso
    tune.quic.frontend.default-max-window-size tune.quic.frontend.max-data-size tune.quic.frontend.max-tx-mem
    tune.quic.frontend.stream-data-ratio tune.renice.runtime tune.renice.startup tune.ssl.certificate-compression
    tune.takeover-other-tg-connections`,
  "3.3": `cpu-affinity jwt.allow_none_alg jwt.decrypt_alg_list jwt.decrypt_enc_list max-threads-per-group noktls shm-stats-file
    shm-stats-file-max-objects ssl-passphrase-cmd tune.bufsize.large tune.cli.max-payload-size tune.defaults.purge
    tune.h1.be.glitches-threshold tune.h1.fe.glitches-threshold tune.lua.openlibs tune.quic.be.cc.cubic-min-losses
    tune.quic.be.cc.hystart tune.quic.be.cc.max-frame-loss tune.quic.be.cc.max-win-size tune.quic.be.cc.reorder-ratio
    tune.quic.be.max-idle-timeout tune.quic.be.sec.glitches-threshold tune.quic.be.stream.data-ratio
    tune.quic.be.stream.max-concurrent tune.quic.be.stream.rxbuf tune.quic.be.tx.pacing tune.quic.be.tx.udp-gso
    tune.quic.fe.cc.cubic-min-losses tune.quic.fe.cc.hystart tune.quic.fe.cc.max-frame-loss tune.quic.fe.cc.max-win-size
    tune.quic.fe.cc.reorder-ratio tune.quic.fe.max-idle-timeout tune.quic.fe.sec.glitches-threshold tune.quic.fe.sec.retry-threshold
    tune.quic.fe.sock-per-conn tune.quic.fe.stream.data-ratio tune.quic.fe.stream.max-concurrent tune.quic.fe.stream.max-total
    tune.quic.fe.stream.rxbuf tune.quic.fe.tx.pacing tune.quic.fe.tx.udp-gso tune.quic.listen tune.quic.mem.tx-max
    tune.ssl.keyupdate-rate-limit tune.streams-elasticity`
}

/** What went after a version. */
const departures: Readonly<Partial<Record<HaproxyVersion, string>>> = {
  "3.1": "trace",
  "3.3": "no-quic tune.quic.frontend.conn-tx-buffers.limit"
}

const versionsOf = (table: Readonly<Partial<Record<HaproxyVersion, string>>>): ReadonlyMap<string, HaproxyVersion> =>
  new Map(
    Object.entries(table).flatMap(([version, names]) =>
      names.split(/\s+/).map((name) => [name, version as HaproxyVersion] as const)
    )
  )

/**
 * The directives of `global`, by their keyword.
 *
 * @category checking
 * @since 0.1.0
 */
export const globalDirectives: Shapes = (() => {
  const [came, went] = [versionsOf(arrivals), versionsOf(departures)]
  return Object.fromEntries(
    Object.entries(shapes).map(([name, part]) => {
      const [since, until] = [came.get(name), went.get(name)]
      const range = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) }
      return [name, since === undefined && until === undefined ? part : inVersions(range, part)]
    })
  )
})()

/**
 * What may follow `no` in `global`.
 *
 * @category checking
 * @since 0.1.0
 */
export const negatedGlobalDirectives: Shapes = {
  log: nothing,
  ...each("busy-polling insecure-fork-wanted numa-cpu-mapping set-dumpable strict-limits", anything)
}
