import { type Cost, type CostModel, measuredCosts, secondsOf } from "./Cost.ts"
import type { Route } from "./Route.ts"

/**
 * What a request to a server took.
 *
 * @category costs
 * @since 0.1.0
 */
export interface Measurement {
  /** How the request travelled; `transaction` for begin and commit together, `direct` for a change outside of one. */
  readonly kind: Route | "transaction" | "direct"
  /** The size of the server's whole configuration, not of what was sent. */
  readonly bytes: number
  readonly seconds: number
}

/**
 * Returns the costs of a server that was measured.
 *
 * **When to use**
 *
 * Use it where a server is much faster or slower than {@link measuredCosts}, or differently so: the planner goes by the ratio of the costs
 * to each other, and the forecast by the costs themselves. Give the result to `plan` or the synchronizer as `costs`.
 *
 * **Details**
 *
 * For each kind of request the line through its measurements is found whose errors are the least squares, relative to what `base` expects,
 * so that small configurations count as much as large ones. Neither part of a cost is negative. A kind that was measured with one size only
 * keeps the shape it has in `base`; one that was not measured at all is scaled as the others were in the middle. What is no number, or
 * less than nothing, is left out.
 *
 * **Example** (A server that takes twice the time)
 *
 * ```ts
 * import { calibrate, measuredCosts, secondsOf } from "@lockstep/haproxy-sync"
 *
 * const measurements = [60_000, 600_000].map((bytes) => ({
 *   kind: "raw" as const,
 *   bytes,
 *   seconds: 2 * secondsOf(measuredCosts.request.raw, bytes)
 * }))
 * const costs = calibrate(measurements)
 * Math.round(costs.request.raw.fixed) // 82
 * Math.round(costs.request.item.perMegabyte) // 136
 * ```
 *
 * @category costs
 * @since 0.1.0
 */
export const calibrate = (measurements: ReadonlyArray<Measurement>, base: CostModel = measuredCosts): CostModel => {
  const sound = measurements.filter(
    ({ bytes, seconds }) => Number.isFinite(bytes) && bytes >= 0 && Number.isFinite(seconds) && seconds >= 0
  )
  const costOf = (kind: Measurement["kind"]): Cost =>
    kind === "transaction" || kind === "direct" ? base[kind] : base.request[kind]
  const others = median(
    sound.flatMap(({ bytes, kind, seconds }) => {
      const expected = secondsOf(costOf(kind), bytes)
      return expected > 0 ? [seconds / expected] : []
    })
  )
  const fitted = (kind: Measurement["kind"]): Cost => {
    const own = sound.filter((one) => one.kind === kind)
    return own.length === 0 ? scaled(costOf(kind), others) : fit(own, costOf(kind))
  }
  return {
    transaction: fitted("transaction"),
    direct: fitted("direct"),
    request: {
      runtime: fitted("runtime"),
      item: fitted("item"),
      list: fitted("list"),
      section: fitted("section"),
      raw: fitted("raw")
    }
  }
}

const scaled = ({ fixed, perMegabyte }: Cost, factor: number): Cost => ({
  fixed: fixed * factor,
  perMegabyte: perMegabyte * factor
})

/** The value in the middle; 1 of none. */
const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[half] ?? 1) : ((sorted[half - 1] ?? 1) + (sorted[half] ?? 1)) / 2
}

/** The line through measurements of one kind, with neither part negative. */
const fit = (measurements: ReadonlyArray<Measurement>, base: Cost): Cost => {
  // Megabytes, milliseconds, and how much an error counts.
  const points = measurements.map(({ bytes, seconds }) => {
    const expected = secondsOf(base, bytes)
    return { x: bytes / 1e6, y: seconds * 1000, weight: expected > 0 ? 1 / expected ** 2 : 1 }
  })
  const sum = (of: (point: (typeof points)[number]) => number) =>
    points.reduce((total, point) => total + point.weight * of(point), 0)
  const [w, x, y, xx, xy] = [
    sum(() => 1),
    sum((p) => p.x),
    sum((p) => p.y),
    sum((p) => p.x ** 2),
    sum((p) => p.x * p.y)
  ]
  const spread = w * xx - x * x
  if (points.every((point) => point.x === points[0]?.x)) {
    const expected = base.fixed + (base.perMegabyte * x) / w
    return expected > 0 ? scaled(base, y / w / expected) : { fixed: y / w, perMegabyte: 0 }
  }
  const perMegabyte = (w * xy - x * y) / spread
  const fixed = (y - perMegabyte * x) / w
  if (perMegabyte < 0) return { fixed: y / w, perMegabyte: 0 }
  return fixed < 0 ? { fixed: 0, perMegabyte: xy / xx } : { fixed, perMegabyte }
}
