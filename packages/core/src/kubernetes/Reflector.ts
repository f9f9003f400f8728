/**
 * Everything that happens to the objects of a kind, told without a gap for as long as one listens.
 *
 * A reflector lists, watches from there, and goes on after whatever breaks off, so that what it has told always adds up to
 * what the store holds. Use it to feed a queue or a cache; to look at something once, ask the store.
 *
 * @since 0.1.0
 */
import { Array as Arr, Cause, Clock, Duration, Effect, Metric, Option, type Pull, Random, Stream } from "effect"
import * as Backoff from "../Backoff.ts"
import type { Instance, Resource } from "../resource/Resource.ts"
import { ResourceStore, type Selection, type UnreadableObject, type WatchEvent } from "../resource/ResourceStore.ts"
import { StoreError, Unavailable } from "../resource/StoreError.ts"
import { Known, type Change } from "./Reflector/Known.ts"
import { lasting } from "./Reflector/lasting.ts"
import { reflectorMetrics } from "./Reflector/Metrics.ts"
import * as Version from "./Version.ts"

/**
 * Something a reflector tells.
 *
 * **Details**
 *
 * - `added`: an object that was not known; `initial` says that the first list found it.
 * - `modified`: an object that is not as it was, and as it was.
 * - `deleted`: an object that is gone, as it was last. One that came back under the same name is `deleted` first, then
 *   `added`: it has another uid.
 * - `unreadable`: an object is there that is not as its kind says, or, with `gone`, has been deleted in that state. It counts
 *   as `added` once it can be read again. It is not `deleted` by becoming unreadable.
 * - `synced`: everything up to that version has been told. It follows each list.
 * - `troubled`: the store can't be followed at the moment. It is tried again; what is known may be out of date.
 * - `recovered`: the trouble is over.
 *
 * @category models
 * @since 0.1.0
 */
export type ReflectorEvent<Object> =
  | Change<Object>
  | { readonly _tag: "synced"; readonly resourceVersion: string }
  | { readonly _tag: "troubled"; readonly error: StoreError; readonly since: number }
  | { readonly _tag: "recovered" }

/**
 * Which objects to follow, and how patiently.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReflectorOptions extends Selection {
  /** How many objects a page of a list holds (500 if left out). */
  readonly pageSize?: number
  /** How long one page of a list may take before it counts as failed (1 minute if left out). */
  readonly pageDeadline?: Duration.Input
  /** The shortest and the longest life of one watch (290 and 590 seconds if left out). */
  readonly watchLifetime?: readonly [shortest: Duration.Input, longest: Duration.Input]
  /** How delays grow while it fails (800 ms to 30 seconds if left out). */
  readonly backoff?: Backoff.Backoff
}

const patience = Backoff.make({ base: "800 millis", cap: "30 seconds" })

/** Failures are forgotten after a watch that lasted this long. */
const healthy = 120_000

/** A watch that ended sooner and told nothing counts as a failure. */
const tooShort = 1000

/**
 * Follows the objects of a kind. The stream never ends and never fails.
 *
 * **Details**
 *
 * - Lists are paged. When a page has expired, the list is begun anew without pages. Nothing of a list is told before all of
 *   it is there.
 * - A watch is begun anew after a random time, at the version of the last event or bookmark. It ends early when history is
 *   lost (`Expired`): then it lists again, and tells what differs.
 * - A watch that ended without a word proves nothing: the server may have been restored to an earlier time, and then a
 *   version of ours lies in its future. So a list follows. After a watch that failed, one small list tells whether the
 *   server still is where we are.
 * - Delays after failures grow from 800 ms to 30 seconds, with full jitter, and are forgotten after two minutes of health.
 *   Where the server says how long to wait, that is kept. What only a person can put right (a kind that isn't there, a
 *   missing permission) is tried again with the longest delay.
 * - Events that come twice, or late, are told once.
 * - Nothing is buffered: who listens slowly slows the watch down. Memory is one entry for each object that is there.
 *
 * **Gotchas**
 *
 * A server that was restored and has written past our version before we ask again can't be told from one that was not.
 * Controllers look at everything again now and then for such cases.
 *
 * **Example** (Printing what happens)
 *
 * ```ts
 * import { Reflector, type Resource } from "@lockstep/core"
 * import { Effect, Stream } from "effect"
 *
 * const print = (kind: Resource.Any) =>
 *   Stream.runForEach(Reflector.follow(kind, { namespace: "team-a" }), (event) => Effect.logInfo(event._tag))
 * ```
 *
 * @category streams
 * @since 0.1.0
 */
