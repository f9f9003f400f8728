import type { KubeConfig } from "@kubernetes/client-node"
import { Clock, Effect, Ref, type Scope, Semaphore } from "effect"
import type { KubernetesError } from "../KubernetesError.ts"
import { keyOf, open, type Connections } from "./connections.ts"
import { giveUpToken, takeOver } from "./oidc.ts"
import { identify, load, type Identity, type Source } from "./identity.ts"

/** Who we are to the server just now, and the connections that belong to it. */
export interface Session {
  readonly identity: Identity
  /** The parts of the server's address. */
  readonly address: { readonly origin: string; readonly host: string; readonly path: string }
  readonly connections: Connections
}

/** Keeps the session: reads it again after a while, and when it was refused. */
export interface Login {
  readonly current: Effect.Effect<Session, KubernetesError>
  /** The session after one was refused: read anew, unless somebody else has done so already. */
  readonly after: (refused: Session) => Effect.Effect<Session, KubernetesError>
}

/** As long as client-go keeps what it read: files of tokens and certificates are renewed long before they run out. */
const keptMillis = 60_000

interface Kept extends Session {
  readonly config: KubeConfig
  readonly since: number
}

/** Makes the keeper of a session; all connections end with the scope. */
export const makeLogin = (source: Source): Effect.Effect<Login, never, Scope.Scope> =>
  Effect.gen(function* () {
    const kept = yield* Ref.make<Kept | undefined>(undefined)
    // One at a time: a program that gives credentials may ask a person for something.
    const turn = Semaphore.makeUnsafe(1)

    const renew = (config: KubeConfig, before: Kept | undefined): Effect.Effect<Kept, KubernetesError> =>
      Effect.gen(function* () {
        const identity = yield* identify(config)
        const since = yield* Clock.currentTimeMillis
        const same = before !== undefined && before.connections.key === keyOf(identity)
        const { host, origin, pathname } = new URL(identity.server)
        const next = {
          config,
          identity,
          address: { host, origin, path: pathname.replace(/\/+$/u, "") },
          since,
          connections: same ? before.connections : open(identity)
        }
        yield* Ref.set(kept, next)
        if (before !== undefined && !same) yield* Effect.forkDetach(close(before.connections))
        return next
      })

    const current = Effect.withFiber<Kept, KubernetesError>((fiber) => {
      const before = Ref.getUnsafe(kept)
      const now = fiber.getRef(Clock.Clock).currentTimeMillisUnsafe()
      if (before !== undefined && now - before.since < keptMillis) return Effect.succeed(before)
      return turn.withPermit(
        Effect.gen(function* () {
          const latest = yield* Ref.get(kept)
          if (latest !== undefined && latest !== before) return latest
          return yield* renew(latest?.config ?? (yield* load(source)), latest)
        })
      )
    })

    const after = (refused: Session) =>
      turn.withPermit(
        Effect.gen(function* () {
          const latest = yield* Ref.get(kept)
          if (latest !== undefined && latest !== refused) return latest
          const config = yield* load(source)
          if (latest !== undefined) takeOver(config, latest.config)
          giveUpToken(config)
          return yield* renew(config, latest)
        })
      )

    yield* Effect.addFinalizer(() =>
      Effect.flatMap(Ref.get(kept), (last) => (last === undefined ? Effect.void : close(last.connections)))
    )
    return { current, after }
  })

/** A connection that can't be ended properly is gone anyway. */
const close = (connections: Connections) => Effect.ignore(Effect.tryPromise(() => connections.close()))
