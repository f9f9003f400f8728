import { Deferred, Effect, type Scope } from "effect"
import { createServer } from "node:http"
import { allOf } from "./FaultyProxy/bytes.ts"
import { listening } from "./listening.ts"
import { onwardTo } from "./onward.ts"

/** A request of which a proxy keeps one, and what is done in the moment in which it has it. */
export interface Hold {
  readonly isMeant: (method: string, path: string) => boolean
  readonly act: (body: unknown) => void
}

/** A request that a proxy keeps to itself. */
export interface Held {
  /** Waits until it has come. */
  readonly come: Effect.Effect<void>
  /** Lets it go on, and waits for what the server answers. */
  readonly release: Effect.Effect<number>
}

/** A proxy that passes everything on, and can keep a request on its way. */
export interface HoldingProxy {
  readonly url: string
  /** Keeps the next request that is meant. */
  hold(options: Hold): Effect.Effect<Held>
}

interface Waiting extends Hold {
  readonly go: Deferred.Deferred<void>
  readonly come: Deferred.Deferred<void>
  readonly status: Deferred.Deferred<number>
}

export const holdingProxy = (server: {
  readonly url: string
  readonly ca: string
}): Effect.Effect<HoldingProxy, never, Scope.Scope> =>
  Effect.gen(function* () {
    const onward = yield* onwardTo(server)
    let waiting: Waiting | undefined
    const proxy = createServer((request, response) => {
      const serve = async () => {
        const body = await allOf(request)
        const held = waiting?.isMeant(request.method ?? "", request.url ?? "") === true ? waiting : undefined
        if (held !== undefined) {
          waiting = undefined
          held.act(JSON.parse(body.toString("utf8")))
          Deferred.doneUnsafe(held.come, Effect.void)
          await Effect.runPromise(Deferred.await(held.go))
        }
        const answer = await onward(request, body)
        const { statusCode = 502 } = answer
        if (held !== undefined) Deferred.doneUnsafe(held.status, Effect.succeed(statusCode))
        response.writeHead(statusCode, { "content-type": "application/json" }).end(await allOf(answer))
      }
      request.on("error", () => undefined)
      response.on("error", () => undefined)
      serve().catch(() => response.destroy())
    })
    const { port } = yield* listening(proxy)
    return {
      url: `http://127.0.0.1:${port}`,
      hold: (options) =>
        Effect.sync(() => {
          const [go, come] = [Deferred.makeUnsafe<void>(), Deferred.makeUnsafe<void>()]
          const status = Deferred.makeUnsafe<number>()
          waiting = { ...options, go, come, status }
          return {
            come: Deferred.await(come),
            release: Effect.andThen(Deferred.succeed(go, undefined), Deferred.await(status))
          }
        })
    }
  })
