/**
 * The metrics of queues and controllers, under the names that dashboards for Kubernetes controllers know.
 *
 * @since 0.1.0
 */
import { Metric } from "effect"

const seconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]

/**
 * The metrics of one work queue.
 *
 * @category metrics
 * @since 0.1.0
 */
export const workQueue = (name: string) => {
  const own = { name, controller: name }
  return {
    depth: gauge("workqueue_depth", "Keys that are ready to be worked on.", own),
    adds: counter("workqueue_adds_total", "Keys added.", own),
    retries: counter("workqueue_retries_total", "Keys added again after a failure.", own),
    queueSeconds: histogram("workqueue_queue_duration_seconds", "How long keys waited.", own),
    unfinished: gauge(
      "workqueue_unfinished_work_seconds",
      "How long the keys that are worked on have been worked on, in all.",
      own
    ),
    longest: gauge(
      "workqueue_longest_running_processor_seconds",
      "How long the key that is worked on longest has been worked on.",
      own
    ),
    workSeconds: histogram("workqueue_work_duration_seconds", "How long keys were worked on.", own)
  }
}

/**
 * The metrics of one controller.
 *
 * @category metrics
 * @since 0.1.0
 */
export const controller = (name: string) => {
  const own = { controller: name }
  const reconciles = (result: string) =>
    counter("controller_runtime_reconcile_total", "Reconciles by their result.", { ...own, result })
  return {
    reconciles: {
      success: reconciles("success"),
      error: reconciles("error"),
      requeue: reconciles("requeue"),
      requeue_after: reconciles("requeue_after")
    },
    errors: counter("controller_runtime_reconcile_errors_total", "Reconciles that failed.", own),
    terminalErrors: counter(
      "controller_runtime_terminal_reconcile_errors_total",
      "Reconciles that failed in a way that trying again doesn't help.",
      own
    ),
    panics: counter("controller_runtime_reconcile_panics_total", "Reconciles that ended by a defect.", own),
    timeouts: counter("controller_runtime_reconcile_timeouts_total", "Reconciles that took too long.", own),
    seconds: histogram("controller_runtime_reconcile_time_seconds", "How long reconciles took.", own),
    workers: gauge("controller_runtime_max_concurrent_reconciles", "How many reconciles may run at once.", own),
    active: gauge("controller_runtime_active_workers", "How many reconciles run.", own)
  }
}

const counter = (name: string, description: string, attributes: { readonly [key: string]: string }) =>
  Metric.counter(name, { description, incremental: true, attributes })

const gauge = (name: string, description: string, attributes: { readonly [key: string]: string }) =>
  Metric.gauge(name, { description, attributes })

const histogram = (name: string, description: string, attributes: { readonly [key: string]: string }) =>
  Metric.histogram(name, { description, boundaries: seconds, attributes })
