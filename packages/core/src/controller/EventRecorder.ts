/**
 * Tells people what happened to an object, where they look for it: `kubectl describe`, `kubectl events`.
 *
 * @since 0.1.0
 */
import { Clock, Context, Deferred, Duration, Effect, Layer, Metric, Queue, Random } from "effect"
import * as Backoff from "../Backoff.ts"
import type { Metadata } from "../resource/Metadata.ts"
import * as Timestamp from "../resource/Timestamp.ts"
import { Bucket } from "./EventRecorder/Bucket.ts"
import { Recent } from "./EventRecorder/Recent.ts"
import { EventSink, type EventDocument, type ObjectReference } from "./EventSink.ts"

/**
 * An object that something happened to.
 *
 * @category models
 * @since 0.1.0
 */
export interface EventSubject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Pick<Metadata, "name" | "namespace" | "uid" | "resourceVersion">
}

/**
 * Something that happened.
 *
 * @category models
 * @since 0.1.0
 */
export interface Happening {
  /** `Normal` if left out. */
  readonly type?: "Normal" | "Warning"
  /** Why, as one word in CamelCase, for programs and people. */
  readonly reason: string
  /** What was done or tried, as one word in CamelCase; `Reconcile` if left out. */
  readonly action?: string
  /** A sentence for people, of 1024 bytes at most; the rest is cut off. */
  readonly note: string
  readonly related?: EventSubject
}

/**
 * Settings of a recorder.
 *
 * @category models
 * @since 0.1.0
 */
export interface EventRecorderOptions {
  /** Who tells, such as `lockstep.dev/operator`. */
  readonly controller: string
  /** Which replica of it. */
  readonly instance: string
  /** How many different events one object may have at once (25 if left out). */
  readonly burst?: number
  /** After how long it may have one more (5 minutes if left out). */
  readonly refill?: Duration.Input
}

/** So many series and objects are remembered. */
const remembered = 4096

/** So many events wait to be sent; more are dropped. */
const waiting = 1000

/** What happens again within this time is the same series. */
const seriesLasts = 6 * 60_000

/** A series is told of so often at most. */
const tellEvery = 30_000

const patience = Backoff.make({ base: "1 second", cap: "10 seconds" })

interface Series {
  readonly event: EventDocument
  count: number
  last: number
  /** Up to which count it was told of, and when. */
  toldCount: number
  toldAt: number
}

/**
 * Tells what happened to objects.
 *
 * **When to use**
 *
 * Where the state of an object changes in a way that people care about. What is the case belongs into conditions, what was
 * done in detail into the log.
 *
 * **Details**
 *
 * - What happens to an object again for the same reason within six minutes is one event with a count. It is brought up to
 *   date every 30 seconds at most, and once more at the end.
 * - An object may have 25 different events at once and one more every five minutes. What is beyond that is dropped and
 *   counted.
 * - Events are sent in the background, in order; they never hold a reconcile up or let it fail. What can't be sent after
 *   three more attempts is dropped and counted.
 *
 * **Example** (Telling of a merge)
 *
 * ```ts
 * import { EventRecorder, EventSink, type EventSubject } from "@lockstep/core"
 * import { Effect, Layer } from "effect"
 *
 * const layer = EventRecorder.layer({ controller: "lockstep.dev/operator", instance: "operator-1" }).pipe(
 *   Layer.provide(EventSink.layerLog)
 * )
 *
 * const tell = (tracker: EventSubject) =>
 *   EventRecorder.use((events) =>
 *     events.record(tracker, { reason: "Merged", note: "The pull request was merged" })
 *   ).pipe(Effect.provide(layer))
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class EventRecorder extends Context.Service<
  EventRecorder,
  {
    /** Tells of something; returns at once. */
    readonly record: (subject: EventSubject, happening: Happening) => Effect.Effect<void>
  }
