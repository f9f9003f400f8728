import { demoLabelLoop, type Chapter } from "@lockstep/operator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, References } from "effect"

/** What was decided about #41, #42 and #43 in each chapter. */
const decisions = [
  ["started qualified", "started discovered", "started discovered"],
  ["inStep qualified", "advanced qualified", "inStep discovered"],
  ["recreated qualified", "inStep qualified", "inStep discovered"],
  ["inStep qualified", "inStep qualified", "refused discovered"],
  ["inStep qualified", "accepted rejected", "inStep discovered"],
  ["inStep qualified", "accepted qualified", "inStep discovered"],
  ["advanced merged", "inStep qualified", "inStep discovered"],
  ["advanced healthy", "inStep qualified", "inStep discovered"],
  ["advanced drifted", "inStep qualified", "inStep discovered"],
  ["inStep drifted", "inStep qualified", "advanced closed"]
]

const decided = ({ passes }: Chapter) => passes.map(({ state, verdict }) => `${verdict} ${state}`)

describe("demoLabelLoop", () => {
  it.live("shows every kind of decision, and that a second look changes nothing", () =>
    Effect.gen(function* () {
      const told: Array<string> = []
      const { chapters, secondPass } = yield* demoLabelLoop({
        onChapter: (chapter) => Effect.sync(() => void told.push(chapter.title))
      })
      assert.deepStrictEqual(
        told,
        chapters.map(({ title }) => title)
      )
      const byWebhook = chapters.at(-1)
      assert.deepStrictEqual(chapters.slice(0, -1).map(decided), decisions)
      assert.deepStrictEqual(
        byWebhook?.passes.map(({ added, pullRequest, verdict }) => [pullRequest, verdict, added]),
        [["acme/storefront#42", "recreated", ["cd/qualified"]]]
      )
      for (const { passes, title } of chapters.slice(0, -1)) {
        assert.deepStrictEqual(
          passes.map(({ pullRequest }) => pullRequest),
          ["acme/storefront#41", "acme/storefront#42", "acme/storefront#43"],
          title
        )
        for (const { labels, reason, state } of passes) {
          assert.deepStrictEqual(
            labels.filter((label) => label.startsWith("cd/")),
            [`cd/${state}`],
            title
          )
          assert.notStrictEqual(reason, "", title)
        }
      }
      assert.deepInclude(secondPass, { looked: 3, labelWrites: 0, statusWrites: 0 })
    }).pipe(Effect.provideService(References.MinimumLogLevel, "None"))
  )
})
