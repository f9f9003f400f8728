/**
 * The objects of a kind in memory, kept up to date by a watch, for controllers that read more than they write.
 *
 * @since 0.1.0
 */
import { Context, Deferred, Effect, Stream, type Scope } from "effect"
import * as Reflector from "../kubernetes/Reflector.ts"
import type { Instance, Key, Resource } from "../resource/Resource.ts"
import { ResourceStore, type Selection, type UnreadableObject } from "../resource/ResourceStore.ts"
import type { StoreError } from "../resource/StoreError.ts"
import { Shelf } from "./Cache/Shelf.ts"
import type { Index } from "./Index.ts"

/**
 * The objects of a kind in memory.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cache<Object> {
  readonly selection: Selection
  /** Whether it has seen everything and can still see what happens. Else ask the store. */
  readonly isCurrent: () => boolean
  /** Waits until everything that was there at the start is known. */
  readonly synced: Effect.Effect<void>
  /** The object as it was last seen or written by us. */
  get(key: Key): Object | undefined
  /** The object that is there and can't be read. */
  unreadable(key: Key): UnreadableObject | undefined
  /** All objects that can't be read, in the order of their keys. */
  allUnreadable(): ReadonlyArray<UnreadableObject>
  /** All objects, in the order of their keys. */
  list(): ReadonlyArray<Object>
  /** The objects that have a value of an index, in the order of their keys. */
  find(index: Index<Object>, value: string): ReadonlyArray<Object>
  /** The version up to which it has seen everything. */
  position(): string | undefined
  /** Remembers an object as the store answered our own write, until the watch has come that far. */
  noteWritten(object: Object): void
  /** Remembers that we let an object go, until the watch has come that far. */
  noteGone(object: Object): void
  /** Tells what is there and then everything that happens, until it is interrupted. */
  follow(listener: Listener<Object>): Effect.Effect<never>
}

/**
 * Is told what happens, in order. The cache is up to date before it is told, and waits for it.
 *
 * @category models
 * @since 0.1.0
 */
export type Listener<Object> = (event: Reflector.ReflectorEvent<Object>) => Effect.Effect<void>

/**
 * Starts a cache. It ends with the scope.
 *
 * **Details**
 *
 * One watch serves all who follow the cache. What we wrote ourselves is seen at once (`noteWritten`), although the watch
 * tells of it later: a reconcile never reads what was before its own last write. Nothing is buffered: memory is one entry
 * for each object, and one for each write that the watch has not told of yet.
 *
 * @see CachedStore.layer for a store whose reads come from caches
 * @category constructors
 * @since 0.1.0
 */
