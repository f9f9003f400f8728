const units = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * Reads a duration as HAProxy writes it (`5s`, `250ms`, `1h`), in milliseconds; undefined if it is none.
 *
 * @category values
 * @since 0.1.0
 */
export const parseDuration = (text: string, unit: keyof typeof units = "ms"): number | undefined => {
  const match = /^(\d+)(us|ms|s|m|h|d)?$/.exec(text)
  if (match === null) return undefined
  const value = Number(match[1]) * units[(match[2] as keyof typeof units | undefined) ?? unit]
  return value > 0 && value < 1 ? 1 : Math.trunc(value)
}

/**
 * Writes milliseconds with the largest unit that divides them.
 *
 * @category values
 * @since 0.1.0
 */
export const formatDuration = (milliseconds: number): string => {
  for (const unit of ["d", "h", "m", "s"] as const) {
    if (milliseconds >= units[unit] && milliseconds % units[unit] === 0) return `${milliseconds / units[unit]}${unit}`
  }
  return `${milliseconds}ms`
}

const sizes = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 } as const

/**
 * Reads a size as HAProxy writes it (`16k`, `1m`), in bytes; undefined if it is none.
 *
 * @category values
 * @since 0.1.0
 */
export const parseSize = (text: string): number | undefined => {
  const match = /^(\d+)([kmg])?$/i.exec(text)
  if (match === null) return undefined
  const unit = match[2]?.toLowerCase() as keyof typeof sizes | undefined
  return Number(match[1]) * (unit === undefined ? 1 : sizes[unit])
}

/**
 * Writes bytes with the largest unit that divides them.
 *
 * @category values
 * @since 0.1.0
 */
export const formatSize = (bytes: number): string => {
  for (const unit of ["g", "m", "k"] as const) {
    if (bytes >= sizes[unit] && bytes % sizes[unit] === 0) return `${bytes / sizes[unit]}${unit}`
  }
  return String(bytes)
}
