/** What a benchmark found: rows for people, ratios and goals for scripts. A ratio is peer or limit over us, so greater is better. */
export interface Report {
  readonly columns: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
  readonly ratios: Readonly<Record<string, number>>
  readonly goals: Readonly<Record<string, number>>
}

/** The middle one of several measurements. */
export const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** Runs something a few times and answers the median of the milliseconds, after one run that doesn't count. */
export const medianTime = (runs: number, work: () => void): number => {
  work()
  return median(
    Array.from({ length: runs }, () => {
      const start = performance.now()
      work()
      return performance.now() - start
    })
  )
}

/** The milliseconds of the run that was disturbed least, after a few that don't count: for what is compared with a limit. */
export const leastTime = (runs: number, work: () => void): number => {
  for (let warming = 0; warming < 3; warming++) work()
  return Math.min(
    ...Array.from({ length: runs }, () => {
      const start = performance.now()
      work()
      return performance.now() - start
    })
  )
}
