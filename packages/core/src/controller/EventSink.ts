/**
 * Where events go that people read when they ask what happened to an object.
 *
 * @since 0.1.0
 */
import { Context, Effect, Layer } from "effect"
import type { Treatable } from "../Treatment.ts"

/**
 * An event as Kubernetes keeps it (`events.k8s.io/v1`).
 *
 * @category models
 * @since 0.1.0
 */
export interface EventDocument {
  readonly apiVersion: "events.k8s.io/v1"
  readonly kind: "Event"
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly eventTime: string
  readonly reportingController: string
  readonly reportingInstance: string
  readonly action: string
  readonly reason: string
  readonly type: "Normal" | "Warning"
  readonly note: string
  readonly regarding: ObjectReference
  readonly related?: ObjectReference
  /** How often it happened since, and when last. */
  readonly series?: { readonly count: number; readonly lastObservedTime: string }
}

/**
 * What an event is about.
 *
 * @category models
 * @since 0.1.0
 */
export interface ObjectReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly namespace?: string
  readonly uid: string
  readonly resourceVersion?: string
}

/**
 * Sends a request to an API server; what is given back is not looked at.
 *
 * @category models
 * @since 0.1.0
 */
export type EventCall = (request: {
  readonly method: "POST" | "PATCH"
  readonly path: string
  readonly body: unknown
  readonly contentType?: string
}) => Effect.Effect<unknown, Treatable>

/**
 * Takes events.
 *
 * @category services
 * @since 0.1.0
 */
export class EventSink extends Context.Service<
  EventSink,
  {
    /** Takes an event that happened for the first time. */
    create(event: EventDocument): Effect.Effect<void, Treatable>
    /** Takes an event that happened again; its `series` says how often. */
    update(event: EventDocument): Effect.Effect<void, Treatable>
  }
>()("@lockstep/core/controller/EventSink") {
  /**
   * Writes events to the log: for programs without a cluster.
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layerLog: Layer.Layer<EventSink> = Layer.succeed(EventSink, {
    create: (event) => logged(event),
    update: (event) => logged(event)
  })

  /**
   * Creates events in a cluster, by whatever sends requests to it.
   *
   * **Example** (Over a connection)
   *
   * ```ts
   * import { EventSink, type EventCall } from "@lockstep/core"
   *
   * const layer = (transport: { readonly call: EventCall }) => EventSink.layerApi(transport.call)
   * ```
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layerApi = (call: EventCall): Layer.Layer<EventSink> =>
    Layer.succeed(EventSink, {
      create: (event) => Effect.asVoid(call({ method: "POST", path: collectionOf(event), body: event })),
      update: (event) =>
        Effect.asVoid(
          call({
            method: "PATCH",
            path: `${collectionOf(event)}/${encodeURIComponent(event.metadata.name)}`,
            body: { series: event.series },
            contentType: "application/merge-patch+json"
          })
        )
    })
}

const collectionOf = ({ metadata }: EventDocument) =>
  `/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(metadata.namespace)}/events`

const logged = ({ action, note, reason, regarding, series, type }: EventDocument) => {
  const log = type === "Warning" ? Effect.logWarning : Effect.logInfo
  const times = series === undefined ? "" : ` (${series.count} times)`
  const place = regarding.namespace === undefined ? regarding.name : `${regarding.namespace}/${regarding.name}`
  return Effect.annotateLogs(log(`${note}${times}`), { reason, action, object: `${regarding.kind} ${place}` })
}
