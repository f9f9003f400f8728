import { Faults } from "./Faults.ts"

/** A fault that has a name: what its amount counts, what it does, and how it is switched on. */
interface NamedFault {
  readonly counts: "commits" | "begins" | "reloads" | "requests" | "milliseconds" | "number"
  readonly does: string
  readonly add: (faults: Faults, amount: number) => () => void
}

const commit = /\/transactions\/[^/]+$/

/**
 * The faults that can be switched on by a name and an amount: on the command line, and over HTTP while the server runs.
 *
 * @category faults
 * @since 0.1.0
 */
export const namedFaults = {
  "conflict-storm": {
    counts: "commits",
    does: "meet a newer version: 409",
    add: (faults, amount) => faults.add(Faults.conflictStorm(amount))
  },
  "slow-commits": {
    counts: "milliseconds",
    does: "pass before each commit is answered",
    add: (faults, amount) => faults.add(Faults.slowCommit(amount))
  },
  "lost-commits": {
    counts: "commits",
    does: "are carried out, and the connection breaks before the answer",
    add: (faults, amount) => faults.add(Faults.lostCommit(amount))
  },
  "lost-requests": {
    counts: "requests",
    does: "meet a connection that breaks before anything is done",
    add: (faults, amount) => faults.add(Faults.times(amount, () => ({ drop: "before" })))
  },
  "lost-answers": {
    counts: "requests",
    does: "are carried out, and the connection breaks before the answer",
    add: (faults, amount) => faults.add(Faults.times(amount, () => ({ drop: "after" })))
  },
  "failing-reloads": {
    counts: "reloads",
    does: "fail, and the file before is put back",
    add: (faults, amount) => faults.failReloads(amount)
  },
  "too-many-transactions": {
    counts: "begins",
    does: "are one too many: 429",
    add: (faults, amount) => {
      const message = "cannot start a new transaction, reached the maximum amount of 20 active transactions available"
      return faults.add(Faults.times(amount, Faults.on("POST", /\/transactions$/, Faults.status(429, message))))
    }
  },
  "too-many-requests": {
    counts: "requests",
    does: "are answered with 429",
    add: (faults, amount) => faults.add(Faults.times(amount, () => Faults.status(429, "too many requests")))
  },
  "server-errors": {
    counts: "requests",
    does: "are answered with 500",
    add: (faults, amount) => faults.add(Faults.times(amount, () => Faults.status(500, "something broke")))
  },
  unavailable: {
    counts: "requests",
    does: "are answered with 503",
    add: (faults, amount) => faults.add(Faults.times(amount, () => Faults.status(503, "try again later")))
  },
  "crash-before": {
    counts: "number",
    does: "of the request before which the server crashes; it starts again at once",
    add: (faults, amount) => faults.add(Faults.at(amount, { restart: "before" }))
  },
  "crash-after": {
    counts: "number",
    does: "of the request that is carried out, but not answered, since the server crashes; it starts again at once",
    add: (faults, amount) => faults.add(Faults.at(amount, { restart: "after" }))
  },
  "crash-after-commit": {
    counts: "commits",
    does: "are carried out, but not answered, since the server crashes; it starts again at once",
    add: (faults, amount) => faults.add(Faults.times(amount, Faults.on("PUT", commit, { restart: "after" })))
  }
} as const satisfies Readonly<Record<string, NamedFault>>

/**
 * The name of a fault.
 *
 * @category faults
 * @since 0.1.0
 */
export type FaultName = keyof typeof namedFaults

/**
 * The names of all faults that have one.
 *
 * @category faults
 * @since 0.1.0
 */
export const faultNames = Object.keys(namedFaults) as ReadonlyArray<FaultName>

const isFaultName = (name: string): name is FaultName => Object.hasOwn(namedFaults, name)

/**
 * A fault by its name, with its amount.
 *
 * @category faults
 * @since 0.1.0
 */
export interface FaultSpec {
  readonly name: FaultName
  readonly amount: number
}

/**
 * Reads a fault as the command line takes it, such as `conflict-storm=3`; undefined where it is none. Without an amount it is 1.
 *
 * **Example** (A fault)
 *
 * ```ts
 * import { faultSpec } from "@lockstep/haproxy-sync/testing"
 *
 * faultSpec("slow-commits=2000") // { name: "slow-commits", amount: 2000 }
 * ```
 *
 * @category faults
 * @since 0.1.0
 */
export const faultSpec = (text: string): FaultSpec | undefined => {
  const [name = "", amount = "1"] = text.split("=", 2)
  return isFaultName(name) && /^[1-9]\d*$/.test(amount) ? { name, amount: Number(amount) } : undefined
}

/**
 * Switches a fault on by its name; the answer switches it off.
 *
 * @category faults
 * @since 0.1.0
 */
export const addFault = (faults: Faults, { amount, name }: FaultSpec): (() => void) => {
  const fault: NamedFault = namedFaults[name]
  return fault.add(faults, amount)
}
