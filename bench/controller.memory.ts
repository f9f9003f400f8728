// What a controller costs over 10,000 objects, against the same calls to the same store in a bare loop.
import { inChild } from "./child.ts"
import { worlds } from "./controller.worlds.ts"
import type { Cost } from "./controller.subjects.ts"
import { median, type Report } from "./Report.ts"

interface Measured {
  readonly begin: Cost
  readonly again: Cost
  readonly write: Cost
  /** Megabytes that are kept beside what the store keeps. */
  readonly heap: number
  readonly peak: number
}

const phases = { begin: "list + first reconcile", again: "no-op reconcile", write: "reconcile + status write" } as const
const subjects = ["bare", "controller", "cached"] as const

export const run = (quick: boolean): Omit<Report, "columns"> => {
  const objects = quick ? 2000 : 10_000
  const rounds = quick ? 1 : 3
  const results = Object.keys(worlds).flatMap((world) => {
    const runs: Record<(typeof subjects)[number], Array<Measured>> = { bare: [], controller: [], cached: [] }
    // In turn, so that a change of the machine's speed meets all of them.
    for (let round = 0; round < rounds; round++) {
      for (const subject of subjects) {
        runs[subject].push(inChild<Measured>("controller.memory.worker.ts", subject, world, String(objects)))
      }
    }
    return subjects.map((subject) => ({ world, subject, ...middle(runs[subject]) }))
  })
  const limitOf = (world: string) => results.find((result) => result.world === world && result.subject === "bare")
  const measured = results.flatMap((result) => {
    const limit = limitOf(result.world)
    return (["begin", "again", "write"] as const).map((phase) => ({
      ...result,
      phase,
      cost: result[phase],
      ratio: (limit?.[phase].cpu ?? Number.NaN) / result[phase].cpu
    }))
  })
  const ratios = Object.fromEntries(
    measured
      .filter(({ subject }) => subject !== "bare")
      .map(({ phase, ratio, subject, world }) => [`${world}-${subject}-${phase}`, ratio])
  )
  return {
    rows: measured.map(({ cost, heap, peak, phase, ratio, subject, world }) => [
      world,
      subject,
      phases[phase],
      cost.ms.toFixed(0),
      cost.cpu.toFixed(0),
      ((objects / cost.ms) * 1000).toFixed(0),
      "",
      ratio.toFixed(2),
      heap.toFixed(1),
      peak.toFixed(0)
    ]),
    ratios,
    // Queue, metrics, spans, deadlines and the watch together cost no more than a few times what a bare visit in memory does.
    goals: Object.fromEntries(
      Object.keys(ratios).map((name) => [name, goals[name.slice(name.lastIndexOf("-") + 1)] ?? 0])
    )
  }
}

const goals: Readonly<Record<string, number>> = { begin: 0.15, again: 0.2, write: 0.3 }

/** The middle one of several runs, each figure by itself. */
const middle = (runs: ReadonlyArray<Measured>): Measured => {
  const cost = (phase: keyof typeof phases): Cost => ({
    ms: median(runs.map((result) => result[phase].ms)),
    cpu: median(runs.map((result) => result[phase].cpu))
  })
  return {
    begin: cost("begin"),
    again: cost("again"),
    write: cost("write"),
    heap: median(runs.map(({ heap }) => heap)),
    peak: median(runs.map(({ peak }) => peak))
  }
}
