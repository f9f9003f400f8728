import type { Document } from "../Document.ts"
import { formatKey, keyOf, type Key } from "../Resource.ts"
import * as Semantics from "../Semantics.ts"

/** One change of one object; `before` and `after` tell whether it came, changed or went. */
export interface Change {
  readonly version: number
  readonly kind: string
  readonly before?: Document
  readonly after?: Document
}

/**
 * What the memory store knows: the present objects, and the latest changes in order.
 *
 * Versions count changes, so the change with version `v` lies at a known place in the log. Everything here runs to its end
 * in one go; what a reader sees is never half done.
 */
export class Ledger {
  #version = 0
  #forgotten = 0
  #log: Array<Change> = []
  readonly #keep: number
  readonly #kinds = new Map<string, Map<string, Semantics.Entry>>()
  readonly #byUid = new Map<string, { readonly kind: string; readonly key: Key }>()
  readonly #dependents = new Map<string, Set<string>>()
  readonly #waiting = new Set<() => void>()

  constructor(keep: number) {
    this.#keep = keep
  }

  get version(): number {
    return this.#version
  }

  /** Changes up to this version are no longer known one by one. */
  get forgotten(): number {
    return this.#forgotten
  }

  get(kind: string, key: Key): Semantics.Entry | undefined {
    return this.#kinds.get(kind)?.get(formatKey(key))
  }

  /** Keeps an outcome, then deletes what has lost its last owner by it. */
  commit(kind: string, outcome: Semantics.Outcome, stamp: (version: number) => Semantics.Stamp): void {
    if (outcome._tag === "unchanged") return
    this.#keepOutcome(kind, outcome)
    if (outcome._tag === "removed") {
      const { uid } = outcome.last.metadata
      for (const dependent of this.#dependents.get(uid) ?? []) this.#collect(dependent, stamp)
      this.#dependents.delete(uid)
    } else {
      this.#collect(outcome.entry.document.metadata.uid, stamp)
    }
    const waiting = Array.from(this.#waiting)
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }

  #keepOutcome(kind: string, outcome: Exclude<Semantics.Outcome, { readonly _tag: "unchanged" }>): void {
    const after = outcome._tag === "removed" ? undefined : outcome.entry.document
    const { metadata } = after ?? (outcome._tag === "removed" ? outcome.last : outcome.entry.document)
    const objects = this.#kinds.get(kind) ?? new Map<string, Semantics.Entry>()
    this.#kinds.set(kind, objects)
    const before = objects.get(formatKey(metadata))?.document
    this.#version = Number(metadata.resourceVersion)
    this.#log.push({
      version: this.#version,
      kind,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after })
    })
    if (this.#log.length >= 2 * this.#keep) this.compact(this.#version - this.#keep)
    for (const owner of before?.metadata.ownerReferences ?? []) this.#dependents.get(owner.uid)?.delete(metadata.uid)
    if (outcome._tag === "removed") {
      objects.delete(formatKey(metadata))
      this.#byUid.delete(metadata.uid)
    } else {
      objects.set(formatKey(metadata), outcome.entry)
      this.#byUid.set(metadata.uid, { kind, key: keyOf(outcome.entry.document) })
      for (const owner of metadata.ownerReferences ?? []) {
        const dependents = this.#dependents.get(owner.uid) ?? new Set()
        this.#dependents.set(owner.uid, dependents.add(metadata.uid))
      }
    }
  }

  #collect(uid: string, stamp: (version: number) => Semantics.Stamp): void {
    const found = this.#byUid.get(uid)
    const entry = found === undefined ? undefined : this.get(found.kind, found.key)
    if (found === undefined || entry === undefined) return
    const owners = entry.document.metadata.ownerReferences ?? []
    if (owners.length === 0 || owners.some((owner) => this.#byUid.has(owner.uid))) return
    const decision = Semantics.remove(entry.document, entry, found.key, stamp(this.#version + 1))
    if (decision._tag === "Success") this.commit(found.kind, decision.success, stamp)
  }

  /** Forgets the single changes up to a version. */
  compact(version: number): void {
    if (version <= this.#forgotten) return
    this.#log = this.#log.slice(version - this.#forgotten)
    this.#forgotten = version
  }

  /** The changes of a kind after a version; that version must not be forgotten. */
  since(kind: string, version: number): ReadonlyArray<Change> {
    return this.#log.slice(Math.max(0, version - this.#forgotten)).filter((change) => change.kind === kind)
  }

  /** The objects of a kind as they were at a version, in the order of their keys; that version must not be forgotten. */
  snapshot(kind: string, version: number): ReadonlyArray<Document> {
    const objects = new Map([...(this.#kinds.get(kind) ?? [])].map(([key, entry]) => [key, entry.document]))
    for (const change of this.since(kind, version).toReversed()) {
      const key = formatKey((change.after ?? change.before)?.metadata ?? { name: "" })
      if (change.after !== undefined && change.before === undefined) objects.delete(key)
      else if (change.before !== undefined) objects.set(key, change.before)
    }
    return [...objects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, document]) => document)
  }

  /** Calls back once, after the next change. */
  onChange(wake: () => void): () => void {
    this.#waiting.add(wake)
    return () => this.#waiting.delete(wake)
  }
}
