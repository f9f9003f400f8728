/** What everything new gets: a number of its own, and the time. */
export interface Stamps {
  readonly nextId: () => number
  readonly now: () => string
}

/** Notes that something changed now. */
export const touch = (changed: { updatedAt: string }, stamps: Stamps): void => {
  changed.updatedAt = stamps.now()
}
