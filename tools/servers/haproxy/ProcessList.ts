/**
 * What the master's `show proc` says, as far as tests need it.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProcessList {
  readonly master: number
  readonly reloads: number
  readonly failedReloads: number
  /** The workers that take connections. */
  readonly workers: ReadonlyArray<number>
  /** Workers of before a reload that still serve old connections. */
  readonly oldWorkers: ReadonlyArray<number>
  readonly version: string
}

/**
 * Reads the answer of `show proc`; undefined while the master restarts itself and knows no worker.
 *
 * @category parsing
 * @since 0.1.0
 */
export const parseProcessList = (text: string): ProcessList | undefined => {
  const master = /^(\d+)\s+master\s+(\d+) \[failed: (\d+)\]\s+\S+\s+(\S+)/mu.exec(text)
  if (master === null) return undefined
  const [, pid, reloads, failed, version = ""] = master
  const [current = "", old = ""] = text.split("# old workers")
  return {
    master: Number(pid),
    reloads: Number(reloads),
    failedReloads: Number(failed),
    workers: workersIn(current),
    oldWorkers: workersIn(old),
    version
  }
}

const workersIn = (section: string): ReadonlyArray<number> =>
  [...section.matchAll(/^(\d+)\s+worker\s/gmu)].map(([, worker]) => Number(worker))
