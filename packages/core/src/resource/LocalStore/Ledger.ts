import { Data, Result } from "effect"
import type { Document } from "../Document.ts"
import type { Key } from "../Resource.ts"
import * as Semantics from "../Semantics.ts"

/** One change of one object; `before` and `after` tell whether it came, changed or went. */
export interface Change {
  readonly version: number
  readonly kind: string
  readonly before?: Document
  readonly after?: Document
}

/**
 * What a local store keeps: the present objects, and the latest changes in order.
 *
 * Versions count changes. Everything here runs to its end in one go: what a reader sees is never half done.
 */
export interface Ledger {
  /** Whether something thrown says no more than that another program is writing. */
  isBusy(cause: unknown): boolean
  /** Reads of one moment. */
  read<A>(body: () => A): A
  /** Reads and writes of one moment, all of them or none; then wakes who waits for a change. */
  write<A>(body: () => A): A
  /** The version of the latest change. */
  version(): number
  /** Changes up to this version are no longer known one by one. */
  forgotten(): number
  get(kind: string, key: Key): Semantics.Entry | undefined
  /** The changes of a kind after a version; that version must not be forgotten. */
  since(kind: string, version: number): ReadonlyArray<Change>
  /** The objects of a kind as they were at a version, in the order of their keys; that version must not be forgotten. */
  snapshot(kind: string, version: number): ReadonlyArray<Document>
  /** Calls back once, when there is a change after a version: at once if there is one already. Returns what stops it. */
  onChange(version: number, wake: () => void): () => void
  /** Where the object with a uid is found. */
  locate(uid: string): { readonly kind: string; readonly key: Key } | undefined
  /** The uids of the objects that name an owner. */
  dependents(uid: string): ReadonlyArray<string>
  /** Keeps what a write led to; only within `write`. */
  keep(kind: string, outcome: Exclude<Semantics.Outcome, { readonly _tag: "unchanged" }>): void
}

/** What a ledger threw. */
export class LedgerFailed extends Data.TaggedError("LedgerFailed")<{ readonly cause: unknown }> {}

/** Keeps an outcome, then deletes what has lost its last owner by it. Only within `write`. */
export const commit = (
  ledger: Ledger,
  kind: string,
  outcome: Semantics.Outcome,
  stamp: (version: number) => Semantics.Stamp
): void => {
  if (outcome._tag === "unchanged") return
  const dependents = outcome._tag === "removed" ? ledger.dependents(outcome.last.metadata.uid) : []
  ledger.keep(kind, outcome)
  if (outcome._tag === "removed") for (const dependent of dependents) collect(ledger, dependent, stamp)
  else collect(ledger, outcome.entry.document.metadata.uid, stamp)
}

const collect = (ledger: Ledger, uid: string, stamp: (version: number) => Semantics.Stamp): void => {
  const found = ledger.locate(uid)
  const entry = found === undefined ? undefined : ledger.get(found.kind, found.key)
  if (found === undefined || entry === undefined) return
  const owners = entry.document.metadata.ownerReferences ?? []
  if (owners.length === 0 || owners.some((owner) => ledger.locate(owner.uid) !== undefined)) return
  const decision = Semantics.remove(entry.document, entry, found.key, stamp(ledger.version() + 1))
  if (Result.isSuccess(decision)) commit(ledger, found.kind, decision.success, stamp)
}
