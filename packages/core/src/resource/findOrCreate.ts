import { Effect } from "effect"
import type { DraftMetadata } from "./Metadata.ts"
import { key, type Draft, type Instance, type Resource } from "./Resource.ts"
import { ResourceStore } from "./ResourceStore.ts"
import type { StoreError } from "./StoreError.ts"

/**
 * What one gives to create an object whose name is known.
 *
 * @category models
 * @since 0.1.0
 */
export interface NamedDraft<Spec> extends Draft<Spec> {
  readonly metadata: DraftMetadata & { readonly name: string }
}

/**
 * Returns the object of a draft's name, and creates it if there is none.
 *
 * **When to use**
 *
 * Where it doesn't matter who created the object. One that is there is left as it is, also where it differs from the draft:
 * whoever needs more than the name to be right looks at what came back.
 *
 * **Details**
 *
 * Somebody who creates it at the same moment is no failure: then theirs is returned.
 *
 * @category combinators
 * @since 0.1.0
 */
export const findOrCreate: <Kind extends string, Spec, Status>(
  resource: Resource<Kind, Spec, Status>,
  draft: NamedDraft<Spec>
) => Effect.Effect<
  { readonly created: boolean; readonly object: Instance<Kind, Spec, Status> },
  StoreError,
  ResourceStore
> = Effect.fnUntraced(function* (resource, draft) {
  const store = yield* ResourceStore
  const find = Effect.map(store.get(resource, key(draft.metadata.name, draft.metadata.namespace)), (object) => ({
    created: false,
    object
  }))
  const create = Effect.map(store.create(resource, draft), (object) => ({ created: true, object }))
  return yield* find.pipe(
    Effect.catchReason("StoreError", "NotFound", () => create),
    Effect.catchReason("StoreError", "AlreadyExists", () => find)
  )
})
