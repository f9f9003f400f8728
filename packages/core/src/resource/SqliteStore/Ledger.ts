import type { DatabaseSync, StatementSync } from "node:sqlite"
import type { Document } from "../Document.ts"
import type { Change, Ledger } from "../LocalStore/Ledger.ts"
import { formatKey, parseKey, type Key } from "../Resource.ts"
import type * as Semantics from "../Semantics.ts"

type Row = { readonly [column: string]: unknown }

/** The ledger in a SQLite file, which several programs may have open: each write is one transaction. */
export class SqliteLedger implements Ledger {
  readonly #db: DatabaseSync
  readonly #keep: number
  readonly #statements = new Map<string, StatementSync>()
  readonly #waiting = new Set<() => void>()
  #seen: number

  constructor(db: DatabaseSync, keep: number) {
    this.#db = db
    this.#keep = keep
    this.#seen = this.version()
  }

  isBusy(cause: unknown): boolean {
    return isBusy(cause)
  }

  read<A>(body: () => A): A {
    return this.#transaction("BEGIN DEFERRED", body)
  }

  write<A>(body: () => A): A {
    // The lock is taken before anything is read, so that what is decided on can't change before it is written.
    const result = this.#transaction("BEGIN IMMEDIATE", body)
    this.wakeIfChanged()
    return result
  }

  #transaction<A>(begin: string, body: () => A): A {
    this.#db.exec(begin)
    try {
      const result = body()
      this.#db.exec("COMMIT")
      return result
    } catch (error) {
      // SQLite has rolled back by itself where it could not go on.
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK")
      throw error
    }
  }

  /** Wakes who waits if there was a change, by this program or another one. */
  wakeIfChanged(): void {
    if (this.#waiting.size === 0) return
    const version = this.version()
    if (version === this.#seen) return
    this.#seen = version
    const waiting = Array.from(this.#waiting)
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }

  version(): number {
    return Number(this.#one("SELECT version FROM state")?.["version"])
  }

  forgotten(): number {
    return Number(this.#one("SELECT forgotten FROM state")?.["forgotten"])
  }

  get(kind: string, key: Key): Semantics.Entry | undefined {
    const row = this.#one("SELECT document, ownership FROM objects WHERE kind = ? AND key = ?", kind, formatKey(key))
    if (row === undefined) return undefined
    const ownership: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = JSON.parse(String(row["ownership"]))
    return {
      document: read(row["document"]),
      ownership: new Map(ownership.map(([manager, owned]) => [manager, new Set(owned)]))
    }
  }

  locate(uid: string): { readonly kind: string; readonly key: Key } | undefined {
    const row = this.#one("SELECT kind, key FROM objects WHERE uid = ?", uid)
    return row === undefined ? undefined : { kind: String(row["kind"]), key: parseKey(String(row["key"])) }
  }

  dependents(uid: string): ReadonlyArray<string> {
    return this.#all("SELECT uid FROM owned WHERE owner = ? ORDER BY uid", uid).map((row) => String(row["uid"]))
  }

  keep(kind: string, outcome: Exclude<Semantics.Outcome, { readonly _tag: "unchanged" }>): void {
    const after = outcome._tag === "removed" ? undefined : outcome.entry
    const { metadata } = outcome._tag === "removed" ? outcome.last : outcome.entry.document
    const version = Number(metadata.resourceVersion)
    const key = formatKey(metadata)
    const before = this.#one("SELECT document FROM objects WHERE kind = ? AND key = ?", kind, key)?.["document"]
    const document = after === undefined ? null : JSON.stringify(after.document)
    this.#run("UPDATE state SET version = ?", version)
    this.#run(
      "INSERT INTO changes VALUES (?, ?, ?, ?)",
      version,
      kind,
      before === undefined ? null : String(before),
      document
    )
    this.#run("DELETE FROM owned WHERE uid = ?", metadata.uid)
    if (after === undefined) {
      this.#run("DELETE FROM objects WHERE kind = ? AND key = ?", kind, key)
    } else {
      const ownership = JSON.stringify([...after.ownership].map(([manager, owned]) => [manager, [...owned]]))
      this.#run("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?)", kind, key, metadata.uid, document, ownership)
      for (const owner of metadata.ownerReferences ?? []) {
        this.#run("INSERT OR IGNORE INTO owned VALUES (?, ?)", owner.uid, metadata.uid)
      }
    }
    if (version - this.forgotten() >= 2 * this.#keep) this.#compact(version - this.#keep)
  }

  #compact(version: number): void {
    this.#run("DELETE FROM changes WHERE version <= ?", version)
    this.#run("UPDATE state SET forgotten = ?", version)
  }

  since(kind: string, version: number): ReadonlyArray<Change> {
    return this.#all(
      "SELECT version, before, after FROM changes WHERE version > ? AND kind = ? ORDER BY version",
      version,
      kind
    ).map((row) => ({
      version: Number(row["version"]),
      kind,
      ...(row["before"] === null ? {} : { before: read(row["before"]) }),
      ...(row["after"] === null ? {} : { after: read(row["after"]) })
    }))
  }

  snapshot(kind: string, version: number): ReadonlyArray<Document> {
    const present = this.#all("SELECT key, document FROM objects WHERE kind = ? ORDER BY key", kind)
    const later = this.since(kind, version)
    if (later.length === 0) return present.map((row) => read(row["document"]))
    const objects = new Map(present.map((row) => [String(row["key"]), read(row["document"])]))
    for (const { after, before } of later.toReversed()) {
      if (before !== undefined) objects.set(formatKey(before.metadata), before)
      else if (after !== undefined) objects.delete(formatKey(after.metadata))
    }
    return [...objects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, document]) => document)
  }

  onChange(version: number, wake: () => void): () => void {
    this.#seen = Math.min(this.#seen, version)
    this.#waiting.add(wake)
    try {
      this.wakeIfChanged()
    } catch {
      // Whoever can't be told now is told when the file is looked at next.
    }
    return () => this.#waiting.delete(wake)
  }

  #statement(sql: string): StatementSync {
    const prepared = this.#statements.get(sql) ?? this.#db.prepare(sql)
    this.#statements.set(sql, prepared)
    return prepared
  }

  #one(sql: string, ...values: ReadonlyArray<string | number>): Row | undefined {
    return this.#statement(sql).get(...values)
  }

  #all(sql: string, ...values: ReadonlyArray<string | number>): ReadonlyArray<Row> {
    return this.#statement(sql).all(...values)
  }

  #run(sql: string, ...values: ReadonlyArray<string | number | null>): void {
    this.#statement(sql).run(...values)
  }
}

const read = (text: unknown): Document => JSON.parse(String(text))

/** SQLITE_BUSY or SQLITE_LOCKED, in any of their forms: another program has the file just now. */
export const isBusy = (cause: unknown): boolean =>
  cause instanceof Error && "errcode" in cause && [5, 6].includes(Number(cause.errcode) & 0xff)
