import { Resource } from "@lockstep/core"
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { create, get, list, names, next, refused, remove, update } from "./parcels.ts"
import type { Suite } from "./Suite.ts"

/** How objects are found, in order and page by page. */
export const contractOfList = ({ name, test }: Suite): void => {
  describe(`${name}: list`, () => {
    test(
      "shows objects in the order of namespace and name",
      Effect.gen(function* () {
        for (const [namespace, object] of [
          ["b", "a"],
          ["a", "b"],
          ["a", "a"]
        ] as const)
          yield* create(object, { namespace })
        const keys = (yield* list()).items.map((parcel) => Resource.formatKey(Resource.keyOf(parcel)))
        assert.deepStrictEqual(keys, ["a/a", "a/b", "b/a"])
      })
    )

    test(
      "of nothing is empty and has a version to watch from",
      Effect.gen(function* () {
        const page = yield* list()
        assert.deepStrictEqual(page.items, [])
        assert.isNotEmpty(page.resourceVersion)
      })
    )

    test(
      "keeps to one namespace when asked",
      Effect.gen(function* () {
        yield* create("a", { namespace: "one" })
        yield* create("b", { namespace: "two" })
        assert.deepStrictEqual(names(yield* list({ namespace: "two" })), ["b"])
      })
    )

    const labels: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
      ["app=web", ["a", "b"]],
      ["app==web", ["a", "b"]],
      ["app!=web", ["c", "d"]],
      ["app in (web,db)", ["a", "b", "c"]],
      ["app notin (web, db)", ["d"]],
      ["app", ["a", "b", "c"]],
      ["!app", ["d"]],
      ["app=web,tier=back", ["b"]],
      ["", ["a", "b", "c", "d"]]
    ]
    for (const [labelSelector, expected] of labels) {
      test(
        `selects by labels: '${labelSelector}'`,
        Effect.gen(function* () {
          yield* create("a", { labels: { app: "web", tier: "front" } })
          yield* create("b", { labels: { app: "web", tier: "back" } })
          yield* create("c", { labels: { app: "db" } })
          yield* create("d")
          assert.deepStrictEqual(names(yield* list({ labelSelector })), expected)
        })
      )
    }

    test(
      "selects by name and by declared fields",
      Effect.gen(function* () {
        yield* create("a", { spec: { address: "here", speed: "normal" } })
        yield* create("b", { spec: { address: "there", speed: "normal" } })
        assert.deepStrictEqual(names(yield* list({ fieldSelector: "metadata.name=a" })), ["a"])
        assert.deepStrictEqual(names(yield* list({ fieldSelector: "spec.address=there" })), ["b"])
      })
    )

    test(
      "refuses selectors it can't understand",
      Effect.gen(function* () {
        yield* refused(list({ labelSelector: "a b" }), "BadRequest")
        yield* refused(list({ fieldSelector: "spec.speed=normal" }), "BadRequest")
      })
    )

    test(
      "comes in pages that together show everything once, at one moment",
      Effect.gen(function* () {
        for (const object of ["a", "b", "c", "d", "e"]) yield* create(object)
        const first = yield* list({ limit: 2 })
        assert.deepStrictEqual([names(first), first.remainingItemCount], [["a", "b"], 3])
        yield* remove("c")
        yield* create("cc")
        yield* Effect.flatMap(get("d"), (parcel) => update({ ...parcel, spec: { ...parcel.spec, weight: 9 } }))
        const second = yield* list({ limit: 2, ...next(first) })
        const third = yield* list({ limit: 2, ...next(second) })
        assert.deepStrictEqual([names(second), names(third)], [["c", "d"], ["e"]])
        assert.isUndefined(second.items[1]?.spec.weight)
        assert.isUndefined(third.continue)
        assert.strictEqual(third.resourceVersion, first.resourceVersion)
      })
    )

    test(
      "refuses a continue token that it did not give",
      Effect.asVoid(refused(list({ continue: "garbage" }), "BadRequest"))
    )
  })
}
