/**
 * Points in time as Kubernetes writes them: `2026-11-25T10:00:00Z`, or `2026-11-25T10:00:00.000000Z`.
 *
 * @since 0.1.0
 */
import { DateTime, Effect } from "effect"

/**
 * Writes a point in time, to the second.
 *
 * @category formatting
 * @since 0.1.0
 */
export const format = (time: DateTime.DateTime): string => DateTime.formatIso(time).replace(/\.\d+Z$/u, "Z")

/**
 * The current time, to the second.
 *
 * @category clocks
 * @since 0.1.0
 */
export const now: Effect.Effect<string> = Effect.map(DateTime.now, format)

/**
 * Writes a point in time, given in milliseconds since 1970, with the six digits behind the second that leases and events want.
 *
 * @category formatting
 * @since 0.1.0
 */
export const micro = (millis: number): string =>
  DateTime.formatIso(DateTime.makeUnsafe(millis)).replace(/(\.\d{3})Z$/u, "$1000Z")
