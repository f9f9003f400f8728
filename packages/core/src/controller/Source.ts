/**
 * Where the keys of a controller come from.
 *
 * A source only says which objects to look at, never what happened to them: events may be lost, doubled or reordered
 * without doing harm.
 *
 * @since 0.1.0
 */
import { Duration, Effect, Option, Random, Stream } from "effect"
import * as Backoff from "../Backoff.ts"
import * as Reflector from "../kubernetes/Reflector.ts"
import { formatKey, key, keyOf, type Instance, type Key, type Resource } from "../resource/Resource.ts"
import type { ResourceStore, Selection, UnreadableObject } from "../resource/ResourceStore.ts"
import type { StoreError } from "../resource/StoreError.ts"
import * as Cache from "./Cache.ts"
import { EventRecorder } from "./EventRecorder.ts"
import type { Index } from "./Index.ts"
import * as Predicate from "./Predicate.ts"
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
  /** The source can't see what happens, for this reason; or, without one, it can again. */
  trouble(error: StoreError | undefined): Effect.Effect<void>
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
export interface ResourceSourceOptions<Object> extends Reflector.ReflectorOptions {
  /** The keys an object leads to; its own if left out. */
  readonly keys?: (object: Object) => ReadonlyArray<Key>
  /**
   * Which changes count: `desired` are those of spec, labels, annotations and finalizers and the beginning of a deletion,
   * so that a controller isn't woken by its own writes of status (the default); `any` are all.
   */
  readonly changes?: "desired" | "any" | Predicate.Predicate<Object>
  /** How often to look at everything again, spread evenly over that time; never if left out. */
  readonly resync?: Duration.Input
}

/**
 * Creates the source that follows the objects of a kind in the store.
 *
 * **Details**
 *
 * Objects that are there come first, with the priority `resync`, then every change. When an object no longer leads to a
 * key it led to before, that key is looked at too. An object that can't be read is logged, and told of as an event where there
 * is an `EventRecorder`. What it led to before is looked at, and where no `keys` are given it is itself: its reconcile fails
 * with `Unreadable` until it is put right. Nothing is lost when the store can't be reached for a while or its history is gone; see `Reflector.follow`. Where the store reads the kind from a cache, the source follows that cache.
 *
 * @category sources
 * @since 0.1.0
 */
export const resource = <Kind extends string, Spec, Status>(
  kind: Resource<Kind, Spec, Status>,
  options: ResourceSourceOptions<Instance<Kind, Spec, Status>> = {}
): Source<ResourceStore> => {
  type Object = Instance<Kind, Spec, Status>
  const keys = options.keys ?? ((object: Object) => [keyOf(object)])
  const counts = predicateOf(options.changes ?? "desired")

  return Effect.fnUntraced(function* (sink) {
    const present = new Map<string, ReadonlyArray<Key>>()

    const put = (found: ReadonlyArray<Key>, priority: Priority) =>
      Effect.forEach(found, (one) => sink.add(one, priority), { discard: true })

    const meet = (event: Reflector.ReflectorEvent<Object>): Effect.Effect<void> => {
      switch (event._tag) {
        case "added": {
          const found = keys(event.object)
          present.set(formatKey(keyOf(event.object)), found)
          return put(found, event.initial ? "resync" : "change")
        }
        case "modified": {
          const found = keys(event.object)
          const before = present.get(formatKey(keyOf(event.object))) ?? []
          const left = before.filter((one) => !found.some((other) => isSame(one, other)))
          present.set(formatKey(keyOf(event.object)), found)
          if (left.length === 0 && found.length === before.length && !counts(event.before, event.object))
            return Effect.void
          return put([...found, ...left], "change")
        }
        case "unreadable": {
          const place = formatKey(keyOf(event.unreadable))
          // What it led to before may want to know, and its own reconcile tells people.
          const found = [
            ...(present.get(place) ?? []),
            ...(options.keys === undefined ? [keyOf(event.unreadable)] : [])
          ]
          if (event.gone) present.delete(place)
          return Effect.andThen(put(found, "change"), event.gone ? Effect.void : tell(event.unreadable))
        }
        case "deleted": {
          const before = present.get(formatKey(keyOf(event.object))) ?? []
          present.delete(formatKey(keyOf(event.object)))
          return put(before, "change")
        }
        case "synced":
          return sink.synced
        case "troubled":
          return Effect.andThen(
            Effect.logWarning(`The watch of ${kind.plural} broke off and goes on: ${event.error.message}`),
            sink.trouble(event.error)
          )
        case "recovered":
          return sink.trouble(undefined)
      }
    }

    if (options.resync !== undefined) {
      yield* Effect.forkChild(resyncForever(options.resync, () => [...present.values()].flat(), sink))
    }
    const guarded = (event: Reflector.ReflectorEvent<Object>) =>
      guard(
        kind.plural,
        Effect.suspend(() => meet(event))
      )
    const cache = (yield* Cache.Caches).find(kind)
    if (cache !== undefined && covers(cache.selection, options)) {
      return yield* cache.follow((event) => (isOutside(event, options.namespace) ? Effect.void : guarded(event)))
    }
    yield* Stream.runForEachArray(Reflector.follow(kind, options), (events) =>
      Effect.forEach(events, guarded, { discard: true })
    )
    return yield* Effect.never
  })
}

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

