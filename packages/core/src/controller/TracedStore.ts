/**
 * A store that leaves a span of each call.
 *
 * @since 0.1.0
 */
import { Effect, Layer } from "effect"
import type { Any, Key } from "../resource/Resource.ts"
import { ResourceStore } from "../resource/ResourceStore.ts"
import * as Span from "../Telemetry/span.ts"
import type { StoreError } from "../resource/StoreError.ts"

/**
 * Leaves a span of each call to the store, so that a trace shows what a reconcile read and wrote, and how long that took.
 *
 * **When to use**
 *
 * Right above a store that lies outside of the program, below caches: what comes from memory is no call.
 *
 * **Details**
 *
 * Spans are called `ResourceStore.get` and so on, and say of which kind and object. Watches have none: they never end.
 *
 * **Example** (What goes to the server, and what comes from memory)
 *
 * ```ts
 * import { CachedStore, MemoryStore, TracedStore, type Resource } from "@lockstep/core"
 * import { Layer } from "effect"
 *
 * const store = (kind: Resource.Any) =>
 *   CachedStore.layer([{ kind }]).pipe(Layer.provide(TracedStore.layer), Layer.provide(MemoryStore.layer()))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<ResourceStore, never, ResourceStore> = Layer.effect(
  ResourceStore,
  Effect.map(ResourceStore, (store) =>
    ResourceStore.of({
      ...store,
      get: (kind, key) => traced("get", kind, key, store.get(kind, key)),
      list: (kind, options) => traced("list", kind, { ...options }, store.list(kind, options)),
      create: (kind, draft, options) => traced("create", kind, draft.metadata, store.create(kind, draft, options)),
      update: (kind, object, options) => traced("update", kind, object.metadata, store.update(kind, object, options)),
      updateStatus: (kind, object) => traced("updateStatus", kind, object.metadata, store.updateStatus(kind, object)),
      apply: (kind, intent, options) => traced("apply", kind, intent.metadata, store.apply(kind, intent, options)),
      delete: (kind, key, options) => traced("delete", kind, key, store.delete(kind, key, options))
    })
  )
)

const traced = <A>(
  method: string,
  kind: Any,
  { name, namespace }: Partial<Key>,
  call: Effect.Effect<A, StoreError>
): Effect.Effect<A, StoreError> =>
  Span.around(call, `ResourceStore.${method}`, () => ({
    kind: "client",
    attributes: {
      kind: kind.kind,
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name })
    }
  }))
