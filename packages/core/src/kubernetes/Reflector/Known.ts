import { formatKey, keyOf, type Instance } from "../../resource/Resource.ts"
import type { WatchEvent } from "../../resource/ResourceStore.ts"
import * as Version from "../Version.ts"

/** How what is known changed. */
export type Change<Object> =
  | { readonly _tag: "added"; readonly object: Object; readonly initial: boolean }
  | { readonly _tag: "modified"; readonly object: Object; readonly before: Object }
  | { readonly _tag: "deleted"; readonly object: Object }

/**
 * The objects a reflector knows, and up to which version it knows them.
 *
 * One entry for each object that is there, so memory is bounded by them. What has been told already, told again, changes
 * nothing.
 */
export class Known<Object extends Instance<string, unknown, unknown>> {
  readonly #objects = new Map<string, Object>()
  #position: string | undefined
  #listed = false

  /** The version up to which everything is known; nothing before the first list, or after history was lost. */
  get position(): string | undefined {
    return this.#position
  }

  get size(): number {
    return this.#objects.size
  }

  /** Makes the next step a list. */
  forgetPosition(): void {
    this.#position = undefined
  }

  /** Takes the result of a complete list for the truth, in one go, and answers what is different. */
  replace(objects: ReadonlyArray<Object>, version: string): ReadonlyArray<Change<Object>> {
    const present = new Set(objects.map(place))
    const changes: Array<Change<Object>> = []
    for (const [key, object] of this.#objects) {
      if (present.has(key)) continue
      this.#objects.delete(key)
      changes.push({ _tag: "deleted", object })
    }
    for (const object of objects) changes.push(...this.#put(object))
    this.#position = version
    this.#listed = true
    return changes
  }

  /** Takes one event of a watch and answers what it changes. */
  apply(event: WatchEvent<Object>): ReadonlyArray<Change<Object>> {
    const version = event._tag === "bookmark" ? event.resourceVersion : event.object.metadata.resourceVersion
    // A server may repeat itself after a reconnect. What is older than the place we are at must not come back to life.
    if (this.#position !== undefined && Version.isNotNewer(version, this.#position)) return []
    this.#position = version
    if (event._tag === "bookmark") return []
    return event._tag === "deleted" ? this.#remove(event.object) : this.#put(event.object)
  }

  #put(object: Object): ReadonlyArray<Change<Object>> {
    const key = place(object)
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

  #remove(object: Object): ReadonlyArray<Change<Object>> {
    const key = place(object)
    if (this.#objects.get(key)?.metadata.uid !== object.metadata.uid) return []
    this.#objects.delete(key)
    return [{ _tag: "deleted", object }]
  }
}

const place = (object: Instance<string, unknown, unknown>) => formatKey(keyOf(object))
