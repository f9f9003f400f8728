/**
 * A gate in front of everything that only the leader may do.
 *
 * @since 0.1.0
 */
import { Clock, Context, Effect, Layer, Schema } from "effect"
import { subject } from "../resource/Document.ts"
import type { Any, Key } from "../resource/Resource.ts"
import { ResourceStore } from "../resource/ResourceStore.ts"
import { StoreError, Unavailable } from "../resource/StoreError.ts"
import * as Treatment from "../Treatment.ts"

/**
 * This replica doesn't lead (any more), so it must not change anything. Another one does.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotLeading extends Schema.TaggedError<NotLeading>()("NotLeading", { lease: Schema.String }) {
  get treatment(): Treatment.Treatment {
    return Treatment.retry()
  }
  override get message(): string {
    return `this replica doesn't hold the lease ${this.lease} and changes nothing; the one that holds it does`
  }
}

/**
 * A gate that is open while this replica may change things.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fence {
  /** The lease it stands for. */
  readonly name: string
  /** Reports whether something may be begun right now. */
  readonly isOpen: Effect.Effect<boolean>
  /**
   * Lets an effect run if the gate is open when it begins, and interrupts it before another replica can take over.
   */
  protect<A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | NotLeading, R>
}

/** Until when, by the clock that never jumps, something may be begun and must be over. */
export interface Term {
  readonly beginUntil: number
  readonly endUntil: number
}

/** Creates a fence from what tells the present term; there is none while the replica doesn't lead. */
export const make = (name: string, term: () => Term | undefined): Fence => {
  const error = new NotLeading({ lease: name })

  const isOpenAt = (now: number): boolean => {
    const present = term()
    return present !== undefined && now < present.beginUntil
  }

  // The term grows with every renewal, so the end of one sleep need not be the end.
  const expiry: Effect.Effect<never, NotLeading> = Effect.flatMap(elapsed, (now) => {
    const rest = (term()?.endUntil ?? now) - now
    return rest <= 0 ? Effect.fail(error) : Effect.andThen(Effect.sleep(Math.ceil(rest)), expiry)
  })

  return {
    name,
    isOpen: Effect.map(elapsed, isOpenAt),
    protect: <A, E, R>(effect: Effect.Effect<A, E, R>) => {
      // Asked as late as can be: right before it begins.
      const begun = Effect.flatMap(elapsed, (now): Effect.Effect<A, E | NotLeading, R> =>
        isOpenAt(now) ? effect : Effect.fail(error)
      )
      return Effect.raceFirst(begun, expiry)
    }
  }
}

/** Milliseconds by a clock that never jumps. */
export const elapsed: Effect.Effect<number> = Effect.map(Clock.monotonicTimeNanos, (nanos) =>
  Number(nanos / 1_000_000n)
)

/**
 * The fence that the present work stands behind: that of the election it leads in, or none.
 *
 * @category references
 * @since 0.1.0
 */
export class CurrentFence extends Context.Reference<Fence | undefined>("@lockstep/core/controller/CurrentFence", {
  defaultValue: () => undefined
}) {}

/**
 * Lets an effect run only while this replica may change things, and interrupts it before another one can take over. Where
 * no election is held, it runs.
 *
 * **When to use**
 *
 * Around whatever changes something outside of the store, such as a label on GitHub. Writes to the store have
 * `layerStore`.
 *
 * @category combinators
 * @since 0.1.0
 */
export const protect = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | NotLeading, R> =>
  Effect.flatMap(CurrentFence, (fence): Effect.Effect<A, E | NotLeading, R> => fence?.protect(effect) ?? effect)

/**
 * Lets nothing be written to the store while the fence of the work that writes is closed. Reads go through.
 *
 * **When to use**
 *
 * Right above the store, below all that stands on it, so that every service writes through it.
 *
 * **Details**
 *
 * Which fence counts is looked up with each write: work that an election runs has its fence, other work has none. A write
 * that is refused, or cut off, fails with `Unavailable`, to be tried again: by then this replica leads again, or has
 * stopped.
 *
 * **Gotchas**
 *
 * A process that is stopped by the system in the very moment between the last look at the fence and the sending, and goes
 * on after another has taken over, still sends. There `update` and `updateStatus` fail with `Conflict` if the new leader
 * has changed the object, as do deletes that name a version. `apply` with force has no such net.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerStore: Layer.Layer<ResourceStore, never, ResourceStore> = Layer.effect(
  ResourceStore,
  Effect.map(ResourceStore, (store) => protectStore(store))
)

/**
 * Returns the store with its writes behind the fence of whoever writes; see `layerStore`.
 *
 * @category combinators
 * @since 0.1.0
 */
export const protectStore = (store: ResourceStore["Service"]): ResourceStore["Service"] =>
  ResourceStore.of({
    ...store,
    create: (kind, draft, options) => guard(kind, draft.metadata, store.create(kind, draft, options)),
    update: (kind, object, options) => guard(kind, object.metadata, store.update(kind, object, options)),
    updateStatus: (kind, object) => guard(kind, object.metadata, store.updateStatus(kind, object)),
    apply: (kind, intent, options) => guard(kind, intent.metadata, store.apply(kind, intent, options)),
    delete: (kind, key, options) => guard(kind, key, store.delete(kind, key, options))
  })

const guard = <A>(kind: Any, key: Partial<Key>, write: Effect.Effect<A, StoreError>): Effect.Effect<A, StoreError> =>
  Effect.catchTag(protect(write), "NotLeading", (error) => {
    const { namespace, name = "" } = key
    const place = namespace === undefined ? { name } : { namespace, name }
    return Effect.fail(
      new StoreError({ reason: new Unavailable({ subject: subject(kind, place), because: error.message }) })
    )
  })
