import { differenceOf, parse, readHeld, Synchronizer } from "@lockstep/haproxy-sync"
import { type Emulator, type EmulatorOptions, type Fault, Faults } from "@lockstep/haproxy-sync/testing"
import { assert } from "@effect/vitest"
import { Effect, Result } from "effect"
import { against, openTransactions } from "./synchronizing.ts"

/** What happens to one request. */
export const accidents: Readonly<Record<string, (emulator: Emulator) => ReturnType<Fault>>> = {
  "is cut before it arrives": () => ({ drop: "before" }),
  "is cut while its answer is lost": () => ({ drop: "after" }),
  "meets a server that fails": () => Faults.status(500, "something broke"),
  "is one too many": () => Faults.status(429, "too many requests"),
  "meets a server that crashes before it": () => ({ restart: "before" }),
  "meets a server that crashes behind it": () => ({ restart: "after" }),
  "comes when HAProxy is killed": ({ killHaproxy }) => ({ meanwhile: killHaproxy })
}

const structured = (text: string) => Result.getOrThrow(parse(text))

/** Plays a synchronization with an accident at its n-th request, mends what was broken, and plays a second one. */
const played = (
  options: EmulatorOptions & { readonly config: string },
  text: string,
  accident: (emulator: Emulator) => ReturnType<Fault>,
  n: number
) =>
  against({ reloadDelay: 10, ...options }, (emulator) =>
    Effect.gen(function* () {
      const { faults, loaded } = emulator
      const tried = Synchronizer.use((one) => one.syncFromStrings(options.config, text))
      const off = faults.add(Faults.at(n, accident(emulator) ?? {}))
      const seen = faults.requests
      const first = yield* Effect.result(tried)
      const running = loaded()
      off()
      const reached = faults.requests - seen >= n
      if (running === undefined) yield* Effect.promise(emulator.startHaproxy)
      const middle = (yield* readHeld).config
      const { status } = yield* tried
      return { first, reached, running, middle, status, open: yield* openTransactions, end: loaded() }
    })
  )

/**
 * Lets an accident happen to each request of a synchronization in turn, and asserts that none is called a success that is none, that
 * what is stored is what was there before, what is desired, or reported as partial, and that a second synchronization gets there.
 */
export const survives = Effect.fnUntraced(function* (
  options: EmulatorOptions & { readonly config: string },
  text: string,
  accident: (emulator: Emulator) => ReturnType<Fault>
) {
  const [from, to] = [structured(options.config), structured(text)]
  // What HAProxy takes while it runs is not in the text that it was loaded with.
  const atRuntime = from.sections.length === to.sections.length
  let n = 1
  for (; ; n++) {
    const { end, first, middle, open, reached, running, status } = yield* played(options, text, accident, n)
    if (!reached) break
    const told = Result.isFailure(first) ? "unread" : first.success.status
    const [isFrom, isTo] = [from, to].map((one) => differenceOf(middle, one) === undefined)
    const request = `request ${n}, which said "${told}"`
    if (Result.isSuccess(first) && first.success.success) {
      assert.isTrue(isTo, `${request}: the server does not hold it`)
      if (first.success.reloads > 0 && running !== undefined) {
        assert.isUndefined(differenceOf(structured(running), to), `${request}: HAProxy does not run it`)
      }
    } else if (isFrom !== true && isTo !== true) assert.strictEqual(told, "partial", request)
    assert.include(["applied", "in-sync"], status, `${request}: again`)
    if (!atRuntime) {
      assert.isUndefined(differenceOf(structured(end ?? ""), to), `${request}: HAProxy runs it in the end`)
    }
    // Of a transaction whose beginning was lost nobody knows; the server is freed of it when it counts.
    assert.isAtMost(open, 1, `${request}: open transactions`)
  }
  return n - 1
})
