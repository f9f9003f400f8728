/**
 * Ways to find the objects of a kind without looking at all of them.
 *
 * @since 0.1.0
 */
import type { Instance } from "../resource/Resource.ts"

/**
 * A way to find objects: by values that each of them has.
 *
 * @category models
 * @since 0.1.0
 */
export interface Index<in Object> {
  readonly values: (object: Object) => ReadonlyArray<string>
}

type Any = Instance<string, unknown, unknown>

/**
 * Creates an index by values of your own.
 *
 * **When to use**
 *
 * Where objects of one kind name objects of another, and a change of those has to lead to these: see `Source.referring`.
 * Make it once, outside of functions: caches keep it up to date from its first use on, one for each that was made.
 *
 * **Gotchas**
 *
 * The function must depend on nothing but the object.
 *
 * **Example** (Trackers by the secret that they name)
 *
 * ```ts
 * import { Index } from "@lockstep/core"
 *
 * const bySecret = Index.make((tracker: { readonly spec: { readonly secret?: string } }) =>
 *   tracker.spec.secret === undefined ? [] : [tracker.spec.secret]
 * )
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <Object>(values: (object: Object) => ReadonlyArray<string>): Index<Object> => ({ values })

/**
 * Creates an index by the value of a label.
 *
 * @category constructors
 * @since 0.1.0
 */
export const byLabel = (name: string): Index<Any> =>
  make(({ metadata }) => {
    const value = metadata.labels?.[name]
    return value === undefined ? [] : [value]
  })

/**
 * The index by the uids of owners.
 *
 * @category indexes
 * @since 0.1.0
 */
export const byOwner: Index<Any> = make(({ metadata }) => (metadata.ownerReferences ?? []).map(({ uid }) => uid))

/**
 * The index by namespaces.
 *
 * @category indexes
 * @since 0.1.0
 */
export const byNamespace: Index<Any> = make(({ metadata }) =>
  metadata.namespace === undefined ? [] : [metadata.namespace]
)
