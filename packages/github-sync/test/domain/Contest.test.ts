import { Contest } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"

describe("Contest", () => {
  it.prop(
    "never makes more than a few corrections an hour for long, and never waits longer than a quarter of an hour",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 600_000 })))],
    ([pauses]) => {
      let contest: Contest.Contest | undefined
      let now = 0
      const corrections: Array<number> = []
      for (const pause of pauses) {
        now += pause
        assert.isAtMost(Contest.remaining(contest, now), 900_000)
        if (Contest.remaining(contest, now) > 0) continue
        contest = Contest.corrected(contest, now)
        corrections.push(now)
      }
      const hour = 3_600_000
      for (const from of corrections) {
        const within = corrections.filter((at) => at >= from && at < from + hour).length
        assert.isAtMost(within, 5 + 12)
      }
    },
    { arbitrary: { runs: 300 } }
  )

  it("leaves a label that is taken away now and then to be set again at once", () => {
    let contest: Contest.Contest | undefined
    for (let day = 0; day < 100; day++) {
      const now = day * 86_400_000
      assert.strictEqual(Contest.remaining(contest, now), 0)
      contest = Contest.corrected(contest, now)
    }
  })
})