/**
 * Creates the source that follows the objects of one kind and leads to those of another that depend on them.
 *
 * **Details**
 *
 * Every change counts, of the status too. What the object led to before the change is looked at as well.
 *
 * **Example** (Trackers whose credentials changed)
 *
 * ```ts
 * import { Resource, Source } from "@lockstep/core"
 *
 * const trackersOf = (credentials: Resource.Any) =>
 *   Source.mapped(credentials, (object) => [Resource.key(`tracker-of-${object.metadata.name}`, object.metadata.namespace)])
 * ```
 *
 * @category sources
 * @since 0.1.0
 */
export const mapped = <Kind extends string, Spec, Status>(
  kind: Resource<Kind, Spec, Status>,
  keys: (object: Instance<Kind, Spec, Status>) => ReadonlyArray<Key>,
  options: Omit<ResourceSourceOptions<Instance<Kind, Spec, Status>>, "keys"> = {}
): Source<ResourceStore> => resource(kind, { changes: "any", ...options, keys })

/**
 * Creates the source that follows the objects of one kind and leads to those of another that refer to them.
 *
 * **Details**
 *
 * Each object stands for a value, its namespace and name if nothing else is said; what it leads to are the objects of the
 * other kind that have this value of an index. Where the other kind is read from a cache, only those are looked at. Every
 * change counts, of the status too. An object that begins to refer to another is looked at for that change of its own.
 *
 * **Example** (Trackers whose credentials changed)
 *
 * ```ts
 * import { Index, Resource, Source } from "@lockstep/core"
 *
 * const byCredentials = Index.make((tracker: Resource.Instance<string, { readonly credentials: string }, unknown>) => [
 *   `${tracker.metadata.namespace}/${tracker.spec.credentials}`
 * ])
 *
 * const sourceOf = (credentials: Resource.Any, trackers: Resource.Resource<"Tracker", { readonly credentials: string }, unknown>) =>
 *   Source.referring(credentials, { kind: trackers, index: byCredentials })
 * ```
 *
 * @category sources
 * @since 0.1.0
 */
export const referring = <Kind extends string, Spec, Status, OtherKind extends string, OtherSpec, OtherStatus>(
  kind: Resource<Kind, Spec, Status>,
  other: {
    readonly kind: Resource<OtherKind, OtherSpec, OtherStatus>
    readonly index: Index<Instance<OtherKind, OtherSpec, OtherStatus>>
    readonly values?: (object: Instance<Kind, Spec, Status>) => ReadonlyArray<string>
  },
  options: Omit<ResourceSourceOptions<Instance<Kind, Spec, Status>>, "keys"> = {}
): Source<ResourceStore> => {
  const values = other.values ?? ((object: Instance<Kind, Spec, Status>) => [formatKey(keyOf(object))])
  // On their way the values are names, so that what an object stood for before a change is looked at too.
  const stands = resource(kind, {
    changes: "any",
    ...options,
    keys: (object) => values(object).map((name) => ({ name }))
  })
  return (sink) =>
    Effect.flatMap(Effect.context<ResourceStore>(), (context) => {
      // What can't be found now must not be forgotten. Later changes wait behind it.
      const find = (value: string, failures = 1): Effect.Effect<ReadonlyArray<Key>, never, ResourceStore> =>
        Cache.find(other.kind, other.index, value).pipe(
          Effect.map((found) => found.map(keyOf)),
          Effect.tap(() => (failures === 1 ? Effect.void : sink.trouble(undefined))),
          Effect.catch((error) =>
            sink
              .trouble(error)
              .pipe(
                Effect.andThen(Backoff.delay(patience, failures)),
                Effect.flatMap(Effect.sleep),
                Effect.andThen(find(value, failures + 1))
              )
          )
        )
      return stands({
        ...sink,
        add: ({ name }, priority) =>
          find(name).pipe(
            Effect.flatMap(Effect.forEach((one) => sink.add(one, priority), { discard: true })),
            Effect.provideContext(context)
          )
      })
    })
}

