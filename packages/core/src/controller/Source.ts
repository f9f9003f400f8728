/**
 * Where the keys of a controller come from.
 *
 * A source only says which objects to look at, never what happened to them: events may be lost, doubled or reordered
 * without doing harm.
 *
 * @since 0.1.0
 */
import { Effect, Equal, Option, Ref, Stream } from "effect"
import * as Backoff from "../Backoff.ts"
import { formatKey, key, keyOf, type Instance, type Key, type Resource } from "../resource/Resource.ts"
import { ResourceStore, type Selection } from "../resource/ResourceStore.ts"
import type { Priority } from "./WorkQueue.ts"

/**
 * Where a source puts what it finds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sink {
  add(key: Key, priority: Priority): Effect.Effect<void>
  /** Everything that was there when the source started has been added. */
  readonly synced: Effect.Effect<void>
}

/**
 * Something that finds keys, for as long as it runs.
 *
 * @category models
 * @since 0.1.0
 */
export type Source<R = never> = (sink: Sink) => Effect.Effect<never, never, R>

/**
 * Settings of a source that follows the objects of a kind.
 *
 * @category models
 * @since 0.1.0
 */
export interface ResourceSourceOptions<Object> extends Selection {
  /** The keys an object leads to; its own if left out. */
  readonly keys?: (object: Object) => ReadonlyArray<Key>
  /**
   * Which changes count: `desired` are those of spec, labels, annotations and finalizers and the beginning of a deletion,
   * so that a controller isn't woken by its own writes of status (the default); `any` are all.
   */
  readonly changes?: "desired" | "any"
}

const patience = Backoff.make({ base: "800 millis", cap: "30 seconds" })

/**
 * Creates the source that follows the objects of a kind in the store.
 *
 * **Details**
 *
 * Objects that are there come first, with the priority `resync`, then every change. When the history it needs is no longer
 * kept, it lists again and also adds what disappeared in between. Errors of the store are logged, and it goes on where it
 * was, with growing delays.
 *
 * @category sources
 * @since 0.1.0
 */
export const resource = <Kind extends string, Spec, Status>(
  kind: Resource<Kind, Spec, Status>,
  options: ResourceSourceOptions<Instance<Kind, Spec, Status>> = {}
): Source<ResourceStore> =>
  Effect.fnUntraced(function* (sink) {
    const store = yield* ResourceStore
    const keys = options.keys ?? ((object: Instance<Kind, Spec, Status>) => [keyOf(object)])
    const known = new Map<string, { readonly mark: unknown; readonly keys: ReadonlyArray<Key> }>()

    const put = (found: ReadonlyArray<Key>, priority: Priority) =>
      Effect.forEach(found, (one) => sink.add(one, priority), { discard: true })

    const meet = (object: Instance<Kind, Spec, Status>, priority: Priority) => {
      const before = known.get(formatKey(keyOf(object)))
      const now = { mark: options.changes === "any" ? object : markOf(object), keys: keys(object) }
      known.set(formatKey(keyOf(object)), now)
      if (before !== undefined && Equal.equals(before.mark, now.mark)) return Effect.void
      return put([...now.keys, ...(before?.keys ?? []).filter((one) => !now.keys.some(Equal.equals(one)))], priority)
    }

    const miss = (place: string) => {
      const before = known.get(place)
      known.delete(place)
      return put(before?.keys ?? [], "change")
    }

    const listAll = Effect.gen(function* () {
      const present = new Set<string>()
      let page = yield* store.list(kind, { ...options, limit: 500 })
      for (;;) {
        for (const object of page.items) {
          present.add(formatKey(keyOf(object)))
          yield* meet(object, "resync")
        }
        if (page.continue === undefined) break
        page = yield* store.list(kind, { ...options, limit: 500, continue: page.continue })
      }
      yield* Effect.forEach(
        [...known.keys()].filter((place) => !present.has(place)),
        miss,
        { discard: true }
      )
      yield* sink.synced
      return page.resourceVersion
    })

    const failures = yield* Ref.make(0)
    const position = yield* Ref.make(Option.none<string>())

    const follow = Effect.gen(function* () {
      const start = yield* Ref.get(position)
      const from = Option.isSome(start) ? start.value : yield* listAll
      yield* Ref.set(position, Option.some(from))
      yield* store.watch(kind, { ...options, from, bookmarks: true }).pipe(
        Stream.runForEach(
          Effect.fnUntraced(function* (event) {
            if (event._tag === "deleted") yield* miss(formatKey(keyOf(event.object)))
            else if (event._tag !== "bookmark") yield* meet(event.object, "change")
            const version = event._tag === "bookmark" ? event.resourceVersion : event.object.metadata.resourceVersion
            yield* Ref.set(position, Option.some(version))
            yield* Ref.set(failures, 0)
          })
        )
      )
    })

    return yield* Effect.forever(
      Effect.catch(follow, (error) =>
        Effect.gen(function* () {
          if (error.reason._tag === "Expired") yield* Ref.set(position, Option.none())
          const count = yield* Ref.updateAndGet(failures, (n) => n + 1)
          const wait = yield* Backoff.delay(patience, count)
          yield* Effect.logWarning(`The watch of ${kind.plural} broke off and goes on: ${error.message}`)
          yield* Effect.sleep(wait)
        })
      )
    )
  })

/**
 * Creates the source that follows the objects of one kind and leads to their owners of another.
 *
 * @category sources
 * @since 0.1.0
 */
export const owned = <Kind extends string, Spec, Status>(
  kind: Resource<Kind, Spec, Status>,
  owner: Resource<string, unknown, unknown>,
  options: Selection = {}
): Source<ResourceStore> =>
  resource(kind, {
    ...options,
    changes: "any",
    keys: (object) =>
      (object.metadata.ownerReferences ?? [])
        .filter((reference) => reference.kind === owner.kind && reference.apiVersion === owner.apiVersion)
        .map((reference) => key(reference.name, owner.scope === "Cluster" ? undefined : object.metadata.namespace))
  })

const markOf = (object: Instance<string, unknown, unknown>) => {
  const { annotations, deletionTimestamp, finalizers, generation, labels, uid } = object.metadata
  return [uid, generation, labels, annotations, finalizers, deletionTimestamp]
}
