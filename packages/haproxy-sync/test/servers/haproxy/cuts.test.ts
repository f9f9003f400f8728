import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import { accidents, survives } from "../../support/cuts.ts"
import { folder, freePort } from "../../support/realHaproxy.ts"
import { smallConfig } from "../../support/smallConfig.ts"

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
          const place = {
            socket: join(directory, "stats.sock"),
            bind: `127.0.0.1:${port}`,
            server: "127.0.0.1:9"
          }
          const desired = smallConfig({
            ...place,
            weight: 20,
            public: ["http-request deny if { path /x }"],
            rest: "backend b2 from main\n  server s 127.0.0.1:9"
          })
          const requests = yield* survives({ config: smallConfig(place), haproxy, reloadDelay: 30 }, desired, accident)
          assert.isAbove(requests, 5)
        })
      ),
    240_000
  )
})
