import { ResourceStore, StoreError, Treatment, type WatchEvent } from "@lockstep/core"
import { Effect, Layer, Random, Stream } from "effect"
import { Expired, Unavailable } from "../../src/resource/StoreError.ts"

/** What can go wrong with one call. */
export type Fault =
  | "unavailable"
  | "expired"
  | "limited"
  | "defect"
  | "hang"
  /** Breaks off after some events. */
  | "cut"
  /** Ends cleanly after some events. */
  | "end"
  /** Tells events twice, and old ones again. */
  | "repeat"
  /** Ends at once, without a word. */
  | "mute"
  | "none"

/** Decides about the next call of a method; `attempt` counts its calls from 1. */
export type Plan = (call: {
  readonly method: "list" | "watch"
  readonly attempt: number
  readonly continued: boolean
}) => Effect.Effect<Fault>

/** How long a limited call asks to wait. */
export const limit = 7

class Limited extends StoreError {
  override get treatment() {
    return Treatment.retry(`${limit} seconds`)
  }
}

const unavailable = new StoreError({ reason: new Unavailable({ subject: "the store", because: "connection lost" }) })
const expired = new StoreError({ reason: new Expired({ subject: "the store", version: "1" }) })
const limited = new Limited({ reason: new Unavailable({ subject: "the store", because: "too many requests" }) })

const fail = (fault: Fault): Effect.Effect<void, StoreError> => {
  if (fault === "unavailable") return Effect.fail(unavailable)
  if (fault === "expired") return Effect.fail(expired)
  if (fault === "limited") return Effect.fail(limited)
  if (fault === "defect") return Effect.die(new Error("boom"))
  return fault === "hang" ? Effect.never : Effect.void
}

const repeated = <Object>(events: Stream.Stream<WatchEvent<Object>, StoreError>) => {
  const told: Array<WatchEvent<Object>> = []
  return Stream.flatMap(events, (event) => {
    told.push(event)
    const old = told.slice(-5)
    return Stream.fromArray([event, event, ...old])
  })
}

/** Wraps the store, so that lists and watches go wrong as planned. Writes and single reads go through. */
export const layer = (plan: Plan): Layer.Layer<ResourceStore, never, ResourceStore> =>
  Layer.effect(
    ResourceStore,
    Effect.map(ResourceStore, (store) => {
      const attempts = { list: 0, watch: 0 }
      return ResourceStore.of({
        ...store,
        list: (kind, options) =>
          Effect.gen(function* () {
            const continued = options?.continue !== undefined
            yield* fail(yield* plan({ method: "list", attempt: ++attempts.list, continued }))
            return yield* store.list(kind, options)
          }),
        watch: (kind, options) =>
          Stream.unwrap(
            Effect.gen(function* () {
              const fault = yield* plan({ method: "watch", attempt: ++attempts.watch, continued: false })
              yield* fail(fault)
              const events = store.watch(kind, options)
              const some = yield* Random.nextIntBetween(1, 40)
              if (fault === "cut") return Stream.concat(Stream.take(events, some), Stream.fail(unavailable))
              if (fault === "end") return Stream.take(events, some)
              if (fault === "repeat") return Stream.take(repeated(events), some * 6)
              return fault === "mute" ? Stream.empty : events
            })
          )
      })
    })
  )

/** Goes wrong at random, more often than not. */
export const atRandom: Plan = ({ continued, method }) =>
  Effect.map(Random.next, (dice): Fault => {
    const faults: ReadonlyArray<Fault> =
      method === "list"
        ? ["none", "none", "unavailable", "limited", "defect", continued ? "expired" : "none", "hang"]
        : [
            "none",
            "unavailable",
            "expired",
            "limited",
            "defect",
            "cut",
            "cut",
            "end",
            "end",
            "repeat",
            "repeat",
            "mute"
          ]
    return faults[Math.floor(dice * faults.length)] ?? "none"
  })
