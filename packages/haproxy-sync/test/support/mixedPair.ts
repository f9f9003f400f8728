import { section } from "./configs.ts"

/** Two texts between which something of every kind happens. */
export const mixedPair: readonly [current: string, desired: string] = [
  [
    section("global", "maxconn 1"),
    section(
      "frontend web",
      "bind :80",
      "http-request deny if { path /a }",
      "http-request allow",
      "http-request tarpit"
    ),
    section("backend app", "server a 10.0.0.1:80 weight 1", "server b 10.0.0.2:80", "errorfile 503 /a.http"),
    section("backend old", "mode http")
  ].join(""),
  [
    section("global", "maxconn 2"),
    section(
      "frontend web",
      "bind :80",
      "http-request allow",
      "http-request tarpit",
      "http-request deny if { path /a }"
    ),
    section("backend app", "server a 10.0.0.1:80 weight 2 check", "errorfile 503 /b.http", "errorfile 404 /c.http"),
    section("backend new", "server c 10.0.0.3:80")
  ].join("")
]
