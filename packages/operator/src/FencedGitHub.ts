/**
 * GitHub, for one replica of several: only the one that leads writes.
 *
 * @since 0.1.0
 */
import { Fence } from "@lockstep/core"
import { GitHub } from "@lockstep/github-sync"
import { Effect, Layer } from "effect"

/**
 * Lets nothing be written while the fence of the work that writes is closed. Reads go through.
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
      addLabel: (...write) => behindFence(github.addLabel(...write)),
      removeLabel: (...write) => behindFence(github.removeLabel(...write)),
      createLabel: (...write) => behindFence(github.createLabel(...write)),
      updateLabel: (...write) => behindFence(github.updateLabel(...write)),
      merge: (...write) => behindFence(github.merge(...write)),
      createComment: (...write) => behindFence(github.createComment(...write)),
      updateComment: (...write) => behindFence(github.updateComment(...write))
    })
  )
)

const behindFence = <A, E>(write: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.catchIf(
    Fence.protect(write),
    (error): error is Fence.NotLeading => error instanceof Fence.NotLeading,
    () => Effect.never
  )
