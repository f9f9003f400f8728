/** The configuration of a web shop's edge as it runs: the same text as `examples/haproxy/current.cfg`. */
export const current = `# The edge of a web shop: what runs now.
global
  log stdout format raw local0 info
  maxconn 400
  localpeer edge1
  hard-stop-after 30s
  stats socket /tmp/lockstep-demo.sock mode 600 level admin expose-fd listeners
  stats timeout 30s
  tune.bufsize 16384
  tune.ssl.default-dh-param 2048
  ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets
  ssl-default-server-options ssl-min-ver TLSv1.2

defaults web
  mode http
  log global
  option httplog
  option dontlognull
  option http-keep-alive
  option forwardfor
  option redispatch
  retries 3
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  timeout http-request 10s
  timeout http-keep-alive 15s
  timeout queue 20s

defaults streams from web
  timeout client 1h
  timeout server 1h

userlist operators
  group admins users alice,bob
  user alice password $5$lockstepdemo$VmLyNqFtCHbIh0KbNrK3k0dBzcOm5n8Dp3o6T8Yx1v4
  user bob password $5$lockstepdemo$1qJ3cTn7VhZr2sK9wLb5dXe0aGfYp6uMiQjRtCvBnD8

resolvers cluster
  nameserver dns1 127.0.0.1:53
  resolve_retries 3
  timeout resolve 1s
  timeout retry 1s
  hold valid 10s
  hold nx 30s

cache assets
  total-max-size 64
  max-object-size 262144
  max-age 300

http-errors branded
  errorfile 503 /dev/null

peers edge
  peer edge1 127.0.0.1:10001

frontend https from web
  bind 127.0.0.1:18443 name main
  bind 127.0.0.1:18444 name proxied accept-proxy
  maxconn 300
  acl is_api path_beg /api/
  acl is_assets path_beg /assets/ /img/
  acl is_admin path_beg /admin
  acl from_office src 10.20.0.0/16
  acl is_payment path_beg /pay/
  acl is_partner path_beg /partners/
  acl is_websocket hdr(Upgrade) -i websocket
  acl abusive sc_http_req_rate(0) gt 200
  http-request track-sc0 src table abuse
  http-request deny deny_status 429 if abusive
  http-request deny deny_status 403 if is_admin !from_office
  http-request set-header X-Forwarded-Proto https
  http-request set-header X-Request-Id %[uuid()]
  http-request del-header X-Debug
  http-request cache-use assets if is_assets
  http-request redirect scheme https code 301 unless { ssl_fc } { hdr(Host) -i shop.example.test }
  http-response set-header Strict-Transport-Security max-age=31536000
  http-response del-header Server
  http-response cache-store assets
  use_backend api if is_api
  use_backend payments if is_payment
  use_backend partners if is_partner
  use_backend assets if is_assets
  use_backend admin if is_admin
  use_backend sockets if is_websocket
  default_backend shop

frontend stats from web
  bind 127.0.0.1:18404 name stats
  stats enable
  stats uri /
  stats refresh 10s
  http-request use-service prometheus-exporter if { path /metrics }

backend shop from web
  balance leastconn
  cookie SRV insert indirect nocache
  option httpchk
  http-check send meth GET uri /health hdr Host shop.example.test
  http-check expect status 200
  default-server check inter 2s fall 3 rise 2
  server shop1 127.0.0.1:19001 weight 100 cookie shop1
  server shop2 127.0.0.1:19002 weight 100 cookie shop2
  server shop3 127.0.0.1:19003 weight 50 cookie shop3

backend api from web
  balance roundrobin
  timeout server 60s
  option httpchk
  http-check send meth GET uri /ready
  http-request set-header X-Backend api
  http-request set-path %[path,regsub(^/api,,)]
  http-response set-header Cache-Control no-store
  default-server check inter 1s
  server api1 127.0.0.1:19101 weight 10
  server api2 127.0.0.1:19102 weight 10
  server api3 127.0.0.1:19103 weight 10
  server api4 127.0.0.1:19104 weight 10 disabled

backend assets from web
  balance uri
  hash-type consistent djb2
  http-response set-header Cache-Control public,\\ max-age=300
  server files1 127.0.0.1:19201 check
  server files2 127.0.0.1:19202 check

backend admin from web
  acl operators_ok http_auth(operators)
  http-request auth realm Operators unless operators_ok
  server admin1 127.0.0.1:19301 check

backend sockets from streams
  balance source
  option http-server-close
  server ws1 127.0.0.1:19401 check
  server ws2 127.0.0.1:19402 check

frontend databases from streams
  mode tcp
  option tcplog
  bind 127.0.0.1:18306 name mysql
  bind 127.0.0.1:18432 name postgres
  acl is_postgres dst_port 18432
  tcp-request connection reject unless { src 127.0.0.0/8 10.0.0.0/8 }
  tcp-request inspect-delay 5s
  use_backend postgres if is_postgres
  default_backend mysql

backend mysql from streams
  mode tcp
  balance first
  option tcp-check
  tcp-check connect port 19306
  tcp-check expect binary 0a
  server mysql1 127.0.0.1:19306 check maxconn 200
  server mysql2 127.0.0.1:19307 check backup

backend postgres from streams
  mode tcp
  balance leastconn
  option pgsql-check user lockstep
  server pg1 127.0.0.1:19432 check maxconn 100
  server pg2 127.0.0.1:19433 check maxconn 100

backend payments from web
  balance roundrobin
  option httpchk
  http-check connect port 19601
  http-check send meth GET uri /live
  http-check expect status 204
  retry-on conn-failure empty-response
  timeout server 10s
  http-request set-header X-Backend payments
  http-request deny deny_status 405 unless { method POST }
  http-response set-header Cache-Control no-store
  default-server check inter 1s fall 2 rise 2 maxconn 50
  server pay1 127.0.0.1:19601 weight 100
  server pay2 127.0.0.1:19602 weight 100

backend partners from web
  balance roundrobin
  http-request set-header Host partners.example.test
  http-request set-header X-Partner shop
  server-template edge 1-4 127.0.0.1:19700 check

backend abuse from web
  stick-table type ip size 100k expire 10m store http_req_rate(10s),conn_cur

backend legacy from web
  server old1 127.0.0.1:19901
`

