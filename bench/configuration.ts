/**
 * Makes a configuration of about the given size in bytes: frontends with rules, and backends with servers, as ingress controllers
 * write them. `change` gives as many servers another weight, evenly spread, so that two texts differ in as many places as wanted.
 */
export const configurationOf = (bytes: number, change?: { readonly servers: number }): string => {
  const lines = [
    "global",
    "  log stdout format raw local0",
    "  maxconn 50000",
    "",
    "defaults main",
    "  mode http",
    "  log global",
    "  option httplog",
    "  timeout connect 5s",
    "  timeout client 30s",
    "  timeout server 30s",
    "",
    "frontend public from main",
    "  bind 127.0.0.1:8080",
    '  http-request set-header X-Request-Start "t=%[date()]"',
    "  http-request deny if { path_beg /internal } !{ src 10.0.0.0/8 }"
  ]
  const backends: Array<string> = []
  let size = lines.join("\n").length
  const changes = change?.servers ?? 0
  const every = changes === 0 ? Infinity : Math.max(1, Math.floor(serversIn(configurationOf(bytes)) / changes))
  let server = 0
  let changed = 0
  for (let n = 0; size < bytes; n++) {
    const servers = Array.from({ length: 13 }, (_, s) => {
      // As long as the other one, so that the texts have equally many sections.
      const isChanged = server++ % every === 0 && changed < changes
      if (isChanged) changed++
      const weight = isChanged ? 101 : 100
      return `  server app-${n}-${s} 10.${(n >> 8) & 255}.${n & 255}.${s + 1}:8080 check inter 2s weight ${weight}`
    })
    const backend = [
      "",
      `backend app-${n} from main`,
      "  balance roundrobin",
      "  option httpchk",
      '  http-check send meth GET uri /health hdr Host "app.example.test"',
      "  http-request set-header X-Backend %[be_name]",
      "  acl is_static path_beg /static/ /img/",
      ...servers
    ].join("\n")
    const rule = `  use_backend app-${n} if { req.hdr(host) -i app-${n}.example.test }`
    lines.push(rule)
    backends.push(backend)
    size += backend.length + rule.length + 2
  }
  return `${lines.join("\n")}\n${backends.join("\n")}\n`
}

const serversIn = (text: string): number => text.split("\n  server ").length - 1

/** Makes two configurations that differ in so many servers' weights, or in so many rules of one frontend. */
export const synchronizationOf = (
  kind: "servers" | "rules",
  bytes: number,
  changes: number
): { readonly current: string; readonly desired: string } => {
  const withSocket = (text: string) =>
    text.replace("global\n", "global\n  stats socket /tmp/lockstep-bench.sock level admin\n")
  if (kind === "servers") {
    const current = withSocket(configurationOf(bytes))
    let left = changes
    return { current, desired: current.replace(/weight 100$/gm, (words) => (left-- > 0 ? "weight 77" : words)) }
  }
  const rules = (value: string) =>
    Array.from({ length: changes }, (_, n) => `  http-request set-header X-R ${value} if { path_beg /${n} }\n`).join("")
  const rest = withSocket(configurationOf(Math.max(1000, bytes - rules("a").length)))
  const [current, desired] = ["a", "b"].map((value) => rest.replace("  use_backend", `${rules(value)}  use_backend`))
  return { current: current ?? "", desired: desired ?? "" }
}