>()("@lockstep/core/controller/EventRecorder") {
  /**
   * Provides a recorder that sends to the sink. At the end it sends what waits, for five seconds at most.
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layer = (options: EventRecorderOptions): Layer.Layer<EventRecorder, never, EventSink> =>
    Layer.effect(EventRecorder, make(options))
}

const make = (options: EventRecorderOptions) =>
  Effect.gen(function* () {
    const sink = yield* EventSink
    const outbox = yield* Queue.dropping<Effect.Effect<void>>(waiting)
    const series = new Recent<Series>(remembered)
    const buckets = new Recent<Bucket>(remembered)
    const burst = options.burst ?? 25
    const refill = Duration.toMillis(options.refill ?? "5 minutes")
    const dropped = (because: string) => Metric.update(discarded(because), 1)

    const send = (what: string, call: Effect.Effect<void, unknown>): Effect.Effect<void> =>
      call.pipe(
        Effect.timeout("30 seconds"),
        Effect.retry(Backoff.schedule(patience, { times: 3 })),
        Effect.catchCause((cause) =>
          Effect.andThen(Effect.logDebug(`${what} could not be told of`, cause), dropped("not sent"))
        )
      )

    const put = (effect: Effect.Effect<void>) =>
      Effect.flatMap(Queue.offer(outbox, effect), (taken) => (taken ? Effect.void : dropped("too many at once")))

    const create = (event: EventDocument) => send(event.note, sink.create(event))

    // An event is kept for an hour; one that happens again after that has to be created anew.
    const bringUpToDate = (event: EventDocument) =>
      send(
        event.note,
        Effect.catchIf(
          sink.update(event),
          (error) => error.treatment._tag !== "retry",
          () => sink.create(event)
        )
      )

    const tellAgain = (one: Series, now: number) => {
      one.toldAt = now
      one.toldCount = one.count
      const lastObservedTime = Timestamp.micro(one.last)
      return put(bringUpToDate({ ...one.event, series: { count: one.count, lastObservedTime } }))
    }

    const record = (subject: EventSubject, happening: Happening) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const { uid } = subject.metadata
        const type = happening.type ?? "Normal"
        const action = happening.action ?? "Reconcile"
        const id = JSON.stringify([uid, type, happening.reason, action, happening.related?.metadata.uid])
        const known = series.get(id)
        if (known !== undefined && now - known.last < seriesLasts) {
          known.count++
          known.last = now
          // The first repetition is told of at once, so that people see that it is one.
          return known.count === 2 || now - known.toldAt >= tellEvery ? yield* tellAgain(known, now) : undefined
        }
        const bucket = buckets.get(uid) ?? new Bucket(burst, refill, now)
        buckets.set(uid, bucket)
        if (!bucket.take(now)) return yield* dropped("too many of an object")
        // Two events of one object in one millisecond need two names.
        const nanos = yield* Random.nextIntBetween(0, 1_000_000, { halfOpen: true })
        const event = eventOf(subject, { ...happening, type, action }, options, now, nanos)
        series.set(id, { event, count: 1, last: now, toldCount: 1, toldAt: now })
        return yield* put(create(event))
      })

    const sending = Effect.forever(Effect.flatten(Queue.take(outbox)))

    // What was counted but not told of yet is told of when nothing more has come for a while.
    const catchUp = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      for (const one of series.values())
        if (one.toldCount < one.count && now - one.toldAt >= tellEvery) yield* tellAgain(one, now)
    }).pipe(Effect.delay(tellEvery), Effect.forever)

    yield* Effect.forkScoped(sending)
    yield* Effect.addFinalizer(() =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        for (const one of series.values()) if (one.toldCount < one.count) yield* tellAgain(one, now)
        const done = yield* Deferred.make<void>()
        yield* put(Effect.asVoid(Deferred.succeed(done, undefined)))
        yield* Effect.timeoutOption(Effect.interruptible(Deferred.await(done)), "5 seconds")
      })
    )
    yield* Effect.forkScoped(catchUp)
    return EventRecorder.of({ record: (subject, happening) => Effect.asVoid(record(subject, happening)) })
  })

const discarded = (because: string) =>
  Metric.counter("events_discarded_total", {
    description: "Events that nobody will see.",
    incremental: true,
    attributes: { because }
  })

const eventOf = (
  subject: EventSubject,
  happening: Happening & { readonly type: "Normal" | "Warning"; readonly action: string },
  { controller, instance }: EventRecorderOptions,
  now: number,
  nanos: number
): EventDocument => ({
  apiVersion: "events.k8s.io/v1",
  kind: "Event",
  metadata: {
    // Names have 253 characters at most; 16 and a point are for the time.
    name: `${subject.metadata.name.slice(0, 236)}.${(BigInt(now) * 1_000_000n + BigInt(nanos)).toString(16)}`,
    namespace: subject.metadata.namespace ?? "default"
  },
  eventTime: Timestamp.micro(now),
  reportingController: controller,
  reportingInstance: instance.slice(0, 128),
  action: happening.action.slice(0, 128),
  reason: happening.reason.slice(0, 128),
  type: happening.type,
  note: cut(happening.note, 1024),
  regarding: referenceTo(subject),
  ...(happening.related === undefined ? {} : { related: referenceTo(happening.related) })
})

const referenceTo = ({ apiVersion, kind, metadata }: EventSubject): ObjectReference => ({
  apiVersion,
  kind,
  name: metadata.name,
  ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  uid: metadata.uid,
  resourceVersion: metadata.resourceVersion
})

/** Cuts a text off after so many bytes, between characters. */
const cut = (text: string, bytes: number): string => {
  if (Buffer.byteLength(text) <= bytes) return text
  let size = 0
  let kept = ""
  for (const character of text) {
    size += Buffer.byteLength(character)
    if (size > bytes - 3) break
    kept += character
  }
  return `${kept}…`
}