/** What changes on the way to the desired configuration: each passage stands in the current one once. */
const edits: ReadonlyArray<readonly [now: string, then: string]> = [
  ["what runs now", "what should run"],
  ["  acl from_office ", "  acl is_search path_beg /search\n  acl from_office "],
  [
    "  http-request del-header X-Debug\n",
    "  http-request del-header X-Debug\n  http-request del-header X-Internal-User\n"
  ],
  ["  use_backend api if is_api\n", "  use_backend search if is_search\n  use_backend api if is_api\n"],
  ["weight 50 cookie shop3\n", "weight 100 cookie shop3\n  server shop4 127.0.0.1:19004 weight 25 cookie shop4\n"],
  ["timeout server 60s", "timeout server 45s"],
  ["19104 weight 10 disabled", "19104 weight 10"],
  ["max-age=300\n  server files1", "max-age=3600\n  server files1"],
  [
    "backend legacy from web\n  server old1 127.0.0.1:19901\n",
    `backend search from web
  balance roundrobin
  option httpchk
  http-check send meth GET uri /ping
  http-check expect status 200
  http-request set-header X-Backend search
  http-response set-header Cache-Control no-store
  default-server check inter 2s
  server search1 127.0.0.1:19501 weight 10
  server search2 127.0.0.1:19502 weight 10
`
  ]
]

/** The configuration as it should run: the same text as `examples/haproxy/desired.cfg`. */
export const desired = edits.reduce((text, [now, then]) => text.replace(now, () => then), current)
