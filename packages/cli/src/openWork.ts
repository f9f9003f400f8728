import type { ChangeRecord, JournalRecord, LeftBehind } from "@lockstep/haproxy-sync"

/** What is written down of a transaction: it was begun by a lockstep, which may have left it behind. */
interface Begun {
  readonly ours: true
  readonly left: boolean
}

/** A change whose end nobody has seen. */
interface Open {
  readonly since: string
  readonly open: ChangeRecord["open"]
  readonly left: boolean
}

/** What is open by the journal: transactions by their id, and changes. */
export const openOf = (records: ReadonlyArray<JournalRecord>, left: LeftBehind) => {
  const leftIds = new Set([...left.transactions, ...left.changes].map(({ id }) => id))
  return {
    transactions: new Map(
      records.flatMap((record): ReadonlyArray<readonly [string, Begun]> =>
        record.kind === "transaction" ? [[record.id, { ours: true, left: leftIds.has(record.id) }]] : []
      )
    ),
    changes: records.flatMap((record): ReadonlyArray<Open> =>
      record.kind === "change"
        ? [{ since: new Date(record.at).toISOString(), open: record.open, left: leftIds.has(record.id) }]
        : []
    )
  }
}

/** What is said of a transaction beside its status. */
export const begunBy = (begun: Begun | undefined): string =>
  begun === undefined ? "" : `, begun by lockstep${begun.left ? " and left behind: the next apply deletes it" : ""}`

/** What is said of a change. */
export const sentenceOf = ({ left, open, since }: Open): string => {
  if (!left) return `a change is under way since ${since}`
  return open === "reload"
    ? `a change was sent at ${since} whose reload nobody saw end: the next apply makes it certain`
    : `a roll back is due since ${since}: the next apply sees whether HAProxy takes what is stored`
}
