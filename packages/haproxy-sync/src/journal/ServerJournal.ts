import { Clock, Effect, Option } from "effect"
import { randomUUID } from "node:crypto"
import { Journal, memoryJournal } from "./Journal.ts"
import type { ChangeRecord, JournalRecord, RecordKey, TransactionRecord } from "./JournalRecord.ts"
import { isGone, type Owner, thisProcess } from "./Owner.ts"

/** What processes that have ended, or have given up, have left behind. */
export interface LeftBehind {
  readonly transactions: ReadonlyArray<TransactionRecord>
  /** The oldest first. */
  readonly changes: ReadonlyArray<ChangeRecord>
}

/**
 * The journal of one server. It never fails: what can't be written down is remembered in memory, and a warning tells, once.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServerJournal {
  /** Everything, also of processes that are at work. */
  readonly records: Effect.Effect<ReadonlyArray<JournalRecord>>
  readonly left: Effect.Effect<LeftBehind>
  readonly begun: (id: string, version: number) => Effect.Effect<void>
  /** A transaction that this process could not end: whoever comes next may. */
  readonly abandoned: (id: string, version: number) => Effect.Effect<void>
  readonly ended: (id: string) => Effect.Effect<void>
  /** Writes down that something is about to be sent; answers what that is called. */
  readonly sending: (good: ChangeRecord["good"]) => Effect.Effect<string>
  /** It is over, and not known whether HAProxy runs what is stored. */
  readonly unsettled: (id: string, good: ChangeRecord["good"], open: ChangeRecord["open"]) => Effect.Effect<void>
  readonly settled: (id: string) => Effect.Effect<void>
  /** Writes down what was stored of a file. */
  readonly sent: (id: string, content: string) => Effect.Effect<void>
  /** Whether this is what was stored of a file last; undefined where nothing is known. */
  readonly isSent: (id: string, content: string) => Effect.Effect<boolean | undefined>
  readonly forgetSent: (id: string) => Effect.Effect<void>
  /** A digest with the journal's key; undefined where it has none. */
  readonly digest: (content: string) => Effect.Effect<string | undefined>
}

/** A journal whose place can't be used remembers in memory. */
const careful = (inner: Journal["Service"]) => {
  const memory = memoryJournal()
  let told = false
  const tell = (message: string) =>
    Effect.suspend(() => {
      if (told) return Effect.void
      told = true
      return Effect.logWarning(`${message}. Until then, what is left open is forgotten when this program ends`)
    })
  return {
    records: (server: string) =>
      Effect.zipWith(
        Effect.catch(inner.records(server), ({ message }) =>
          Effect.as(tell(message), [] as ReadonlyArray<JournalRecord>)
        ),
        memory.records(server),
        (stored, remembered) => [...stored, ...remembered]
      ),
    put: (server: string, record: JournalRecord) =>
      Effect.catch(inner.put(server, record), ({ message }) =>
        Effect.andThen(tell(message), memory.put(server, record))
      ),
    remove: (server: string, key: RecordKey) =>
      Effect.andThen(
        memory.remove(server, key),
        Effect.catch(inner.remove(server, key), ({ message }) => tell(message))
      ),
    digest: (content: string) =>
      Effect.catch(inner.digest(content), ({ message }) => Effect.as(tell(message), undefined))
  }
}

/** The address without what lets somebody in, and without what means the same. */
const serverOf = (url: string): string => {
  if (!URL.canParse(url) || url.startsWith("unix:")) return url
  const parsed = new URL(url)
  return `${parsed.protocol}//${parsed.host}${parsed.pathname.replace(/\/(v[23])?\/*$/, "")}`
}

/** The journal of the server at an address: the one that is provided, else one in memory. */
export const journalOf = Effect.fnUntraced(function* (url: string) {
  const provided = yield* Effect.serviceOption(Journal)
  return makeServerJournal(
    careful(Option.getOrElse(provided, () => Journal.of(memoryJournal()))),
    serverOf(url),
    yield* thisProcess
  )
})

const makeServerJournal = (journal: ReturnType<typeof careful>, server: string, by: Owner): ServerJournal => {
  const isLeft = (record: TransactionRecord | ChangeRecord) =>
    record.left
      ? Effect.succeed(true)
      : Effect.flatMap(Clock.currentTimeMillis, (now) => isGone(record.by, now - record.at))
  const put = (record: Omit<TransactionRecord, "at" | "by"> | Omit<ChangeRecord, "at" | "by">) =>
    Effect.flatMap(Clock.currentTimeMillis, (at) => journal.put(server, { ...record, at, by }))
  const records = journal.records(server)
  const transaction = (id: string, version: number, left: boolean) => put({ kind: "transaction", id, version, left })
  return {
    records,
    left: Effect.gen(function* () {
      const all = yield* records
      const left = yield* Effect.filter(
        all.filter((record) => record.kind !== "sent"),
        isLeft
      )
      return {
        transactions: left.filter((record) => record.kind === "transaction"),
        changes: left.filter((record) => record.kind === "change").toSorted((a, b) => a.at - b.at)
      }
    }),
    begun: (id, version) => transaction(id, version, false),
    abandoned: (id, version) => transaction(id, version, true),
    ended: (id) => journal.remove(server, { kind: "transaction", id }),
    sending: Effect.fnUntraced(function* (good) {
      const id = randomUUID()
      yield* put({ kind: "change", id, left: false, open: "reload", good })
      return id
    }),
    unsettled: (id, good, open) => put({ kind: "change", id, left: true, open, good }),
    settled: (id) => journal.remove(server, { kind: "change", id }),
    sent: Effect.fnUntraced(function* (id, content) {
      const digest = yield* journal.digest(content)
      if (digest !== undefined) yield* journal.put(server, { kind: "sent", id, digest })
    }),
    isSent: Effect.fnUntraced(function* (id, content) {
      const known = (yield* records).find((record) => record.kind === "sent" && record.id === id)
      if (known?.kind !== "sent") return undefined
      const digest = yield* journal.digest(content)
      return digest === undefined ? undefined : digest === known.digest
    }),
    forgetSent: (id) => journal.remove(server, { kind: "sent", id }),
    digest: journal.digest
  }
}

/** Writes nothing down, for what changes nothing. */
export const inertJournal: ServerJournal = {
  records: Effect.succeed([]),
  left: Effect.succeed({ transactions: [], changes: [] }),
  begun: () => Effect.void,
  abandoned: () => Effect.void,
  ended: () => Effect.void,
  sending: () => Effect.succeed(""),
  unsettled: () => Effect.void,
  settled: () => Effect.void,
  sent: () => Effect.void,
  isSent: () => Effect.succeed(undefined),
  forgetSent: () => Effect.void,
  digest: () => Effect.succeed(undefined)
}
