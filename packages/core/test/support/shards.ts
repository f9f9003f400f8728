import { ResourceStore, Sharding, StoreError } from "@lockstep/core"
import { Unavailable } from "../../src/resource/StoreError.ts"
import { Clock, Effect, Fiber, Scope, Stream } from "effect"

/** What happened to the parts of a group, and what must never happen to them. */
export interface Journal {
  /** Works on a part that went on while another replica worked on it. */
  readonly overlaps: Array<string>
  /** For each part, how many seconds it was without a replica each time that it changed hands. */
  readonly gaps: Array<number>
}

/** A replica of a group. */
export interface Member {
  readonly name: string
  readonly held: Effect.Effect<ReadonlyArray<number>>
  /** It ends as it should. */
  readonly leave: Effect.Effect<void>
  /** It is gone from one moment to the next, and gives nothing back. */
  readonly die: Effect.Effect<void>
}

/** Lets replicas join a group, and writes down who works on what. */
export const groupOf = (options: Sharding.ShardingOptions) => {
  const working = new Map<number, string>()
  const since = new Map<number, number>()
  const journal: Journal = { overlaps: [], gaps: [] }

  const work = (name: string, index: number, isDead: () => boolean) =>
    Effect.acquireUseRelease(
      Effect.map(Clock.currentTimeMillis, (now) => {
        const other = working.get(index)
        if (other !== undefined) journal.overlaps.push(`${other} and ${name} on ${index}`)
        const free = since.get(index)
        if (free !== undefined) journal.gaps.push((now - free) / 1000)
        working.set(index, name)
      }),
      () => Effect.never,
      () =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          if (isDead()) return
          working.delete(index)
          since.set(index, now)
        })
    )

  const join = (
    name: string
  ): Effect.Effect<Member, StoreError | Sharding.ShardCountDiffers, ResourceStore | Scope.Scope> =>
    Effect.gen(function* () {
      const store = yield* ResourceStore
      let dead = false
      const sharding = yield* Sharding.make({ ...options, identity: name }).pipe(
        Effect.provideService(
          ResourceStore,
          mortal(store, () => dead)
        )
      )
      const fiber = yield* Effect.forkScoped(sharding.lead(({ index }) => work(name, index, () => dead)))
      const end = Effect.asVoid(Fiber.interrupt(fiber))
      return {
        name,
        held: sharding.held,
        leave: end,
        die: Effect.flatMap(Clock.currentTimeMillis, (now) => {
          dead = true
          for (const [index, who] of working) {
            if (who !== name) continue
            working.delete(index)
            since.set(index, now)
          }
          return end
        })
      }
    })

  return { journal, join }
}

const gone = new StoreError({ reason: new Unavailable({ subject: "the store", because: "nobody asks any more" }) })

/** A store that nothing comes through to any more once its process is dead. */
const mortal = (store: ResourceStore["Service"], isDead: () => boolean): ResourceStore["Service"] => {
  const living = <A>(call: Effect.Effect<A, StoreError>) => Effect.suspend(() => (isDead() ? Effect.fail(gone) : call))
  return ResourceStore.of({
    get: (kind, key) => living(store.get(kind, key)),
    list: (kind, options) => living(store.list(kind, options)),
    watch: (kind, options) => Stream.unwrap(living(Effect.succeed(store.watch(kind, options)))),
    create: (kind, draft, options) => living(store.create(kind, draft, options)),
    update: (kind, object, options) => living(store.update(kind, object, options)),
    updateStatus: (kind, object) => living(store.updateStatus(kind, object)),
    apply: (kind, intent, options) => living(store.apply(kind, intent, options)),
    delete: (kind, key, options) => living(store.delete(kind, key, options))
  })
}
