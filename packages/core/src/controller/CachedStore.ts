/**
 * A store whose reads of some kinds come from memory.
 *
 * @since 0.1.0
 */
import { Context, Effect, Layer, Result } from "effect"
import type { ReflectorOptions } from "../kubernetes/Reflector.ts"
import { subject } from "../resource/Document.ts"
import type { Any, Instance, Key, Resource } from "../resource/Resource.ts"
import { ResourceStore, type ListOptions, type Page } from "../resource/ResourceStore.ts"
import * as Selector from "../resource/Selector.ts"
import { NotFound, StoreError } from "../resource/StoreError.ts"
import * as Cache from "./Cache.ts"

/**
 * A kind whose objects are kept in memory.
 *
 * @category models
 * @since 0.1.0
 */
export interface CachedKind extends ReflectorOptions {
  readonly kind: Any
}

/**
 * Puts caches in front of the store: single reads and lists of the given kinds come from memory.
 *
 * **When to use**
 *
 * Where controllers read objects far more often than they change, and the store is a server: an operator on Kubernetes.
 * The stores in memory and in a file answer as fast by themselves.
 *
 * **Details**
 *
 * - A reconcile sees what it wrote itself at once, and every change that led to it: sources follow the same cache.
 * - Until a cache has seen everything, and while its watch is broken, the store itself is asked.
 * - Pages, field selectors and versions are for the store: only plain lists and those by labels come from memory.
 * - A cache with a selector of its own answers for the objects it has; whether others exist the store is asked.
 *
 * **Gotchas**
 *
 * What others wrote is seen as soon as the watch tells of it, some milliseconds later. A write based on an older version
 * fails with `Conflict`, as ever, and is decided again.
 *
 * **Example** (An operator that reads trackers from memory)
 *
 * ```ts
 * import { CachedStore, MemoryStore, type Resource } from "@lockstep/core"
 * import { Layer } from "effect"
 *
 * const store = (kind: Resource.Any) => CachedStore.layer([{ kind }]).pipe(Layer.provide(MemoryStore.layer()))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (kinds: ReadonlyArray<CachedKind>): Layer.Layer<ResourceStore, never, ResourceStore> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const caches = new Map<string, Entry>()
      for (const { kind, ...options } of kinds) caches.set(nameOf(kind), yield* Cache.make(kind, options))

      // A cache is kept under the name of its kind, so its objects are of that kind.
      const find = <Kind extends string, Spec, Status>(kind: Resource<Kind, Spec, Status>) =>
        caches.get(nameOf(kind)) as Cache.Cache<Instance<Kind, Spec, Status>> | undefined

      return Context.make(ResourceStore, make(store, find)).pipe(Context.add(Cache.Caches, { find }))
    })
  )

type Entry = Cache.Cache<Instance<string, unknown, unknown>>

type Find = (typeof Cache.Caches)["Service"]["find"]

const nameOf = ({ group, plural }: Any) => `${plural}.${group}`

const make = (store: ResourceStore["Service"], find: Find): ResourceStore["Service"] => {
  const current = <Kind extends string, Spec, Status>(
    kind: Resource<Kind, Spec, Status>,
    namespace: string | undefined
  ) => {
    const cache = find(kind)
    if (cache === undefined || !cache.isCurrent()) return undefined
    const { selection } = cache
    return selection.namespace === undefined || selection.namespace === namespace ? cache : undefined
  }

  /** Lets the cache see what we wrote before anybody else can read. */
  const written = <Kind extends string, Spec, Status>(
    kind: Resource<Kind, Spec, Status>,
    write: Effect.Effect<Instance<Kind, Spec, Status>, StoreError>
  ) =>
    Effect.tap(write, (object) =>
      Effect.sync(() => {
        const { deletionTimestamp, finalizers } = object.metadata
        const isGone = deletionTimestamp !== undefined && (finalizers ?? []).length === 0
        if (isGone) find(kind)?.noteGone(object)
        else find(kind)?.noteWritten(object)
      })
    )

  return ResourceStore.of({
    ...store,
    get: (kind, key) =>
      Effect.suspend(() => {
        const cache = current(kind, key.namespace)
        const object = cache?.get(key)
        if (object !== undefined) return Effect.succeed(object)
        const unreadable = cache?.unreadable(key)
        if (unreadable !== undefined) return Effect.fail(unreadable.error)
        return cache !== undefined && isWhole(cache) ? Effect.fail(notFound(kind, key)) : store.get(kind, key)
      }),
    list: (kind, options = {}) =>
      Effect.suspend(() => {
        const cache = current(kind, options.namespace)
        const page = cache !== undefined && isWhole(cache) ? listOf(cache, options) : undefined
        return page === undefined ? store.list(kind, options) : Effect.succeed(page)
      }),
    create: (kind, draft, options) => written(kind, store.create(kind, draft, options)),
    update: (kind, object, options) => written(kind, store.update(kind, object, options)),
    updateStatus: (kind, object) => written(kind, store.updateStatus(kind, object)),
    apply: (kind, intent, options) => written(kind, store.apply(kind, intent, options)),
    delete: (kind, key, options) =>
      Effect.tap(store.delete(kind, key, options), ({ gone, object }) =>
        Effect.sync(() => {
          // What can't be read was not at hand in the cache either.
          if (object === undefined) return
          if (gone) find(kind)?.noteGone(object)
          else find(kind)?.noteWritten(object)
        })
      )
  })
}

/** Whether the cache has all objects of its namespaces, so that one it doesn't have doesn't exist. */
const isWhole = <Object>({ selection }: Cache.Cache<Object>): boolean =>
  selection.labelSelector === undefined && selection.fieldSelector === undefined

const listOf = <Object extends Instance<string, unknown, unknown>>(
  cache: Cache.Cache<Object>,
  options: ListOptions
): Page<Object> | undefined => {
  const resourceVersion = cache.position()
  const labels = Selector.parse(options.labelSelector ?? "")
  const { limit, fieldSelector, namespace } = options
  const forTheStore = limit !== undefined || options.continue !== undefined || fieldSelector !== undefined
  if (resourceVersion === undefined || forTheStore || Result.isFailure(labels)) return undefined
  const isInside = (object: { readonly metadata: Key }) =>
    namespace === undefined || object.metadata.namespace === namespace
  // Which labels an object has that can't be read is not known.
  const unreadable = labels.success.length === 0 ? cache.allUnreadable().filter(isInside) : []
  return {
    items: cache
      .list()
      .filter((object) => isInside(object) && Selector.matches(labels.success, (key) => object.metadata.labels?.[key])),
    ...(unreadable.length === 0 ? {} : { unreadable }),
    resourceVersion
  }
}

const notFound = (kind: Any, key: Key) => new StoreError({ reason: new NotFound({ subject: subject(kind, key) }) })
