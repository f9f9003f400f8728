import { Metric } from "effect"

const boundaries = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60]

/** Keeps what was made for some labels: to look a metric up costs more than to count. */
const once = <Labels extends { readonly [label: string]: string }, A>(make: (labels: Labels) => A) => {
  const made = new Map<string, A>()
  return (labels: Labels): A => {
    const key = Object.values(labels).join(" ")
    let metric = made.get(key)
    if (metric === undefined) made.set(key, (metric = make(labels)))
    return metric
  }
}

/** Requests by what they were answered; `<error>` where no answer came. */
export const requests = once((attributes: { readonly code: string; readonly method: string; readonly host: string }) =>
  Metric.counter("rest_client_requests_total", {
    description: "Requests to the API server by method and status.",
    incremental: true,
    attributes
  })
)

/** How long requests took, until the answer was read. */
export const seconds = once((attributes: { readonly verb: string; readonly host: string }) =>
  Metric.histogram("rest_client_request_duration_seconds", {
    description: "How long requests to the API server took.",
    boundaries,
    attributes
  })
)
