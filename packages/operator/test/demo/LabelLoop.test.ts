import { demoLabelLoop, type Chapter } from "@lockstep/operator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, References } from "effect"

const found = (chapter: Chapter | undefined) =>
  Object.fromEntries(
    (chapter?.passes ?? []).map(({ labels, pullRequest, state, verdict }) => [
      pullRequest,
      [verdict, state, labels.filter((label) => label.startsWith("cd/")).join(" ")]
    ])
  )

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
      assert.deepStrictEqual(chapters.map(found), [
        {
          "acme/storefront#41": ["started", "qualified", "cd/qualified"],
          "acme/storefront#42": ["started", "discovered", "cd/discovered"],
          "acme/storefront#43": ["started", "discovered", "cd/discovered"]
        },
        {
          "acme/storefront#41": ["inStep", "qualified", "cd/qualified"],
          "acme/storefront#42": ["advanced", "qualified", "cd/qualified"],
          "acme/storefront#43": ["inStep", "discovered", "cd/discovered"]
        },
        {
          "acme/storefront#41": ["recreated", "qualified", "cd/qualified"],
          "acme/storefront#42": ["inStep", "qualified", "cd/qualified"],
          "acme/storefront#43": ["inStep", "discovered", "cd/discovered"]
        },
        {
          "acme/storefront#41": ["inStep", "qualified", "cd/qualified"],
          "acme/storefront#42": ["inStep", "qualified", "cd/qualified"],
          "acme/storefront#43": ["refused", "discovered", "cd/discovered"]
        },
        {
          "acme/storefront#41": ["inStep", "qualified", "cd/qualified"],
          "acme/storefront#42": ["accepted", "rejected", "cd/rejected"],
          "acme/storefront#43": ["inStep", "discovered", "cd/discovered"]
        },
        {
          "acme/storefront#41": ["inStep", "qualified", "cd/qualified"],
          "acme/storefront#42": ["accepted", "qualified", "cd/qualified"],
          "acme/storefront#43": ["inStep", "discovered", "cd/discovered"]
        },
        {
          "acme/storefront#41": ["advanced", "merged", "cd/merged"],
          "acme/storefront#42": ["inStep", "qualified", "cd/qualified"],
          "acme/storefront#43": ["inStep", "discovered", "cd/discovered"]
        },
        {
          "acme/storefront#41": ["advanced", "healthy", "cd/healthy"],
          "acme/storefront#42": ["inStep", "qualified", "cd/qualified"],
          "acme/storefront#43": ["inStep", "discovered", "cd/discovered"]
        },
        {
          "acme/storefront#41": ["advanced", "drifted", "cd/drifted"],
          "acme/storefront#42": ["inStep", "qualified", "cd/qualified"],
          "acme/storefront#43": ["inStep", "discovered", "cd/discovered"]
        },
        {
          "acme/storefront#41": ["inStep", "drifted", "cd/drifted"],
          "acme/storefront#42": ["inStep", "qualified", "cd/qualified"],
          "acme/storefront#43": ["advanced", "closed", "cd/closed"]
        }
      ])
      assert.deepInclude(secondPass, { looked: 3, labelWrites: 0, statusWrites: 0 })
      assert.isTrue(chapters.every(({ passes }) => passes.every(({ reason }) => reason !== "")))
    }).pipe(Effect.provideService(References.MinimumLogLevel, "None"))
  )
})
