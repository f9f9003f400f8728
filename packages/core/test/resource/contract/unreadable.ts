import { ResourceStore, type UnreadableObject, type WatchEvent } from "@lockstep/core"
import { assert, describe } from "@effect/vitest"
import { Effect, Fiber, Stream } from "effect"
import { Letter, OldLetter } from "../Letter.ts"
import { at, next, refused } from "./parcels.ts"
import type { Suite } from "./Suite.ts"

const write = (name: string, text: string) =>
  ResourceStore.use((store) => store.create(OldLetter, { metadata: at(name), spec: { text } }))

const rewrite = (name: string, text: string, finalizers: ReadonlyArray<string> = []) =>
  ResourceStore.use((store) =>
    Effect.flatMap(store.get(OldLetter, at(name)), (letter) =>
      store.update(OldLetter, { ...letter, metadata: { ...letter.metadata, finalizers }, spec: { text } })
    )
  )

const long = "longer than ten"

const list = (options: Parameters<ResourceStore["Service"]["list"]>[1] = {}) =>
  ResourceStore.use((store) => store.list(Letter, options))

const remove = (name: string) => ResourceStore.use((store) => store.delete(Letter, at(name)))

const watching = (from: string | undefined, count: number) =>
  ResourceStore.use((store) =>
    Effect.forkChild(
      store.watch(Letter, from === undefined ? {} : { from }).pipe(Stream.take(count), Stream.runCollect),
      { startImmediately: true }
    )
  )

const named = (objects: ReadonlyArray<{ readonly metadata: { readonly name: string } }>) =>
  objects.map(({ metadata }) => metadata.name)

const told = (events: ReadonlyArray<WatchEvent<{ readonly metadata: { readonly name: string } }>>) =>
  events.map((event) => {
    if (event._tag === "bookmark") return event._tag
    if (event._tag === "unreadable") return `unreadable ${event.unreadable.metadata.name}${event.gone ? " gone" : ""}`
    return `${event._tag} ${event.object.metadata.name}`
  })

/** Which field is wrong with an object that can't be read. */
const wrong = ({ error: { reason } }: UnreadableObject) =>
  reason._tag === "Unreadable" ? reason.causes.map(({ field }) => field) : reason._tag

/** Objects that are not as their kind says are told of one by one, and everything else goes on. */
export const contractOfUnreadable = ({ name, test }: Suite): void => {
  describe(`${name}: objects that can't be read`, () => {
    test(
      "are told of by a list beside those that can, each with what is wrong",
      Effect.gen(function* () {
        yield* write("a", "short")
        const bad = yield* write("b", long)
        yield* write("c", "short")
        const page = yield* list()
        assert.deepStrictEqual(named(page.items), ["a", "c"])
        assert.deepStrictEqual(page.unreadable?.map(wrong), [["spec.text"]])
        const { resourceVersion, uid } = bad.metadata
        const { apiVersion, kind } = Letter
        const [{ error: _, ...place } = assert.fail()] = page.unreadable ?? []
        assert.deepStrictEqual(place, { apiVersion, kind, metadata: { ...at("b"), uid, resourceVersion } })
      })
    )

    test(
      "are not mentioned by a list where there are none",
      Effect.gen(function* () {
        yield* write("a", "short")
        assert.isFalse("unreadable" in (yield* list()))
      })
    )

    test(
      "count for pages like any other",
      Effect.gen(function* () {
        for (const [one, text] of [
          ["a", "short"],
          ["b", long],
          ["c", "short"]
        ] as const)
          yield* write(one, text)
        const first = yield* list({ limit: 1 })
        const second = yield* list({ limit: 1, ...next(first) })
        const third = yield* list({ limit: 1, ...next(second) })
        assert.deepStrictEqual(
          [first, second, third].map((page) => [named(page.items), named(page.unreadable ?? [])]),
          [
            [["a"], []],
            [[], ["b"]],
            [["c"], []]
          ]
        )
        assert.isUndefined(third.continue)
      })
    )

    test(
      "are refused one by one, with the field and what to do",
      Effect.gen(function* () {
        yield* write("a", long)
        const error = yield* refused(
          ResourceStore.use((store) => store.get(Letter, at("a"))),
          "Unreadable"
        )
        assert.include(error.message, "Letter default/a is stored in a form that its kind doesn't have: spec.text")
        assert.strictEqual(error.treatment._tag, "terminal")
      })
    )

    test(
      "don't end a watch, which tells of them and of what comes after",
      Effect.gen(function* () {
        const { resourceVersion } = yield* list()
        const fiber = yield* watching(resourceVersion, 4)
        yield* write("a", "short")
        yield* rewrite("a", long)
        yield* write("b", long)
        yield* write("c", "short")
        const events = yield* Fiber.join(fiber)
        assert.deepStrictEqual(told(events), ["added a", "unreadable a", "unreadable b", "added c"])
      })
    )

    test(
      "are told of by a watch that begins with what is there",
      Effect.gen(function* () {
        yield* write("a", long)
        yield* write("b", "short")
        const fiber = yield* watching(undefined, 2)
        assert.deepStrictEqual(new Set(told(yield* Fiber.join(fiber))), new Set(["unreadable a", "added b"]))
      })
    )

    test(
      "are told of as any other once they are put right, and as gone when they are deleted as they are",
      Effect.gen(function* () {
        const { metadata } = yield* write("a", long)
        yield* write("b", long)
        const fiber = yield* watching(metadata.resourceVersion, 3)
        yield* rewrite("a", "short")
        yield* remove("b")
        assert.deepStrictEqual(told(yield* Fiber.join(fiber)), ["unreadable b", "modified a", "unreadable b gone"])
      })
    )

    test(
      "can be deleted, at once or when the last finalizer is gone",
      Effect.gen(function* () {
        yield* write("a", long)
        assert.deepStrictEqual(yield* remove("a"), { gone: true })
        yield* refused(remove("a"), "NotFound")
        yield* write("b", long)
        yield* rewrite("b", long, ["test.lockstep.dev/hold"])
        assert.deepStrictEqual(yield* remove("b"), { gone: false })
        yield* rewrite("b", long)
        assert.deepStrictEqual(named((yield* list()).unreadable ?? []), [])
      })
    )

    test(
      "can be put right by who applies what they should be",
      Effect.gen(function* () {
        yield* write("a", long)
        const letter = yield* ResourceStore.use((store) =>
          store.apply(Letter, { metadata: at("a"), spec: { text: "short" } }, { fieldManager: "test", force: true })
        )
        assert.strictEqual(letter.spec.text, "short")
        assert.deepStrictEqual(named((yield* list()).items), ["a"])
      })
    )
  })
}
