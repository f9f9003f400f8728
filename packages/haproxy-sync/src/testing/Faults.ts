import type { ReloadOutcome } from "./emulator/ReloadAgent.ts"
import type { Interference } from "./emulator/Server.ts"

/** A request as a fault sees it. */
export interface FaultyRequest {
  readonly method: string
  /** The path with `/v3` in front. */
  readonly path: string
  readonly query: URLSearchParams
}

/**
 * What is to go wrong with a request. It is asked for every request, in order, until one answers.
 *
 * @category faults
 * @since 0.1.0
 */
export type Fault = (request: FaultyRequest) => Interference | undefined

/**
 * What is to go wrong with a reload, which is told the text that is to be loaded. Each is asked, in order, until one answers; the
 * reload waits for it.
 *
 * @category faults
 * @since 0.1.0
 */
export type ReloadFault = (text: string) => FailedReload | undefined | Promise<FailedReload | undefined>

type FailedReload = Omit<ReloadOutcome, "failed">

/**
 * Faults of an in-process Data Plane API, switched on and off while it runs.
 *
 * **Example** (Losing the connection after the third request)
 *
 * ```ts
 * import { Faults, startEmulator } from "@lockstep/haproxy-sync/testing"
 *
 * const faults = new Faults()
 * const emulator = await startEmulator({ faults })
 * faults.add(Faults.at(3, { drop: "after" }))
 * await emulator.stop()
 * ```
 *
 * @category faults
 * @since 0.1.0
 */
export class Faults {
  readonly #faults = new Set<Fault>()
  readonly #reloads = new Set<ReloadFault>()
  /** How many requests have come so far. */
  requests = 0

  /** Switches a fault on; the answer switches it off. */
  add(fault: Fault): () => void {
    this.#faults.add(fault)
    return () => this.#faults.delete(fault)
  }

  /** Switches everything off. */
  clear(): void {
    this.#faults.clear()
    this.#reloads.clear()
  }

  /** Switches a fault of reloads on; the answer switches it off. */
  addToReloads(fault: ReloadFault): () => void {
    this.#reloads.add(fault)
    return () => this.#reloads.delete(fault)
  }

  /** Lets the next reloads fail, each with this text. */
  failReloads(count: number, response = "the reload was made to fail\n"): () => void {
    let left = count
    return this.addToReloads(() => (left-- > 0 ? { response } : undefined))
  }

  /** What becomes of a reload that is to load a text; undefined where it is carried out. */
  async reload(text: string): Promise<ReloadOutcome | undefined> {
    for (const fault of this.#reloads) {
      const outcome = await fault(text)
      if (outcome !== undefined) return { ...outcome, failed: true }
    }
    return undefined
  }

  /** What becomes of a request; those that tell the server what is to go wrong are not counted. */
  interfere(request: FaultyRequest): Interference | undefined {
    this.requests++
    for (const fault of this.#faults) {
      const interference = fault(request)
      if (interference !== undefined) return interference
    }
    return undefined
  }

  /** The same for every request whose method and path fit. */
  static on(method: string, path: RegExp, interference: Interference): Fault {
    return (request) => (request.method === method && path.test(request.path) ? interference : undefined)
  }

  /** A fault for the request with this number alone, counted from 1 from now on. */
  static at(number: number, interference: Interference): Fault {
    let seen = 0
    return () => (++seen === number ? interference : undefined)
  }

  /** A fault that stops after a number of times. */
  static times(count: number, fault: Fault): Fault {
    let left = count
    return (request) => {
      const interference = left > 0 ? fault(request) : undefined
      if (interference !== undefined) left--
      return interference
    }
  }

  /** Commits that meet a newer version, as when many write at once. */
  static conflictStorm(count: number): Fault {
    const body = {
      code: 409,
      message: "version mismatch: version mismatch, transaction version: 1, configured version: 2"
    }
    return Faults.times(count, Faults.on("PUT", /\/transactions\/[^/]+$/, { reply: { status: 409, body } }))
  }

  /** Commits whose answer takes long. */
  static slowCommit(milliseconds: number): Fault {
    return Faults.on("PUT", /\/transactions\/[^/]+$/, { delay: milliseconds })
  }

  /** Commits that are carried out while the answer is lost. */
  static lostCommit(count: number): Fault {
    return Faults.times(count, Faults.on("PUT", /\/transactions\/[^/]+$/, { drop: "after" }))
  }

  /** An answer of the server instead of what was asked for. */
  static status(status: number, message: string): Interference {
    return { reply: { status, body: { code: status, message } } }
  }
}
