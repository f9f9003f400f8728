/**
 * A store over an API server of Kubernetes.
 *
 * @since 0.1.0
 */
import { Effect, Layer, Result, Schema, Stream } from "effect"
import { invalid, subject } from "../resource/Document.ts"
import { draftKey, checkScope } from "../resource/Semantics.ts"
import { keyOf, type Any, type Instance, type Key, type Resource } from "../resource/Resource.ts"
import {
  ResourceStore,
  type ListOptions,
  type Page,
  type UnreadableObject,
  type WatchEvent,
  type WatchOptions
} from "../resource/ResourceStore.ts"
import { BadRequest, StoreError } from "../resource/StoreError.ts"
import { checkDraft, editable, encode, readAmongOthers, toObject } from "./KubernetesStore/objects.ts"
import { collectionOf, objectOf } from "./KubernetesStore/paths.ts"
import { toStoreError } from "./KubernetesStore/toStoreError.ts"
import { follow } from "./KubernetesStore/watch.ts"
import { Transport, type Request } from "./Transport.ts"

/**
 * Provides a `ResourceStore` whose objects are custom resources of a cluster.
 *
 * **When to use**
 *
 * For an operator that runs on Kubernetes. The kinds must be installed (`lockstep crd install`).
 *
 * **Details**
 *
 * - A watch goes on where the server ends it, as it does every few minutes, and fails with `Unavailable` where it breaks
 *   off: begin again from the last version it told. It also fails with `Expired` where the server does not know the version
 *   any more, or does not know it yet because its storage was set back.
 * - A write that makes no sense is refused before it is sent, in the same words as by the local stores.
 * - A delete reads the object first, and then deletes that very one.
 *
 * **Gotchas**
 *
 * Objects of owners that are gone are deleted by the cluster's garbage collector, not by this store: an API server alone,
 * as in tests, deletes none of them.
 *
 * **Example** (An operator's store)
 *
 * ```ts
 * import { ResourceStore } from "@lockstep/core"
 * import { KubernetesStore, Transport } from "@lockstep/core/kubernetes"
 * import { Effect, Layer } from "effect"
 *
 * const program = ResourceStore.use((store) => Effect.succeed(store)).pipe(
 *   Effect.provide(KubernetesStore.layer.pipe(Layer.provide(Transport.layer())))
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<ResourceStore, never, Transport> = Layer.effect(
  ResourceStore,
  Transport.useSync((transport) => make(transport))
)

const defaultManager = "lockstep"

type Kind<K extends string, Spec, Status> = Resource<K, Spec, Status>

const make = (transport: Transport["Service"]): ResourceStore["Service"] => {
  const call = (about: { readonly subject: string; readonly version?: string }, request: Request) =>
    Effect.mapError(transport.call(request), toStoreError(about))

  const find = (resource: Any, key: Key) =>
    Effect.andThen(
      Effect.fromResult(checkScope(resource, key)),
      call({ subject: subject(resource, key) }, { method: "GET", path: objectOf(resource, key) })
    )

  const get = <K extends string, Spec, Status>(resource: Kind<K, Spec, Status>, key: Key) =>
    Effect.flatMap(find(resource, key), (sent) => Effect.fromResult(toObject(resource, sent)))

  const list = <K extends string, Spec, Status>(
    resource: Kind<K, Spec, Status>,
    options: ListOptions = {}
  ): Effect.Effect<Page<Instance<K, Spec, Status>>, StoreError> =>
    Effect.gen(function* () {
      const sent = yield* call(
        { subject: resource.plural, version: "of this page" },
        {
          method: "GET",
          path: collectionOf(resource, options.namespace),
          query: {
            labelSelector: options.labelSelector,
            fieldSelector: options.fieldSelector,
            limit: options.limit,
            continue: options.continue
          },
          deadline: "60 seconds"
        }
      )
      const { items, metadata } = yield* Effect.mapError(
        Schema.decodeUnknownEffect(List)(sent),
        () =>
          new StoreError({ reason: new BadRequest({ subject: resource.plural, because: "the server sent no list" }) })
      )
      const { continue: next, remainingItemCount, resourceVersion } = metadata
      const objects: Array<Instance<K, Spec, Status>> = []
      const unreadable: Array<UnreadableObject> = []
      for (const item of items) {
        const read = yield* Effect.fromResult(readAmongOthers(resource, item))
        if (Result.isSuccess(read)) objects.push(read.success)
        else unreadable.push(read.failure)
      }
      return {
        items: objects,
        ...(unreadable.length === 0 ? {} : { unreadable }),
        resourceVersion,
        ...(next === undefined || next === "" ? {} : { continue: next }),
        ...(remainingItemCount === undefined ? {} : { remainingItemCount })
      }
    })

  const watch = <K extends string, Spec, Status>(
    resource: Kind<K, Spec, Status>,
    options: WatchOptions = {}
  ): Stream.Stream<WatchEvent<Instance<K, Spec, Status>>, StoreError> =>
    options.from === undefined
      ? Stream.unwrap(
          Effect.map(listAll(list, resource, options), ({ items, resourceVersion, unreadable = [] }) => {
            type Event = WatchEvent<Instance<K, Spec, Status>>
            const present = [
              ...items.map((object): Event => ({ _tag: "added", object })),
              ...unreadable.map((one): Event => ({ _tag: "unreadable", unreadable: one, gone: false }))
            ]
            const end: ReadonlyArray<Event> =
              options.bookmarks === true ? [{ _tag: "bookmark", resourceVersion, initialEventsEnd: true }] : []
            return Stream.concat(
              Stream.fromIterable([...present, ...end]),
              follow(transport, resource, options, resourceVersion)
            )
          })
        )
      : follow(transport, resource, options, options.from)

  return ResourceStore.of({
    get,
    list,
    watch,
    create: (resource, draft, options) =>
      Effect.gen(function* () {
        const { metadata } = draft
        const key = yield* Effect.fromResult(draftKey(resource, metadata, noStamp))
        const name = subject(resource, key)
        if ("resourceVersion" in metadata) {
          const because = "a new object has no resourceVersion yet; leave it out"
          return yield* new StoreError({ reason: new BadRequest({ subject: name, because }) })
        }
        yield* Effect.fromResult(checkDraft(resource, key, metadata))
        const spec = yield* Effect.fromResult(encode(resource.spec, draft.spec, "spec", name))
        const named = metadata.name === undefined ? { generateName: metadata.generateName } : { name: metadata.name }
        const sent = yield* call(
          { subject: name },
          {
            method: "POST",
            path: collectionOf(resource, key.namespace),
            query: { fieldManager: options?.fieldManager ?? defaultManager },
            body: { ...typeOf(resource), metadata: { ...editable(metadata), ...named }, spec }
          }
        )
        return yield* Effect.fromResult(toObject(resource, sent))
      }),
    update: (resource, object, options) =>
      Effect.gen(function* () {
        const key = keyOf(object)
        const name = subject(resource, key)
        const spec = yield* Effect.fromResult(encode(resource.spec, object.spec, "spec", name))
        const metadata = { ...identityOf(object), ...editable(object.metadata) }
        const sent = yield* call(
          { subject: name },
          {
            method: "PUT",
            path: objectOf(resource, key),
            query: { fieldManager: options?.fieldManager ?? defaultManager },
            body: { ...typeOf(resource), metadata, spec }
          }
        )
        return yield* Effect.fromResult(toObject(resource, sent))
      }),
    updateStatus: (resource, object) =>
      Effect.gen(function* () {
        const key = keyOf(object)
        const name = subject(resource, key)
        const status =
          object.status === undefined
            ? {}
            : { status: yield* Effect.fromResult(encode(resource.status, object.status, "status", name)) }
        const sent = yield* call(
          { subject: name },
          {
            method: "PUT",
            path: objectOf(resource, key, "status"),
            query: { fieldManager: defaultManager },
            body: { ...typeOf(resource), metadata: identityOf(object), ...status }
          }
        )
        return yield* Effect.fromResult(toObject(resource, sent))
      }),
    apply: (resource, intent, options) =>
      Effect.gen(function* () {
        const { metadata } = intent
        const key = yield* Effect.fromResult(draftKey(resource, metadata, noStamp))
        const name = subject(resource, key)
        if (options.fieldManager === "") {
          return yield* invalid(name, [{ field: "fieldManager", message: "must name who applies" }])
        }
        yield* Effect.fromResult(checkDraft(resource, key, metadata))
        const spec = intent.spec === undefined ? {} : { spec: intent.spec }
        const sent = yield* call(
          { subject: name },
          {
            method: "PATCH",
            path: objectOf(resource, key),
            contentType: "application/apply-patch+yaml",
            query: { fieldManager: options.fieldManager, force: options.force === true ? true : undefined },
            body: { ...typeOf(resource), metadata: { ...editable(metadata), ...key }, ...spec }
          }
        )
        return yield* Effect.fromResult(toObject(resource, sent))
      }),
    delete: (resource, key, options = {}) =>
      Effect.gen(function* () {
        const found = yield* find(resource, key)
        const present = yield* Effect.fromResult(readAmongOthers(resource, found))
        const { uid } = Result.merge(present).metadata
        const sent = yield* call(
          { subject: subject(resource, key) },
          {
            method: "DELETE",
            path: objectOf(resource, key),
            // Without a condition of the caller's it must at least be the object that was read.
            body: {
              kind: "DeleteOptions",
              apiVersion: "v1",
              propagationPolicy: "Background",
              preconditions: { uid, ...options }
            }
          }
        )
        const marked = Schema.is(Marked)(sent)
        const object = marked ? yield* Effect.fromResult(readAmongOthers(resource, sent)) : present
        return { gone: !marked, ...(Result.isSuccess(object) ? { object: object.success } : {}) }
      })
  })
}

/** The answer to a delete that waits for finalizers: the object, marked. Else it is a `Status`. */
const Marked = Schema.Struct({ metadata: Schema.Struct({ deletionTimestamp: Schema.String }) })

