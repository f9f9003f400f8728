import { formatKey, keyOf, type Instance } from "../../resource/Resource.ts"
import type { UnreadableObject, WatchEvent } from "../../resource/ResourceStore.ts"
import * as Version from "../Version.ts"

/** How what is known changed. */
export type Change<Object> =
  | { readonly _tag: "added"; readonly object: Object; readonly initial: boolean }
  | { readonly _tag: "modified"; readonly object: Object; readonly before: Object }
  | { readonly _tag: "deleted"; readonly object: Object }
  | { readonly _tag: "unreadable"; readonly unreadable: UnreadableObject; readonly gone: boolean }

/**
 * The objects a reflector knows, and up to which version it knows them.
 *
 * One entry for each object that is there, so memory is bounded by them. What has been told already, told again, changes
 * nothing.
 */
export class Known<Object extends Instance<string, unknown, unknown>> {
  readonly #objects = new Map<string, Object>()
  readonly #unreadable = new Map<string, UnreadableObject>()
  #position: string | undefined
  #listed = false

  /** The version up to which everything is known; nothing before the first list, or after history was lost. */
  get position(): string | undefined {
    return this.#position
  }

  get size(): number {
    return this.#objects.size
  }

  /** How many objects are there that can't be read. */
  get unreadable(): number {
    return this.#unreadable.size
  }

  /** Makes the next step a list. */
  forgetPosition(): void {
    this.#position = undefined
  }

  /** Takes the result of a complete list for the truth, in one go, and answers what is different. */
  replace(
    objects: ReadonlyArray<Object>,
    version: string,
    unreadable: ReadonlyArray<UnreadableObject> = []
  ): ReadonlyArray<Change<Object>> {
    const present = new Set([...objects.map(place), ...unreadable.map(place)])
    const changes: Array<Change<Object>> = []
    for (const [key, object] of this.#objects) {
      if (present.has(key)) continue
      this.#objects.delete(key)
      changes.push({ _tag: "deleted", object })
    }
    for (const [key, one] of this.#unreadable) {
      if (present.has(key)) continue
      this.#unreadable.delete(key)
      changes.push({ _tag: "unreadable", unreadable: one, gone: true })
    }
    for (const object of objects) changes.push(...this.#put(object))
    for (const one of unreadable) changes.push(...this.#putUnreadable(one))
    this.#position = version
    this.#listed = true
    return changes
  }

  /** Takes one event of a watch and answers what it changes. */
  apply(event: WatchEvent<Object>): ReadonlyArray<Change<Object>> {
    const version = versionOf(event)
    // A server may repeat itself after a reconnect. What is older than the place we are at must not come back to life.
    if (this.#position !== undefined && Version.isNotNewer(version, this.#position)) return []
    this.#position = version
    if (event._tag === "bookmark") return []
    if (event._tag === "unreadable") {
      return event.gone ? this.#remove(event.unreadable) : this.#putUnreadable(event.unreadable)
    }
    return event._tag === "deleted" ? this.#remove(event.object) : this.#put(event.object)
  }

  #put(object: Object): ReadonlyArray<Change<Object>> {
    const key = place(object)
    const unread = this.#unreadable.get(key)
    if (unread !== undefined) {
      // Whatever was done about it while it could not be read failed. So it counts as new, however little has changed.
      this.#unreadable.delete(key)
      this.#objects.set(key, object)
      const again: Change<Object> = { _tag: "added", object, initial: false }
      return unread.metadata.uid === object.metadata.uid
        ? [again]
        : [{ _tag: "unreadable", unreadable: unread, gone: true }, again]
    }
    const before = this.#objects.get(key)
    if (before !== undefined && before.metadata.uid === object.metadata.uid) {
      if (before.metadata.resourceVersion === object.metadata.resourceVersion) return []
      this.#objects.set(key, object)
      return [{ _tag: "modified", object, before }]
    }
    this.#objects.set(key, object)
    const added: Change<Object> = { _tag: "added", object, initial: !this.#listed }
    // The same name is not the same object: what was asked of the old one doesn't hold for the new one.
    return before === undefined ? [added] : [{ _tag: "deleted", object: before }, added]
  }

  #putUnreadable(unreadable: UnreadableObject): ReadonlyArray<Change<Object>> {
    const key = place(unreadable)
    const { resourceVersion, uid } = unreadable.metadata
    const before = this.#unreadable.get(key)
    if (before?.metadata.uid === uid && before.metadata.resourceVersion === resourceVersion) return []
    const readable = this.#objects.get(key)
    this.#objects.delete(key)
    this.#unreadable.set(key, unreadable)
    const told: Change<Object> = { _tag: "unreadable", unreadable, gone: false }
    if (readable !== undefined && readable.metadata.uid !== uid) return [{ _tag: "deleted", object: readable }, told]
    return before !== undefined && before.metadata.uid !== uid
      ? [{ _tag: "unreadable", unreadable: before, gone: true }, told]
      : [told]
  }

  /** An object may be told of in its last state although it could not be read before that, and the other way round. */
  #remove(gone: Object | UnreadableObject): ReadonlyArray<Change<Object>> {
    const key = place(gone)
    const { uid } = gone.metadata
    const unread = this.#unreadable.get(key)
    if (unread?.metadata.uid === uid) {
      this.#unreadable.delete(key)
      return [{ _tag: "unreadable", unreadable: unread, gone: true }]
    }
    const before = this.#objects.get(key)
    if (before?.metadata.uid !== uid) return []
    this.#objects.delete(key)
    return [{ _tag: "deleted", object: "error" in gone ? before : gone }]
  }
}

const place = (object: Pick<UnreadableObject, "metadata">) => formatKey(keyOf(object))

const versionOf = (event: WatchEvent<Instance<string, unknown, unknown>>): string => {
  if (event._tag === "bookmark") return event.resourceVersion
  return (event._tag === "unreadable" ? event.unreadable : event.object).metadata.resourceVersion
}
