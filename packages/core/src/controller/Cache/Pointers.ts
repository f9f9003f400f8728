import type { Index } from "../Index.ts"

/** Which objects have which values of an index, kept up to date one object at a time. */
export class Pointers<Object> {
  readonly #index: Index<Object>
  readonly #places = new Map<string, Set<string>>()
  readonly #values = new Map<string, ReadonlyArray<string>>()

  constructor(index: Index<Object>, objects: ReadonlyMap<string, Object>) {
    this.#index = index
    for (const [place, object] of objects) this.set(place, object)
  }

  /** Where the objects with a value are. */
  at(value: string): Iterable<string> {
    return this.#places.get(value) ?? []
  }

  set(place: string, object: Object): void {
    const values = this.#index.values(object)
    this.remove(place)
    if (values.length === 0) return
    this.#values.set(place, values)
    for (const value of values) {
      const places = this.#places.get(value)
      if (places === undefined) this.#places.set(value, new Set([place]))
      else places.add(place)
    }
  }

  remove(place: string): void {
    for (const value of this.#values.get(place) ?? []) {
      const places = this.#places.get(value)
      places?.delete(place)
      if (places?.size === 0) this.#places.delete(value)
    }
    this.#values.delete(place)
  }
}
