import type { Document } from "../Document.ts"
import type { Change, Ledger } from "../LocalStore/Ledger.ts"
import { formatKey, keyOf, type Key } from "../Resource.ts"
import type * as Semantics from "../Semantics.ts"

/** The ledger in memory. Versions count changes, so the change with version `v` lies at a known place in the log. */
export class MemoryLedger implements Ledger {
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

  isBusy(): boolean {
    return false
  }

  read<A>(body: () => A): A {
    return body()
  }

  write<A>(body: () => A): A {
    const before = this.#version
    const result = body()
    if (this.#version !== before) {
      const waiting = Array.from(this.#waiting)
      this.#waiting.clear()
      for (const wake of waiting) wake()
    }
    return result
  }

  version(): number {
    return this.#version
  }

  forgotten(): number {
    return this.#forgotten
  }

  locate(uid: string): { readonly kind: string; readonly key: Key } | undefined {
    return this.#byUid.get(uid)
  }

  dependents(uid: string): ReadonlyArray<string> {
    return [...(this.#dependents.get(uid) ?? [])]
  }

  get(kind: string, key: Key): Semantics.Entry | undefined {
    return this.#kinds.get(kind)?.get(formatKey(key))
  }

  keep(kind: string, outcome: Exclude<Semantics.Outcome, { readonly _tag: "unchanged" }>): void {
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
    if (this.#log.length >= 2 * this.#keep) this.#compact(this.#version - this.#keep)
    for (const owner of before?.metadata.ownerReferences ?? []) this.#dependents.get(owner.uid)?.delete(metadata.uid)
    if (outcome._tag === "removed") {
      objects.delete(formatKey(metadata))
      this.#byUid.delete(metadata.uid)
      this.#dependents.delete(metadata.uid)
    } else {
      objects.set(formatKey(metadata), outcome.entry)
      this.#byUid.set(metadata.uid, { kind, key: keyOf(outcome.entry.document) })
      for (const owner of metadata.ownerReferences ?? []) {
        const dependents = this.#dependents.get(owner.uid) ?? new Set()
        this.#dependents.set(owner.uid, dependents.add(metadata.uid))
      }
    }
  }

  /** Forgets the single changes up to a version. */
  #compact(version: number): void {
    if (version <= this.#forgotten) return
    this.#log = this.#log.slice(version - this.#forgotten)
    this.#forgotten = version
  }

  since(kind: string, version: number): ReadonlyArray<Change> {
    return this.#log.slice(Math.max(0, version - this.#forgotten)).filter((change) => change.kind === kind)
  }

  snapshot(kind: string, version: number): ReadonlyArray<Document> {
    const objects = new Map([...(this.#kinds.get(kind) ?? [])].map(([key, entry]) => [key, entry.document]))
    for (const change of this.since(kind, version).toReversed()) {
      const key = formatKey((change.after ?? change.before)?.metadata ?? { name: "" })
      if (change.after !== undefined && change.before === undefined) objects.delete(key)
      else if (change.before !== undefined) objects.set(key, change.before)
    }
    return [...objects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, document]) => document)
  }

  onChange(version: number, wake: () => void): () => void {
    if (this.#version > version) wake()
    else this.#waiting.add(wake)
    return () => this.#waiting.delete(wake)
  }
}
