import { GitHub, type GitHubError } from "@lockstep/github-sync"
import { GitHubEmulator, GitHubFaults } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { acme, pr, seed } from "../fixtures/acme.ts"

const test = (title: string, effect: Effect.Effect<void, unknown, GitHub | GitHubEmulator>) =>
  it.effect(title, () => Effect.provide(effect, GitHubEmulator.layerGitHub({ seed })))

const world = Effect.map(GitHubEmulator, (emulator) => emulator.world)

const failure = <A>(effect: Effect.Effect<A, GitHubError, GitHub>) =>
  Effect.map(Effect.flip(effect), ({ message, reason, treatment }) => ({
    reason: reason._tag,
    treatment: treatment._tag,
    message
  }))

describe("GitHub.merge", () => {
  const merge = (number: number, head: string) => GitHub.use((github) => github.merge(pr(number), { head }))

  test(
    "merges the head that was looked at, and tells the commit",
    Effect.gen(function* () {
      const pull = (yield* world).pullRequest(pr(1))
      assert.strictEqual(yield* merge(1, pull.head.sha), pull.merge?.sha)
      assert.match(pull.merge?.sha ?? "", /^[0-9a-f]{40}$/u)
    })
  )

  test(
    "merges nothing when the head has moved since",
    Effect.gen(function* () {
      const github = yield* world
      const { sha } = github.pullRequest(pr(1)).head
      github.push(acme, "topic-1")
      const { reason, treatment } = yield* failure(merge(1, sha))
      assert.deepStrictEqual([reason, treatment], ["Conflict", "conflict"])
      assert.isUndefined(github.pullRequest(pr(1)).merge)
    })
  )

  test(
    "takes a base that has moved for a conflict",
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      const message = "Base branch was modified. Review and try the merge again."
      emulator.plan({ fault: { _tag: "answer", status: 405, message, applied: false } })
      const { reason, treatment } = yield* failure(merge(1, emulator.world.pullRequest(pr(1)).head.sha))
      assert.deepStrictEqual([reason, treatment], ["Conflict", "conflict"])
    })
  )

  test(
    "takes a no for a no",
    Effect.gen(function* () {
      const { message, reason, treatment } = yield* failure(merge(3, (yield* world).pullRequest(pr(3)).head.sha))
      assert.deepStrictEqual([reason, treatment], ["Invalid", "terminal"])
      assert.include(message, "draft")
    })
  )
})

describe("GitHub.compare", () => {
  test(
    "tells whether one commit contains another",
    Effect.gen(function* () {
      const github = yield* GitHub
      const { merge } = (yield* world).pullRequest(pr(4))
      const compare = (base: string, head: string) => github.compare(acme, base, head)
      assert.deepStrictEqual(yield* compare(merge?.sha ?? "", "main"), { status: "identical", aheadBy: 0, behindBy: 0 })
      ;(yield* world).merge(pr(1))
      assert.deepStrictEqual(yield* compare(merge?.sha ?? "", "main"), { status: "ahead", aheadBy: 1, behindBy: 0 })
      assert.deepStrictEqual(yield* compare("main", merge?.sha ?? ""), { status: "behind", aheadBy: 0, behindBy: 1 })
      assert.deepStrictEqual(yield* compare("main", "topic-2"), { status: "diverged", aheadBy: 1, behindBy: 2 })
      assert.strictEqual((yield* failure(compare("main", "nowhere"))).reason, "NotFound")
    })
  )
})

describe("GitHub.createLabel and updateLabel", () => {
  test(
    "create a label once, and rename it on every pull request that has it",
    Effect.gen(function* () {
      const github = yield* GitHub
      yield* github.createLabel(acme, { name: "cd/new", color: "00ff00", description: "new" })
      yield* github.addLabel(pr(1), "cd/new")
      assert.include((yield* failure(github.createLabel(acme, { name: "CD/NEW" }))).message, "already_exists")
      const changed = yield* github.updateLabel(acme, "cd/new", { name: "cd/newer", color: "0000ff" })
      assert.deepStrictEqual(changed, { name: "cd/newer", color: "0000ff", description: "new" })
      assert.deepStrictEqual((yield* world).labelsOf(pr(1)), ["bug", "cd/newer"])
      assert.deepInclude(yield* github.listRepositoryLabels(acme), changed)
    })
  )
})

describe("GitHub.listLabelEvents", () => {
  test(
    "tells who did what",
    Effect.gen(function* () {
      const github = yield* GitHub
      const now = yield* world
      now.addLabels(pr(1), ["cd/rejected"], "ines")
      now.removeLabel(pr(1), "cd/rejected", "marek")
      assert.deepStrictEqual(
        (yield* github.listLabelEvents(pr(1))).slice(-2).map(({ actor, change, label }) => [actor, change, label]),
        [
          ["ines", "added", "cd/rejected"],
          ["marek", "removed", "cd/rejected"]
        ]
      )
    })
  )
})

describe("GitHub.createComment and updateComment", () => {
  test(
    "write on the pull request",
    Effect.gen(function* () {
      const github = yield* GitHub
      const { id } = yield* github.createComment(pr(1), "one")
      yield* github.createComment(pr(1), "two")
      yield* github.updateComment(acme, id, "first")
      assert.deepStrictEqual(
        (yield* github.listComments(pr(1))).map(({ body }) => body),
        ["first", "two"]
      )
      assert.strictEqual((yield* failure(github.updateComment(acme, 1, "x"))).reason, "NotFound")
    })
  )

  test(
    "say what was not done when GitHub has trouble",
    Effect.gen(function* () {
      ;(yield* GitHubEmulator).plan({ fault: GitHubFaults.badGateway({ applied: false }), method: "POST" })
      const { message, treatment } = yield* failure(GitHub.use((github) => github.createComment(pr(1), "one")))
      assert.strictEqual(treatment, "retry")
      assert.include(message, "comment on acme/web#1")
    })
  )
})
