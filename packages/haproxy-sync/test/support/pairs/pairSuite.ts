import { type ChildProcess, spawn } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { isDeepStrictEqual } from "node:util"
import { DataplaneClient, Synchronizer, type SyncResult, withFiles } from "@lockstep/haproxy-sync"
import { assert, it } from "@effect/vitest"
import { Effect, type Layer, Schedule, type Scope } from "effect"
import { folder } from "../realHaproxy.ts"
import { type Pair, type PairVersion, pairNames, readPair } from "./pair.ts"
import { addressesIn, isTcp, listenPorts, type Place, placed, placeFiles, servePorts } from "./place.ts"
import { asked, counted, runningState } from "./runningState.ts"
import { traffic } from "./traffic.ts"
import { upstreams } from "./upstreams.ts"

/** A Data Plane API over a HAProxy, with a synchronizer for it. */
export interface Subject<E> {
  /** The program of this HAProxy. */
  readonly binary: string
  readonly place: Pick<Place, "directory" | "socket">
  readonly layer: Layer.Layer<DataplaneClient | Synchronizer, E>
  /** Waits until HAProxy is what it was reloaded as, where nobody hears when it has done so. */
  readonly settled?: Effect.Effect<unknown>
}

/** Starts one with the configuration that is made for its place. */
export type StartSubject<E, F> = (
  config: (place: Pick<Place, "directory" | "socket">) => string
) => Effect.Effect<Subject<E>, F, Scope.Scope>

/** Pairs that can't be carried out in a folder of one's own, and why. */
const leftOut: Readonly<Record<string, string>> = {}

/** A HAProxy of its own, started with a text, for as long as the scope. */
const started = Effect.fnUntraced(function* (binary: string, text: string, { directory, socket }: Place) {
  const file = join(directory, "haproxy.cfg")
  writeFileSync(file, text)
  yield* Effect.acquireRelease(
    Effect.sync((): ChildProcess => spawn(binary, ["-db", "-f", file], { stdio: "ignore" })),
    (child) =>
      Effect.promise(
        () =>
          new Promise<void>((resolve) => {
            if (child.exitCode !== null) return resolve()
            child.once("exit", () => resolve()).kill("SIGKILL")
          })
      )
  )
  yield* asked(socket, "show info").pipe(Effect.retry({ schedule: Schedule.spaced("20 millis"), times: 250 }))
})

/** Waits for two things to become the same; if they don't, the last of both is for the assertion behind. */
const inAgreement = <A, E>(both: Effect.Effect<readonly [A, A], E>) =>
  Effect.andThen(
    Effect.repeat(both, {
      until: ([one, other]) => isDeepStrictEqual(one, other),
      schedule: Schedule.spaced("20 millis"),
      times: 150
    }),
    both
  )

const bring = Effect.fnUntraced(function* (desired: string, files: Pair["files"]["desired"]) {
  const { text } = yield* DataplaneClient.use((client) => client.raw)
  const apply = Synchronizer.use((synchronizer) => synchronizer.syncFromStrings(text, desired))
  return yield* withFiles(files, apply, { remove: ["maps", "ssl_certificates"] })
})

const told = ({ message, plan, status }: SyncResult) =>
  [`${status}: ${message}`, ...(plan?.refusals ?? []).map((refusal) => JSON.stringify(refusal))].join("\n")

/** Brings a pair over a running HAProxy, and compares it with one that is started with what is desired. */
const carriedOut = <E, F>(pair: Pair, start: StartSubject<E, F>) =>
  Effect.gen(function* () {
    const { desired, files, initial } = pair
    const texts = [initial, desired]
    const [listens, serves] = [yield* listenPorts(texts), yield* servePorts(texts)]
    // They are there before HAProxy is: a server that fails its first check is down.
    yield* upstreams(addressesIn(texts, serves), isTcp(desired) ? "tcp" : "http")
    const { binary, layer, place, settled } = yield* start((where) => {
      placeFiles(where.directory, files.initial)
      return placed(initial, { ...where, listens, serves })
    })
    const wanted = placed(desired, { ...place, listens, serves })
    yield* Effect.gen(function* () {
      const first = yield* bring(wanted, files.desired)
      assert.include(["applied", "in-sync"], first.result.status, told(first.result))
      if (!pair.reload) assert.strictEqual(first.result.reloads, 0, "reloads")
      if (first.result.reloads > 0 && settled !== undefined) yield* settled
      const second = yield* bring(wanted, files.desired)
      assert.strictEqual(second.result.status, "in-sync", `again: ${told(second.result)}`)
      assert.deepStrictEqual(
        second.files.filter(({ change }) => change !== "unchanged" && change !== "kept"),
        []
      )
    }).pipe(Effect.provide(layer))

    const directory = yield* folder
    const fresh: Place = {
      directory,
      socket: join(directory, "stats.sock"),
      serves,
      listens: yield* listenPorts([desired])
    }
    // A file that is not desired, but that the configuration goes on to name, is kept.
    placeFiles(directory, files.initial)
    placeFiles(directory, files.desired)
    yield* started(binary, placed(desired, fresh), fresh)
    assert.deepStrictEqual(yield* runningState(place, desired), yield* runningState(fresh, desired))
    const maps = files.desired.filter(({ kind }) => kind === "maps").map(({ content }) => content)
    const text = placed(desired, { ...fresh, listens: new Map() })
    const answers = yield* traffic(text, maps, fresh.listens)
    assert.deepStrictEqual(yield* traffic(text, maps, listens), answers)
    // The last answer is counted when its stream ends, which is behind its arrival.
    const [synced, wished] = yield* inAgreement(Effect.all([counted(place.socket), counted(fresh.socket)]))
    assert.deepStrictEqual(synced, wished)
    assert.isNotEmpty(Object.keys(answers))
  }).pipe(Effect.scoped)

/** Declares a test for each pair of which HAProxy takes both sides. */
export const pairSuite = <E, F>(version: PairVersion, start: StartSubject<E, F>): void => {
  const names = pairNames(version)

  it("has pairs, and leaves out none that is not among them", () => {
    assert.isAbove(names.length, 50)
    assert.deepStrictEqual(
      Object.keys(leftOut).filter((name) => !names.includes(name)),
      []
    )
  })

  it.live.each(names.filter((name) => leftOut[name] === undefined))(
    "makes HAProxy what %s desires, as one that is started with it, and then finds nothing more",
    (name) => carriedOut(readPair(name), start),
    60_000
  )
}
