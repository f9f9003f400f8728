import type { ReflectorEvent } from "../../kubernetes/Reflector.ts"
import * as Version from "../../kubernetes/Version.ts"
import { formatKey, keyOf, type Instance, type Key } from "../../resource/Resource.ts"
import type { UnreadableObject } from "../../resource/ResourceStore.ts"
import type { Index } from "../Index.ts"
import { Pointers } from "./Pointers.ts"

/** What the store answered to a write of ours, of which the watch has not told yet. */
type Written<Object> =
  | { readonly _tag: "present"; readonly object: Object }
  | { readonly _tag: "gone"; readonly uid: string }

/**
 * The objects as a watch has told of them, with our own writes laid over them until it tells of those too.
 *
 * A write is laid aside as soon as the watch has come to its version: from there on it knows better.
 */
export class Shelf<Object extends Instance<string, unknown, unknown>> {
  readonly #objects = new Map<string, Object>()
  readonly #unreadable = new Map<string, UnreadableObject>()
  readonly #pointers = new Map<Index<Object>, Pointers<Object>>()
  readonly #written = new Map<string, Written<Object>>()
  #position: string | undefined

  get position(): string | undefined {
    return this.#position
  }

  /** Writes that the watch has not told of yet. */
  get pending(): number {
    return this.#written.size
  }

  get(key: Key): Object | undefined {
    return this.#at(formatKey(key))
  }

  list(): ReadonlyArray<Object> {
    const places = new Set([...this.#objects.keys(), ...this.#written.keys()])
    return [...places].toSorted().flatMap((place) => this.#at(place) ?? [])
  }

  /** The objects that have a value of an index, in the order of their keys. From the first time on it is kept up to date. */
  find(index: Index<Object>, value: string): ReadonlyArray<Object> {
    const pointers = this.#pointers.get(index) ?? new Pointers(index, this.#objects)
    this.#pointers.set(index, pointers)
    const places = new Set([...pointers.at(value), ...this.#written.keys()])
    return [...places].toSorted().flatMap((place) => {
      const object = this.#at(place)
      return object !== undefined && index.values(object).includes(value) ? [object] : []
    })
  }

  /** The object that is there and can't be read, if that is the last that is known of it. */
  unreadable(key: Key): UnreadableObject | undefined {
    const at = formatKey(key)
    return this.#written.has(at) ? undefined : this.#unreadable.get(at)
  }

  /** All objects that can't be read, in the order of their keys. */
  allUnreadable(): ReadonlyArray<UnreadableObject> {
    return [...this.#unreadable.keys()].toSorted().flatMap((key) => this.#unreadable.get(key) ?? [])
  }

  /** The objects as the watch has told of them. */
  seen(): ReadonlyArray<Object> {
    return [...this.#objects.values()]
  }

  take(event: ReflectorEvent<Object>): void {
    switch (event._tag) {
      case "added":
      case "modified": {
        const key = place(event.object)
        this.#put(key, event.object)
        this.#unreadable.delete(key)
        this.#moveTo(event.object.metadata.resourceVersion)
        return this.#settle(key)
      }
      case "deleted": {
        const key = place(event.object)
        this.#drop(key)
        this.#moveTo(event.object.metadata.resourceVersion)
        return this.#settle(key)
      }
      case "unreadable": {
        const key = place(event.unreadable)
        this.#drop(key)
        if (event.gone) this.#unreadable.delete(key)
        else this.#unreadable.set(key, event.unreadable)
        this.#moveTo(event.unreadable.metadata.resourceVersion)
        return this.#settle(key)
      }
      case "synced":
        // A server that was restored to an earlier time doesn't know of our writes.
        if (this.#position !== undefined && Version.isNewer(this.#position, event.resourceVersion))
          this.#written.clear()
        this.#position = event.resourceVersion
        for (const key of this.#written.keys()) this.#settle(key)
    }
  }

  noteWritten(object: Object): void {
    if (this.#isPast(object)) return
    const seen = this.#objects.get(place(object))
    if (seen?.metadata.uid === object.metadata.uid && covers(seen, object)) return
    this.#written.set(place(object), { _tag: "present", object })
  }

  noteGone(object: Object): void {
    const { uid } = object.metadata
    if (this.#objects.get(place(object))?.metadata.uid === uid) this.#written.set(place(object), { _tag: "gone", uid })
    else this.#written.delete(place(object))
  }

  #put(key: string, object: Object): void {
    this.#objects.set(key, object)
    for (const [index, pointers] of this.#pointers) {
      try {
        pointers.set(key, object)
      } catch {
        // It is the mistake of who looks things up by it, who meets it at the next time that it is built.
        this.#pointers.delete(index)
      }
    }
  }

  #drop(key: string): void {
    this.#objects.delete(key)
    for (const pointers of this.#pointers.values()) pointers.remove(key)
  }

  #at(key: string): Object | undefined {
    const written = this.#written.get(key)
    const seen = this.#objects.get(key)
    if (written === undefined) return seen
    if (written._tag === "present") return written.object
    return seen?.metadata.uid === written.uid ? undefined : seen
  }

  /** Lays a write aside of which the watch has told, or that it has passed. */
  #settle(key: string): void {
    const written = this.#written.get(key)
    const seen = this.#objects.get(key)
    if (written === undefined) return
    const done =
      written._tag === "gone"
        ? seen?.metadata.uid !== written.uid
        : this.#isPast(written.object) || (seen !== undefined && covers(seen, written.object))
    if (done) this.#written.delete(key)
  }

  #moveTo(version: string): void {
    if (this.#position !== undefined && Version.isNewer(version, this.#position)) this.#position = version
  }

  #isPast(written: Object): boolean {
    return this.#position !== undefined && Version.isNotNewer(written.metadata.resourceVersion, this.#position)
  }
}

const covers = (seen: Instance<string, unknown, unknown>, written: Instance<string, unknown, unknown>): boolean =>
  Version.isNotNewer(written.metadata.resourceVersion, seen.metadata.resourceVersion)

const place = (object: Pick<UnreadableObject, "metadata">) => formatKey(keyOf(object))
