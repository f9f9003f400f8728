/**
 * Runs controllers as one program: from the first start to the last write.
 *
 * @since 0.1.0
 */
import { Clock, Effect, Scope } from "effect"
import type { ResourceStore } from "../resource/ResourceStore.ts"
import type { Controller } from "./Controller.ts"
import { Health } from "./Health.ts"
import * as LeaderElection from "./LeaderElection.ts"

/**
 * What a manager runs, and how.
 *
 * @category models
 * @since 0.1.0
 */
export interface ManagerOptions<E, R, E2 = never, R2 = never> {
  /** Starts the controllers, each for as long as its scope: `Controller.make`, or what stands on it. */
  readonly controllers: ReadonlyArray<Effect.Effect<Controller, E, R>>
  /** Where only one of several replicas may work; all work if left out. */
  readonly election?: LeaderElection.LeaderElectionOptions
  /** Runs beside the controllers, for as long as they do. */
  readonly beside?: Effect.Effect<void, E2, R2>
  /** Called when all controllers have been started, each time this replica begins to lead. */
  readonly onStarted?: (controllers: ReadonlyArray<Controller>) => Effect.Effect<void, E2, R2>
}

/** So long after its fence has closed, work that has not ended hangs. */
const hanging = 60_000

/**
 * Runs controllers until it is interrupted.
 *
 * **Details**
 *
 * - Without an election all controllers start at once. With one they start when this replica leads, behind its fence:
 *   put `Fence.layerStore` above the store. Caches (`CachedStore`) are kept up to date in the meantime, so that taking over takes no time.
 * - Ready means that the sources of all controllers have told everything, or that another replica leads. Who leads is not
 *   asked: a replica that waits is ready too.
 * - When it is interrupted, nothing new is begun, running reconciles of all controllers have 25 seconds together, the lease
 *   is given back last.
 * - When the lease is lost, it fails with `LeadershipLost`: let the program end, so that it is started anew.
 *
 * **Example** (Two controllers, on one of several replicas)
 *
 * ```ts
 * import { Controller, Fence, Health, Manager, MemoryStore, Outcome, Source, type Resource } from "@lockstep/core"
 * import { Effect, Layer } from "effect"
 *
 * const controller = (kind: Resource.Any) =>
 *   Controller.make({
 *     name: kind.singular,
 *     sources: [Source.resource(kind)],
 *     reconcile: () => Effect.succeed(Outcome.done)
 *   })
 *
 * const program = (kinds: ReadonlyArray<Resource.Any>) =>
 *   Manager.run({
 *     controllers: kinds.map(controller),
 *     election: { lease: { namespace: "lockstep", name: "operator" } }
 *   }).pipe(Effect.provide(Layer.merge(Fence.layerStore.pipe(Layer.provide(MemoryStore.layer())), Health.layer)))
 * ```
 *
 * @category programs
 * @since 0.1.0
 */
export const run = <E, R, E2 = never, R2 = never>(
  options: ManagerOptions<E, R, E2, R2>
): Effect.Effect<
  never,
  E | E2 | LeaderElection.LeadershipLost,
  Exclude<R | R2, Scope.Scope> | ResourceStore | Health
> =>
  Effect.scoped(
    Effect.gen(function* () {
      const health = yield* Health
      let running: ReadonlyArray<Controller> = []
      let stage: "starting" | "waiting" | "running" | "stopping" = "starting"
      const ready = Effect.suspend(() =>
        stage === "waiting"
          ? Effect.undefined
          : stage === "running"
            ? unsynced(running)
            : Effect.succeed(`it is ${stage}`)
      )
      yield* health.addReadiness({ name: "controllers", problem: ready })

      const work = Effect.gen(function* () {
        stage = "starting"
        // Side by side, so that several controllers end within the time of one.
        const scope = yield* Effect.acquireRelease(Scope.make("parallel"), (scope, exit) => Scope.close(scope, exit))
        running = yield* Effect.forEach(options.controllers, (start) =>
          Effect.flatMap(Scope.fork(scope), (own) => Scope.provide(start, own))
        )
        yield* Effect.addFinalizer(() =>
          Effect.sync(() => {
            stage = "stopping"
          })
        )
        stage = "running"
        yield* options.onStarted?.(running) ?? Effect.void
        return yield* Effect.andThen(options.beside ?? Effect.void, Effect.never)
      }).pipe(Effect.scoped)

      if (options.election === undefined) return yield* work
      const election = yield* LeaderElection.make(options.election)
      stage = "waiting"
      yield* health.addLiveness(yield* hangs(election, () => stage === "running" || stage === "stopping"))
      return yield* election.lead(work)
    })
  )

const unsynced = (controllers: ReadonlyArray<Controller>): Effect.Effect<string | undefined> =>
  Effect.gen(function* () {
    const behind: Array<string> = []
    for (const controller of controllers) {
      if (!(yield* controller.isSynced)) {
        const [trouble] = yield* controller.troubles
        behind.push(
          trouble === undefined
            ? `${controller.name} doesn't know yet what is there`
            : `${controller.name} doesn't know what is there: ${trouble.message}`
        )
      }
    }
    return behind.length === 0 ? undefined : behind.join("; ")
  })

/** Work that goes on long after another replica may have taken over is a mistake in the program that only a new start ends. */
const hangs = (election: LeaderElection.LeaderElection, works: () => boolean) =>
  Effect.map(
    Effect.sync(() => ({ since: undefined as number | undefined })),
    (state) => ({
      name: "leadership",
      problem: Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        if (!works() || (yield* election.isLeading)) state.since = undefined
        else state.since ??= now
        return state.since !== undefined && now - state.since > hanging
          ? "it lost its lease and has not stopped working"
          : undefined
      })
    })
  )
