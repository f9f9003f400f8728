/**
 * Points in time as Kubernetes writes them: `2026-11-25T10:00:00Z`.
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
