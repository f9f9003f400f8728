import type { Route } from "./Route.ts"

/**
 * What requests cost: a part that is always the same and one that grows with the configuration, in milliseconds and in
 * milliseconds a megabyte. The server writes its whole file for every change, so size counts more than payload.
 *
 * @category costs
 * @since 0.1.0
 */
export interface CostModel {
  /** Begin and commit of a transaction, HAProxy's own check included. */
  readonly transaction: Cost
  readonly request: Readonly<Record<Route, Cost>>
  /** A change of one resource outside of a transaction: the server begins, checks and commits for it. */
  readonly direct: Cost
}

/** Milliseconds, and milliseconds a megabyte of configuration. */
export interface Cost {
  readonly fixed: number
  readonly perMegabyte: number
}

/**
 * Costs measured on a Data Plane API 3.2 with HAProxy 3.2 on two cores, at 59 KB and at 0.63 MB.
 *
 * @category costs
 * @since 0.1.0
 */
export const measuredCosts: CostModel = {
  transaction: { fixed: 24, perMegabyte: 343 },
  direct: { fixed: 36, perMegabyte: 499 },
  request: {
    runtime: { fixed: 2, perMegabyte: 2 },
    item: { fixed: 2, perMegabyte: 68 },
    list: { fixed: 2, perMegabyte: 68 },
    section: { fixed: 5, perMegabyte: 119 },
    raw: { fixed: 41, perMegabyte: 490 }
  }
}

/**
 * Returns what a number of requests costs with a configuration of this size, in seconds.
 *
 * @category costs
 * @since 0.1.0
 */
export const secondsOf = ({ fixed, perMegabyte }: Cost, bytes: number, requests = 1): number =>
  (requests * (fixed + (perMegabyte * bytes) / 1e6)) / 1000

/**
 * How much dearer the smaller requests may be before a larger one is sent instead, a section for its items or the whole text: they say
 * what they change, and leave the rest alone.
 *
 * @category costs
 * @since 0.1.0
 */
export const structuredPreference = 2
