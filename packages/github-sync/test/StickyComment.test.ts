import { StickyComment, type GitHub } from "@lockstep/github-sync"
import { GitHubEmulator } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { pr, seed } from "./fixtures/acme.ts"

const test = (title: string, effect: Effect.Effect<void, unknown, GitHub | GitHubEmulator>) =>
  it.effect(title, () => Effect.provide(effect, GitHubEmulator.layerGitHub({ seed })))

const keep = (text: string, name = "state") => Effect.map(StickyComment.keep(pr(1), name, text), ({ _tag }) => _tag)

const comments = Effect.map(GitHubEmulator, ({ world }) => world.pullRequest(pr(1)).comments.map(({ body }) => body))

describe("StickyComment.keep", () => {
  test(
    "creates one comment, changes it, and writes nothing when there is nothing to change",
    Effect.gen(function* () {
      const { world } = yield* GitHubEmulator
      world.comment(pr(1), "ines", "Looks good")
      assert.strictEqual(yield* keep("It is a draft."), "created")
      assert.strictEqual(yield* keep("It is a draft.\n"), "unchanged")
      assert.strictEqual(yield* keep("It qualifies."), "updated")
      assert.strictEqual(yield* keep("Something else.", "health"), "created")
      assert.deepStrictEqual(yield* comments, [
        "Looks good",
        "<!-- lockstep: state -->\nIt qualifies.",
        "<!-- lockstep: health -->\nSomething else."
      ])
    })
  )

  test(
    "leaves a comment alone that quotes it",
    Effect.gen(function* () {
      yield* keep("It is a draft.")
      const { world } = yield* GitHubEmulator
      world.comment(pr(1), "ines", "> <!-- lockstep: state -->\n> It is a draft.\n\nWhy?")
      yield* keep("It qualifies.")
      assert.strictEqual((yield* comments).filter((body) => body.includes("It qualifies.")).length, 1)
      assert.include((yield* comments).at(-1), "Why?")
    })
  )

  test(
    "creates its own where somebody else has written under its mark",
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      emulator.world.comment(pr(1), "mallory", "<!-- lockstep: state -->\nAll is well.")
      const message = "Resource not accessible by integration"
      emulator.plan({ fault: { _tag: "answer", status: 403, message, applied: false }, method: "PATCH" })
      assert.strictEqual(yield* keep("It is a draft."), "created")
      assert.strictEqual((yield* comments).length, 2)
    })
  )
})