export const make = <Kind extends string, Spec, Status>(
  kind: Resource<Kind, Spec, Status>,
  options: Reflector.ReflectorOptions = {}
): Effect.Effect<Cache<Instance<Kind, Spec, Status>>, never, ResourceStore | Scope.Scope> =>
  Effect.gen(function* () {
    type Object = Instance<Kind, Spec, Status>
    const shelf = new Shelf<Object>()
    const listeners = new Set<Listener<Object>>()
    const synced = Deferred.makeUnsafe<void>()
    let troubled = false

    const take = (events: ReadonlyArray<Reflector.ReflectorEvent<Object>>) =>
      Effect.suspend(() => {
        // All of a list in one go: nobody reads half of it.
        for (const event of events) {
          shelf.take(event)
          if (event._tag === "troubled") troubled = true
          if (event._tag === "recovered") troubled = false
          if (event._tag === "synced") Deferred.doneUnsafe(synced, Effect.void)
        }
        return Effect.forEach(events, tell, { discard: true })
      })

    const tell = (event: Reflector.ReflectorEvent<Object>) =>
      Effect.forEach(listeners, (listener) => Effect.catchDefect(listener(event), complain), { discard: true })

    yield* Effect.forkScoped(Stream.runForEachArray(Reflector.follow(kind, options), take))

    const replay = (listener: Listener<Object>) =>
      Effect.gen(function* () {
        const version = shelf.position
        const unreadable = shelf.allUnreadable()
        for (const object of shelf.seen()) yield* listener({ _tag: "added", object, initial: true })
        for (const one of unreadable) yield* listener({ _tag: "unreadable", unreadable: one, gone: false })
        if (version !== undefined) yield* listener({ _tag: "synced", resourceVersion: version })
      })

    return {
      selection: options,
      isCurrent: () => shelf.position !== undefined && !troubled,
      synced: Deferred.await(synced),
      get: (key) => shelf.get(key),
      unreadable: (key) => shelf.unreadable(key),
      allUnreadable: () => shelf.allUnreadable(),
      list: () => shelf.list(),
      find: (index, value) => shelf.find(index, value),
      position: () => shelf.position,
      noteWritten: (object) => shelf.noteWritten(object),
      noteGone: (object) => shelf.noteGone(object),
      follow: (listener) =>
        Effect.gen(function* () {
          // What happens during the replay is kept for after it, so that the listener sees the order of things.
          const missed: Array<Reflector.ReflectorEvent<Object>> = []
          let replaying = true
          const inOrder: Listener<Object> = (event) => {
            if (!replaying) return listener(event)
            missed.push(event)
            return Effect.void
          }
          listeners.add(inOrder)
          yield* Effect.addFinalizer(() => Effect.sync(() => void listeners.delete(inOrder)))
          yield* replay(listener)
          for (let event = missed.shift(); event !== undefined; event = missed.shift()) yield* listener(event)
          replaying = false
          return yield* Effect.never
        }).pipe(Effect.scoped)
    }
  })

const complain = (defect: unknown) =>
  Effect.logError("Who follows a cache could not cope with a change; it is passed over", defect)

/**
 * The caches that sources follow instead of watching by themselves.
 *
 * **Details**
 *
 * A source that followed a watch of its own could ask for a reconcile before the cache that the reconcile reads has seen
 * the change, and the change would be lost.
 *
 * @category references
 * @since 0.1.0
 */
export class Caches extends Context.Reference<{
  find<Kind extends string, Spec, Status>(
    kind: Resource<Kind, Spec, Status>
  ): Cache<Instance<Kind, Spec, Status>> | undefined
}>("@lockstep/core/controller/Caches", { defaultValue: () => ({ find: () => undefined }) }) {}

/**
 * Finds the objects of a kind that have a value of an index.
 *
 * **Details**
 *
 * Where the kind is read from a cache, only those objects are looked at, and what we wrote ourselves is among them. Where it
 * is not, or the cache is not up to date, the store is asked for all of them.
 *
 * **Example** (The pods of a node)
 *
 * ```ts
 * import { Cache, Index, type Resource } from "@lockstep/core"
 *
 * const byNode = Index.byLabel("node")
 *
 * const onNode = (kind: Resource.Any, node: string) => Cache.find(kind, byNode, node)
 * ```
 *
 * @category reading
 * @since 0.1.0
 */
export const find = <Kind extends string, Spec, Status>(
  kind: Resource<Kind, Spec, Status>,
  index: Index<Instance<Kind, Spec, Status>>,
  value: string
): Effect.Effect<ReadonlyArray<Instance<Kind, Spec, Status>>, StoreError, ResourceStore> =>
  Effect.gen(function* () {
    const cache = (yield* Caches).find(kind)
    if (cache !== undefined && cache.isCurrent() && isWhole(cache)) return cache.find(index, value)
    const store = yield* ResourceStore
    const found: Array<Instance<Kind, Spec, Status>> = []
    let next: string | undefined
    do {
      const page = yield* store.list(kind, { limit: 500, ...(next === undefined ? {} : { continue: next }) })
      for (const object of page.items) if (index.values(object).includes(value)) found.push(object)
      next = page.continue
    } while (next !== undefined)
    return found
  })

const isWhole = ({ selection }: { readonly selection: Selection }): boolean =>
  selection.namespace === undefined && selection.labelSelector === undefined && selection.fieldSelector === undefined