const patience = Backoff.make({ base: "200 millis", cap: "10 seconds" })

/**
 * Creates the source that takes keys from a stream, for what is told from outside: webhooks, timers, files.
 *
 * **Details**
 *
 * It counts as synced at once. When the stream ends, the source goes on without finding anything.
 *
 * @category sources
 * @since 0.1.0
 */
export const keys =
  <R>(stream: Stream.Stream<Key, never, R>, priority: Priority = "change"): Source<R> =>
  (sink) =>
    sink.synced.pipe(
      Effect.andThen(Stream.runForEach(stream, (one) => sink.add(one, priority))),
      Effect.andThen(Effect.never)
    )

/**
 * Lets only some keys of a source through.
 *
 * **When to use**
 *
 * To share the keys of a kind out among replicas; see `Sharding`.
 *
 * @category combinators
 * @since 0.1.0
 */
export const filter =
  (wanted: (key: Key) => boolean) =>
  <R>(self: Source<R>): Source<R> =>
  (sink) =>
    self({ ...sink, add: (one, priority) => (wanted(one) ? sink.add(one, priority) : Effect.void) })

/** Tells people of an object that can't be read, each time that a source is told of it. */
const tell = (unreadable: UnreadableObject) =>
  Effect.gen(function* () {
    const note = unreadable.error.message
    yield* Effect.logWarning(note)
    const recorder = yield* Effect.serviceOption(EventRecorder)
    if (Option.isNone(recorder)) return
    yield* recorder.value.record(unreadable, { type: "Warning", reason: "Unreadable", action: "Read", note })
  })

const isSame = (a: Key, b: Key) => a.name === b.name && a.namespace === b.namespace

const covers = (cached: Selection, wanted: Selection): boolean =>
  (cached.namespace === undefined || cached.namespace === wanted.namespace) &&
  cached.labelSelector === wanted.labelSelector &&
  cached.fieldSelector === wanted.fieldSelector

const isOutside = (
  event: Reflector.ReflectorEvent<Instance<string, unknown, unknown>>,
  namespace: string | undefined
) => {
  const about = "object" in event ? event.object : "unreadable" in event ? event.unreadable : undefined
  return namespace !== undefined && about !== undefined && about.metadata.namespace !== namespace
}

// One object that a function of ours can't cope with must not keep the others from being looked at.
const guard = (subject: string, effect: Effect.Effect<void>) =>
  Effect.catchDefect(effect, (defect) =>
    Effect.logError(`A change of ${subject} could not be looked at; it is passed over until the next one`, defect)
  )

const predicateOf = <Object extends Instance<string, unknown, unknown>>(
  changes: "desired" | "any" | Predicate.Predicate<Object>
): Predicate.Predicate<Object> => {
  if (changes === "any") return Predicate.always
  return changes === "desired" ? Predicate.desired : changes
}

// Evenly over the interval, in parts of at least a second, so that thousands of keys don't come at once.
const resyncForever = (interval: Duration.Input, present: () => ReadonlyArray<Key>, sink: Sink) =>
  Effect.gen(function* () {
    const millis = Duration.toMillis(interval)
    yield* Effect.sleep(millis * (yield* Random.nextBetween(0.9, 1.1)))
    const found = present()
    const parts = Math.max(1, Math.min(found.length, Math.floor(millis / 2000)))
    const size = Math.ceil(found.length / parts)
    for (let start = 0; start < found.length; start += size) {
      for (const one of found.slice(start, start + size)) yield* sink.add(one, "resync")
      yield* Effect.sleep(millis / 2 / parts)
    }
  }).pipe(Effect.forever)
