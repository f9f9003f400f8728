import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import { accidents, survives } from "../../support/cuts.ts"
import { folder, freePort } from "../../support/realHaproxy.ts"

const haproxy = process.env["LOCKSTEP_HAPROXY_3_2"] ?? ""

/** The accidents in which HAProxy itself plays a part. */
const severe = Object.entries(accidents).filter(([title]) => /crashes|killed/.test(title))

describe("Synchronizing over a real HAProxy 3.2", () => {
  it.live.each(severe)(
    "is honest and can be repeated when a request %s",
    ([, accident]) =>
      Effect.scoped(
        Effect.gen(function* () {
          assert.notStrictEqual(haproxy, "")
          const [directory, port] = [yield* folder, yield* freePort]
          const config = (weight: number, rules = "", rest = "") =>
            [
              "global",
              `  stats socket ${join(directory, "stats.sock")} mode 600 level admin expose-fd listeners`,
              "defaults main",
              "  mode http",
              "  timeout connect 1s",
              "  timeout client 1s",
              "  timeout server 1s",
              "frontend public from main",
              `  bind 127.0.0.1:${port} name public`,
              rules,
              "  default_backend app",
              "backend app from main",
              `  server s1 127.0.0.1:9 weight ${weight}`,
              rest,
              ""
            ].join("\n")
          const desired = config(
            20,
            "  http-request deny if { path /x }",
            "backend b2 from main\n  server s 127.0.0.1:9"
          )
          const requests = yield* survives({ config: config(10), haproxy, reloadDelay: 30 }, desired, accident)
          assert.isAbove(requests, 5)
        })
      ),
    240_000
  )
})