export const follow = <Kind extends string, Spec, Status>(
  kind: Resource<Kind, Spec, Status>,
  options: ReflectorOptions = {}
): Stream.Stream<ReflectorEvent<Instance<Kind, Spec, Status>>, never, ResourceStore> =>
  Stream.unwrap(
    Effect.map(ResourceStore, (store) =>
      Stream.flatten(Stream.fromEffectRepeat(makeNextPhase(store, kind, options)), { concurrency: 1 })
    )
  )

// A reflector goes from phase to phase, each a stream that ends: a list, or a watch, or the report of a failure.
const makeNextPhase = <Kind extends string, Spec, Status>(
  store: ResourceStore["Service"],
  kind: Resource<Kind, Spec, Status>,
  options: ReflectorOptions
) => {
  type Object = Instance<Kind, Spec, Status>
  type Event = ReflectorEvent<Object>

  const selection: Selection = {
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    ...(options.labelSelector === undefined ? {} : { labelSelector: options.labelSelector }),
    ...(options.fieldSelector === undefined ? {} : { fieldSelector: options.fieldSelector })
  }
  const metrics = reflectorMetrics(kind.plural)
  const backoff = options.backoff ?? patience
  const [shortest, longest] = options.watchLifetime ?? ["290 seconds", "590 seconds"]
  const known = new Known<Object>()
  let failures = 0
  let pause: Duration.Duration | undefined
  let trouble: number | undefined
  let doubtful = false

  const failed = (cause: Cause.Cause<StoreError>, lasted = 0): Effect.Effect<Stream.Stream<Event>> =>
    Effect.gen(function* () {
      const error = errorOf(kind.plural, cause)
      const { reason, treatment } = error
      if (lasted >= healthy) failures = 0
      failures++
      if (reason._tag === "Expired" || treatment._tag === "terminal") known.forgetPosition()
      doubtful = reason._tag !== "Expired"
      pause = yield* delayAfter(error)
      yield* Metric.update(metrics.reconnects(reason._tag), 1)
      // To have lost history once is nobody's fault: it lists at once, and nobody needs to know.
      if (Duration.isZero(pause)) return Stream.empty
      trouble ??= yield* Clock.currentTimeMillis
      return Stream.succeed<Event>({ _tag: "troubled", error, since: trouble })
    })

  const delayAfter = (error: StoreError) => {
    const { reason, treatment } = error
    if (reason._tag === "Expired" && failures === 1) return Effect.succeed(Duration.zero)
    if (treatment._tag === "retry" && treatment.after !== undefined) return Effect.succeed(treatment.after)
    return treatment._tag === "terminal" || reason._tag === "NotFound"
      ? Effect.map(Random.nextBetween(0.5, 1), (part) => Duration.times(backoff.cap, part))
      : Backoff.delay(backoff, failures)
  }

  const page = (rest: { readonly limit?: number; readonly continue?: string }) =>
    Effect.timeoutOrElse(store.list(kind, { ...selection, ...rest }), {
      duration: options.pageDeadline ?? "1 minute",
      orElse: () => Effect.fail(unavailable(kind.plural, "a list was not answered in time"))
    })

  const readPages = Effect.gen(function* () {
    const limit = options.pageSize ?? 500
    const objects: Array<Object> = []
    const unreadable: Array<UnreadableObject> = []
    let next = yield* page({ limit })
    for (;;) {
      for (const object of next.items) objects.push(object)
      for (const one of next.unreadable ?? []) unreadable.push(one)
      if (next.continue === undefined) return { objects, unreadable, resourceVersion: next.resourceVersion }
      next = yield* page({ limit, continue: next.continue })
    }
  })

  const readAll = Effect.catchIf(
    readPages,
    ({ reason }) => reason._tag === "Expired",
    () =>
      Effect.map(page({}), ({ items, resourceVersion, unreadable = [] }) => ({
        objects: items,
        unreadable,
        resourceVersion
      }))
  )

  const recovery = (): ReadonlyArray<Event> => {
    if (trouble === undefined) return []
    trouble = undefined
    return [{ _tag: "recovered" }]
  }

  const list = Effect.gen(function* () {
    const start = yield* Clock.currentTimeMillis
    const { objects, resourceVersion, unreadable } = yield* readAll
    const now = yield* Clock.currentTimeMillis
    yield* Metric.update(metrics.lists, 1)
    yield* Metric.update(metrics.listSeconds, (now - start) / 1000)
    yield* Metric.update(metrics.lastEvent, now / 1000)
    const changes = known.replace(objects, resourceVersion, unreadable)
    yield* Metric.update(metrics.objects, known.size)
    yield* Metric.update(metrics.unreadable, known.unreadable)
    doubtful = false
    return Stream.fromArray<Event>([...recovery(), ...changes, { _tag: "synced", resourceVersion }])
  }).pipe(Effect.catchCause((cause) => failed(cause)))

  const take = (events: ReadonlyArray<WatchEvent<Object>>) =>
    Effect.withFiberSucceed((fiber) => {
      const { context } = fiber
      const counts = { added: 0, modified: 0, deleted: 0, unreadable: 0, bookmark: 0 }
      const told: Array<Event> = [...recovery()]
      const before = known.unreadable
      for (const event of events) {
        counts[event._tag]++
        for (const change of known.apply(event)) told.push(change)
      }
      for (const type of ["added", "modified", "deleted", "unreadable", "bookmark"] as const) {
        if (counts[type] > 0) metrics.events[type].updateUnsafe(counts[type], context)
      }
      metrics.lastEvent.updateUnsafe(fiber.getRef(Clock.Clock).currentTimeMillisUnsafe() / 1000, context)
      metrics.objects.updateUnsafe(known.size, context)
      if (before > 0 || known.unreadable > 0) metrics.unreadable.updateUnsafe(known.unreadable, context)
      return told
    })

  const watch = (from: string) =>
    Effect.gen(function* () {
      const start = yield* Clock.currentTimeMillis
      const lifetime = yield* Random.nextBetween(Duration.toMillis(shortest), Duration.toMillis(longest))
      let silent = true
      yield* Metric.update(metrics.watches, 1)
      const ended = Effect.gen(function* () {
        const lasted = (yield* Clock.currentTimeMillis) - start
        if (!silent) return Stream.empty
        known.forgetPosition()
        yield* Metric.update(metrics.reconnects("Silent"), 1)
        return lasted < tooShort
          ? yield* failed(Cause.fail(unavailable(kind.plural, "the watch ended at once")))
          : Stream.empty
      })
      type Told = Arr.NonEmptyReadonlyArray<WatchEvent<Object>>
      const takeFrom = (pull: Pull.Pull<Told, StoreError>): Pull.Pull<Arr.NonEmptyReadonlyArray<Event>, StoreError> =>
        Effect.flatMap(pull, (events) => {
          silent = false
          return Effect.flatMap(take(events), (told) =>
            Arr.isArrayNonEmpty(told) ? Effect.succeed(told) : takeFrom(pull)
          )
        })
      return store.watch(kind, { ...selection, from, bookmarks: true }).pipe(
        lasting(lifetime),
        (lasted) => Stream.transformPull(lasted, (pull) => Effect.succeed(takeFrom(pull))),
        Stream.concat(Stream.unwrap(ended)),
        Stream.catchCause((cause) =>
          Stream.unwrap(Effect.flatMap(Clock.currentTimeMillis, (now) => failed(cause, now - start)))
        )
      )
    })

  // Whether the server still is where we are; one that was restored to an earlier time is not.
  const isBehind = (position: string) =>
    Effect.map(page({ limit: 1 }), ({ resourceVersion }) => Version.isNewer(position, resourceVersion))

  return Effect.gen(function* () {
    if (pause !== undefined) yield* Effect.sleep(pause)
    pause = undefined
    const { position } = known
    if (position === undefined) return yield* list
    if (!doubtful) return yield* watch(position)
    const behind = yield* Effect.exit(isBehind(position))
    if (behind._tag === "Failure") return yield* failed(behind.cause)
    doubtful = false
    if (!behind.value) return yield* watch(position)
    known.forgetPosition()
    yield* Metric.update(metrics.reconnects("Restored"), 1)
    return yield* list
  })
}

const unavailable = (subject: string, because: string) =>
  new StoreError({ reason: new Unavailable({ subject, because }) })

// A defect of a store is a failure of the watch, not the end of it.
const errorOf = (subject: string, cause: Cause.Cause<StoreError>): StoreError =>
  Option.getOrElse(Cause.findErrorOption(cause), () =>
    unavailable(
      subject,
      Cause.squash(cause) instanceof Error ? String(Cause.squash(cause)) : "the store failed unexpectedly"
    )
  )