const List = Schema.Struct({
  items: Schema.Array(Schema.Unknown),
  metadata: Schema.Struct({
    resourceVersion: Schema.String,
    continue: Schema.optionalKey(Schema.String),
    remainingItemCount: Schema.optionalKey(Schema.Int)
  })
})

/** The server gives names, versions and times. */
const noStamp = { version: "", now: "", uid: "", suffix: "" }

const typeOf = ({ apiVersion, kind }: Resource<string, unknown, unknown>) => ({ apiVersion, kind })

/** Which object is meant, as it was read: the server refuses a write to any other. */
const identityOf = ({ metadata: { name, namespace, resourceVersion, uid } }: Instance<string, unknown, unknown>) => ({
  name,
  ...(namespace === undefined ? {} : { namespace }),
  uid,
  resourceVersion
})

const pageSize = 500

/** Lists everything page by page. */
const listAll = <K extends string, Spec, Status>(
  list: ResourceStore["Service"]["list"],
  resource: Kind<K, Spec, Status>,
  { fieldSelector, labelSelector, namespace }: WatchOptions
): Effect.Effect<Page<Instance<K, Spec, Status>>, StoreError> =>
  Effect.gen(function* () {
    const selection = {
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(namespace === undefined ? {} : { namespace })
    }
    let page = yield* list(resource, { ...selection, limit: pageSize })
    const items = [...page.items]
    const unreadable = [...(page.unreadable ?? [])]
    while (page.continue !== undefined) {
      page = yield* list(resource, { ...selection, limit: pageSize, continue: page.continue })
      items.push(...page.items)
      unreadable.push(...(page.unreadable ?? []))
    }
    return { items, unreadable, resourceVersion: page.resourceVersion }
  })
