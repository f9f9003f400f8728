import { MemoryStore, ResourceStore } from "@lockstep/core"
import { Coordinator, GitHub, LabelManager } from "@lockstep/github-sync"
import { GitHubEmulator, type Emulator } from "@lockstep/github-sync/testing"
import { Duration, Effect, Layer } from "effect"
import { seed } from "../fixtures/acme.ts"

/** When a program is to stop: at which of the things it waits for, before or after that is done. */
export class Crash {
  /** How many things were waited for so far. */
  awaits = 0
  reached = false
  #at = Number.POSITIVE_INFINITY
  #done = false

  plan(at: number, done: boolean): void {
    this.#at = this.awaits + at
    this.#done = done
  }

  calm(): void {
    this.#at = Number.POSITIVE_INFINITY
  }

  /** Whether this is where it stops; what is done then is still done if it was planned so. */
  next(): "go" | "stop" | "doAndStop" {
    if (this.awaits++ !== this.#at) return "go"
    return this.#done ? "doAndStop" : "stop"
  }
}

const stopping =
  (crash: Crash) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.suspend(() => {
      const next = crash.next()
      if (next === "go") return effect
      const stop = Effect.andThen(
        Effect.sync(() => void (crash.reached = true)),
        Effect.never
      )
      return next === "stop" ? stop : Effect.andThen(Effect.exit(effect), stop)
    })

/** A store in memory that a program may stop at. */
const store = (crash: Crash): Layer.Layer<ResourceStore> =>
  Layer.effect(
    ResourceStore,
    Effect.map(ResourceStore, (inner) => {
      const stop = stopping(crash)
      return ResourceStore.of({
        ...inner,
        get: (...args) => stop(inner.get(...args)),
        list: (...args) => stop(inner.list(...args)),
        create: (...args) => stop(inner.create(...args)),
        update: (...args) => stop(inner.update(...args)),
        updateStatus: (...args) => stop(inner.updateStatus(...args)),
        apply: (...args) => stop(inner.apply(...args)),
        delete: (...args) => stop(inner.delete(...args))
      })
    })
  ).pipe(Layer.provide(MemoryStore.layer()))

/** Carries requests to the in-process GitHub; a program may stop at any of them. `look` sees the world before and after each. */
const fetchOf =
  (crash: Crash, { fetch, world }: Emulator, look: (world: Emulator["world"]) => void): typeof globalThis.fetch =>
  async (input, init) => {
    const next = crash.next()
    look(world)
    if (next === "go" || next === "doAndStop") {
      const response = await fetch(input, init)
      look(world)
      if (next === "go") return response
    }
    crash.reached = true
    return new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(new Error("stopped"))))
  }

/** The whole of github-sync, which may stop at everything it waits for. */
export const crashing = (crash: Crash, look: (world: Emulator["world"]) => void) =>
  Coordinator.layer.pipe(
    Layer.provideMerge(LabelManager.layer),
    Layer.provideMerge(
      Layer.unwrap(
        Effect.map(GitHubEmulator, (emulator) =>
          GitHub.layerWith({
            baseUrl: new URL("http://github.test"),
            timeout: Duration.seconds(30),
            pace: { writeInterval: 0 },
            fetch: fetchOf(crash, emulator, look)
          })
        )
      )
    ),
    Layer.provideMerge(GitHubEmulator.layer({ seed })),
    Layer.provideMerge(store(crash))
  )
