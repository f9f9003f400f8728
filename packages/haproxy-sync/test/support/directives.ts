import { Arbitrary, Schema } from "effect"

/** Lines that HAProxy takes, by the header of their section, with what else the section needs. */
const sections: ReadonlyArray<{
  readonly header: string
  readonly rest: string
  readonly lines: ReadonlyArray<string>
}> = [
  {
    header: "global",
    rest: "",
    lines: [
      "maxconn 1000",
      "nbthread 2",
      "log 127.0.0.1:514 len 1024 format rfc5424 local0 info notice",
      "ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets",
      "tune.bufsize 16k",
      "tune.h2.initial-window-size 65535",
      "set-var proc.name str(a),upper",
      "hard-stop-after 30s",
      "stats timeout 30s",
      "spread-checks 5"
    ]
  },
  {
    header: "defaults base",
    rest: "",
    lines: [
      "mode http",
      "timeout connect 5s",
      "option httplog clf",
      "no option httpclose",
      "retries 3",
      "retry-on conn-failure 503",
      "default-server inter 2s fall 3 rise 2",
      "errorloc 404 /missing",
      "http-request set-header X-A %[src]"
    ]
  },
  {
    header: "frontend web",
    rest: "mode http\n  acl here path_beg /here",
    lines: [
      "bind 127.0.0.1:8080 name web mss 1400 tfo",
      "acl there hdr(host) -i -m beg there. here.",
      "http-request deny deny_status 429 if here",
      "http-request set-var(txn.a,ifnotexists) req.hdr(a),lower unless here",
      'http-request return status 200 content-type "text/plain" string "a b" hdr X-A b if here',
      "http-request redirect location /x code 301 if here",
      "http-request capture req.hdr(a) len 10",
      "http-response set-header X-B %[res.hdr(c)] if { status 200 }",
      "http-after-response del-header X-B",
      "tcp-request connection accept if { src 10.0.0.0/8 }",
      "tcp-request inspect-delay 5s",
      "use_backend app if here or { path /x }",
      "declare capture request len 32",
      "capture request header host len 32",
      "option forwardfor except 127.0.0.1 header X-F if-none",
      "compression algo gzip deflate",
      "stats uri /stats",
      "monitor fail if here",
      "maxconn 100",
      "unique-id-header X-Id"
    ]
  },
  {
    header: "backend other",
    rest: "mode http\n  stick-table type ip size 10k store gpc0,conn_rate(10s)",
    lines: [
      "server one 127.0.0.1:80 check inter 2s weight 10 maxconn 50 backup",
      "server-template t 2 127.0.0.1:80 disabled",
      "balance url_param user check_post 64",
      "balance hdr(host) use_domain_only",
      "hash-type consistent djb2 avalanche",
      "cookie SRV insert indirect nocache maxidle 30m",
      "stick on src table other if { path / }",
      "stick store-response res.cook(a)",
      "http-check send meth GET uri /health hdr Host a",
      "http-check expect ! status 500-599",
      "tcp-check send-binary 0a0b comment hello",
      "option httpchk GET /health HTTP/1.1",
      "option mysql-check user haproxy",
      "http-request track-sc0 src table other if { path / }",
      "http-request sc-inc-gpc0(0)",
      "http-reuse safe",
      "timeout server 30s",
      "source 127.0.0.1",
      "fullconn 100",
      "use-server one if { path / }"
    ]
  },
  {
    header: "resolvers own",
    rest: "",
    lines: ["nameserver a 127.0.0.1:53", "hold valid 10s", "timeout retry 1s", "accepted_payload_size 8192"]
  },
  { header: "cache pages", rest: "total-max-size 4", lines: ["max-age 60", "process-vary on", "max-object-size 1000"] },
  {
    header: "peers own",
    rest: "",
    lines: ["peer a 127.0.0.1:1024", "table t type string len 20 size 10k expire 5m", "default-server weight 5"]
  },
  { header: "userlist people", rest: "", lines: ["user ann insecure-password a", "group staff users ann"] },
  { header: "ring own", rest: "", lines: ["format rfc3164", "maxlen 1000", "size 32k", "server a 127.0.0.1:514"] },
  { header: "mailers own", rest: "", lines: ["mailer a 127.0.0.1:25", "timeout mail 20s"] },
  {
    header: "fcgi-app php",
    rest: "docroot /srv",
    lines: ["index index.php", "option max-reqs 5", "set-param A %[path] if { path / }", "pass-header X-A"]
  }
]

const words = sections.flatMap(({ lines }) => lines).flatMap((line) => line.split(" "))
const others = [
  "if",
  "unless",
  "{",
  "}",
  "!",
  "0",
  "-1",
  "5x",
  "a,b",
  "a(1)",
  "%[src]",
  "10.0.0.1:80",
  "/a/b",
  "none",
  "on"
]
const aWord = Arbitrary.schema(Schema.Literals([...new Set([...words, ...others])]))
const place = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20 })))
const change = Arbitrary.schema(Schema.Literals(["as it is", "without", "with", "instead", "swapped", "cut"]))
const any = Arbitrary.schema(
  Schema.Literals(sections.flatMap((_, section) => _.lines.map((__, line) => `${section} ${line}` as const)))
)

/** A line of a section, mostly with one word changed: `text` is a file around it. */
export const changedLine: Arbitrary.Arbitrary<{ readonly line: string; readonly text: string }> = Arbitrary.map(
  Arbitrary.all([any, change, place, aWord]),
  ([which, how, at, word]) => {
    const [section, line] = which.split(" ").map(Number)
    const { header = "", lines = [], rest = "" } = sections[section ?? 0] ?? {}
    const old = (lines[line ?? 0] ?? "").split(" ")
    const i = 1 + (at % old.length)
    const changed = {
      "as it is": old,
      without: old.toSpliced(i, 1),
      with: old.toSpliced(i, 0, word),
      instead: old.toSpliced(i, 1, word),
      swapped: old.toSpliced(i - 1, 2, ...old.slice(i - 1, i + 1).toReversed()),
      cut: old.slice(0, i)
    }[how].join(" ")
    return { line: changed, text: `backend app\n${header}\n  ${rest}\n  ${changed}\n` }
  }
)
