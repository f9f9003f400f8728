/**
 * Where resources are kept, with the semantics of Kubernetes.
 *
 * Reconcilers talk to this service alone and can't tell which layer is behind it. One contract suite runs against all of
 * them.
 *
 * @since 0.1.0
 */
import { Context, type Effect, type Stream } from "effect"
import type { Draft, Instance, Intent, Key, Resource } from "./Resource.ts"
import type { StoreError } from "./StoreError.ts"

/**
 * Which objects of a kind are meant.
 *
 * @category models
 * @since 0.1.0
 */
export interface Selection {
  /** Only this namespace; all of them if left out. */
  readonly namespace?: string
  /** Labels to select by, as `app=web,tier in (front,back),!legacy`. */
  readonly labelSelector?: string
  /** Fields to select by, as `metadata.name=a`; other fields only where the kind declares them selectable. */
  readonly fieldSelector?: string
}

/**
 * Which objects to list, and how many at once.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListOptions extends Selection {
  readonly limit?: number
  /** The token of the page before; all pages show the same moment. */
  readonly continue?: string
}

/**
 * An object that is there and can't be read, and why: its error is an `Unreadable`.
 *
 * **Details**
 *
 * One such object is told of beside the others, and never keeps them from being read. It is not gone: who would do
 * something because an object is gone must not do it because of this.
 *
 * @category models
 * @since 0.1.0
 */
export interface UnreadableObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Key & { readonly uid: string; readonly resourceVersion: string }
  readonly error: StoreError
}

/**
 * Some objects of a kind, all at the same version.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page<Object> {
  readonly items: ReadonlyArray<Object>
  /** Those among them that can't be read; left out when there are none. */
  readonly unreadable?: ReadonlyArray<UnreadableObject>
  /** Where to watch from to miss nothing. */
  readonly resourceVersion: string
  readonly continue?: string
  /** How many objects follow this page; left out when a selector makes that costly to know. */
  readonly remainingItemCount?: number
}

/**
 * What to watch, and from where.
 *
 * @category models
 * @since 0.1.0
 */
export interface WatchOptions extends Selection {
  /** Events after this version; without it, the present objects come first, as added. */
  readonly from?: string
  /** Whether to be told now and then how far the watch has come. */
  readonly bookmarks?: boolean
}

/**
 * Something that happened to an object, or a bookmark: everything up to that version has been told.
 *
 * **Details**
 *
 * An object that can't be read after a change is `unreadable`, and again so with `gone` when it is deleted in that state.
 * Once it can be read it is `modified`, though it may never have been told of as `added`.
 *
 * @category models
 * @since 0.1.0
 */
export type WatchEvent<Object> =
  | { readonly _tag: "added"; readonly object: Object }
  | { readonly _tag: "modified"; readonly object: Object }
  | { readonly _tag: "deleted"; readonly object: Object }
  | { readonly _tag: "unreadable"; readonly unreadable: UnreadableObject; readonly gone: boolean }
  | { readonly _tag: "bookmark"; readonly resourceVersion: string; readonly initialEventsEnd: boolean }

/**
 * Who writes. Ownership of fields is kept per manager.
 *
 * @category models
 * @since 0.1.0
 */
export interface WriteOptions {
  /** `lockstep` if left out. */
  readonly fieldManager?: string
}

/**
 * Who applies, and whether to take fields that others own.
 *
 * @category models
 * @since 0.1.0
 */
export interface ApplyOptions {
  readonly fieldManager: string
  readonly force?: boolean
}

/**
 * What must be true for a delete to go ahead.
 *
 * @category models
 * @since 0.1.0
 */
export interface DeleteOptions {
  readonly uid?: string
  readonly resourceVersion?: string
}

/**
 * What became of a delete: the object is gone, or waits for its finalizers.
 *
 * @category models
 * @since 0.1.0
 */
export interface Deletion<Object> {
  readonly gone: boolean
  /** The object as it is, or was; left out where it can't be read. */
  readonly object?: Object
}

/**
 * Keeps the objects of declared kinds.
 *
 * **Details**
 *
 * - Every change moves `resourceVersion`, which is never used twice; a write that changes nothing moves nothing.
 * - `generation` counts changes outside metadata and status, and the beginning of a deletion.
 * - `update` can't touch the status, `updateStatus` nothing but the status.
 * - Writes go ahead only if nobody changed the object since it was read; else they fail with `Conflict`.
 * - Objects with finalizers stay until the last finalizer is taken away. Objects whose owners are gone are deleted where
 *   the store runs its own garbage collector (the local ones do; in Kubernetes the cluster does).
 * - A watch tells every change after its version once and in order, or fails with `Expired`: then list again.
 * - Where an object is stored that its kind doesn't allow, `get` fails with `Unreadable`; lists and watches tell of it beside
 *   the others and go on. It can be deleted, and be put right by `apply`.
 *
 * @category services
 * @since 0.1.0
 */
export class ResourceStore extends Context.Service<
  ResourceStore,
  {
    get<Kind extends string, Spec, Status>(
      resource: Resource<Kind, Spec, Status>,
      key: Key
    ): Effect.Effect<Instance<Kind, Spec, Status>, StoreError>

    list<Kind extends string, Spec, Status>(
      resource: Resource<Kind, Spec, Status>,
      options?: ListOptions
    ): Effect.Effect<Page<Instance<Kind, Spec, Status>>, StoreError>

    watch<Kind extends string, Spec, Status>(
      resource: Resource<Kind, Spec, Status>,
      options?: WatchOptions
    ): Stream.Stream<WatchEvent<Instance<Kind, Spec, Status>>, StoreError>

    create<Kind extends string, Spec, Status>(
      resource: Resource<Kind, Spec, Status>,
      draft: Draft<Spec>,
      options?: WriteOptions
    ): Effect.Effect<Instance<Kind, Spec, Status>, StoreError>

    update<Kind extends string, Spec, Status>(
      resource: Resource<Kind, Spec, Status>,
      object: Instance<Kind, Spec, Status>,
      options?: WriteOptions
    ): Effect.Effect<Instance<Kind, Spec, Status>, StoreError>

    updateStatus<Kind extends string, Spec, Status>(
      resource: Resource<Kind, Spec, Status>,
      object: Instance<Kind, Spec, Status>
    ): Effect.Effect<Instance<Kind, Spec, Status>, StoreError>

    apply<Kind extends string, Spec, Status>(
      resource: Resource<Kind, Spec, Status>,
      intent: Intent,
      options: ApplyOptions
    ): Effect.Effect<Instance<Kind, Spec, Status>, StoreError>

    delete<Kind extends string, Spec, Status>(
      resource: Resource<Kind, Spec, Status>,
      key: Key,
      options?: DeleteOptions
    ): Effect.Effect<Deletion<Instance<Kind, Spec, Status>>, StoreError>
  }
>()("@lockstep/core/resource/ResourceStore") {}
