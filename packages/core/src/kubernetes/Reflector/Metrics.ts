import { Metric } from "effect"

/** The metrics of the reflectors of one kind. */
export const reflectorMetrics = (name: string) => {
  const counter = (id: string, description: string, attributes: { readonly [key: string]: string } = {}) =>
    Metric.counter(id, { description, incremental: true, attributes: { name, ...attributes } })
  const gauge = (id: string, description: string) => Metric.gauge(id, { description, attributes: { name } })
  return {
    lists: counter("reflector_lists_total", "Lists that were completed."),
    watches: counter("reflector_watches_total", "Watches that were opened."),
    events: {
      added: counter("reflector_watch_events_total", "Events of watches.", { type: "added" }),
      modified: counter("reflector_watch_events_total", "Events of watches.", { type: "modified" }),
      deleted: counter("reflector_watch_events_total", "Events of watches.", { type: "deleted" }),
      unreadable: counter("reflector_watch_events_total", "Events of watches.", { type: "unreadable" }),
      bookmark: counter("reflector_watch_events_total", "Events of watches.", { type: "bookmark" })
    },
    reconnects: (reason: string) =>
      counter("reflector_reconnects_total", "Lists and watches that ended and were begun anew, by reason.", { reason }),
    lastEvent: gauge("reflector_last_event_timestamp_seconds", "When something was heard last, as Unix time."),
    objects: gauge("reflector_store_objects", "Objects that are known."),
    unreadable: gauge("reflector_unreadable_objects", "Objects that are not as their kind says, and are left alone."),
    listSeconds: Metric.histogram("reflector_list_duration_seconds", {
      description: "How long lists took.",
      boundaries: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60],
      attributes: { name }
    })
  }
}
