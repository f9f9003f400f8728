/**
 * GitHub, for one replica of several: labels are written by the one that leads.
 *
 * @since 0.1.0
 */
import { Fence } from "@lockstep/core"
import { GitHub } from "@lockstep/github-sync"
import { Effect, Layer } from "effect"

/**
 * Lets no label be written while the fence of the work that writes is closed. Reads go through.
 *
 * **Details**
 *
 * A write by a replica that has lost its lease waits for the interruption that is on its way. Work without an election writes
 * as it likes.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerFencedGitHub: Layer.Layer<GitHub, never, GitHub> = Layer.effect(
  GitHub,
  Effect.map(GitHub, (github) =>
    GitHub.of({
      ...github,
      addLabel: (ref, label) => behindFence(github.addLabel(ref, label)),
      removeLabel: (ref, label) => behindFence(github.removeLabel(ref, label))
    })
  )
)

const behindFence = <A, E>(write: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.catchIf(
    Fence.protect(write),
    (error): error is Fence.NotLeading => error instanceof Fence.NotLeading,
    () => Effect.never
  )
