// The controller on a real API server, against the same controller on controller-runtime, in turn, over the same objects.
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, Layer, Result } from "effect"
import { join } from "node:path"
import { ResourceStore } from "../packages/core/src/index.ts"
import {
  CustomResourceDefinition,
  Installation,
  KubernetesStore,
  Transport
} from "../packages/core/src/kubernetes/index.ts"
import { provide } from "../tools/servers/Binaries.ts"
import { run as command } from "../tools/servers/Command.ts"
import { KubeApiServer } from "../tools/servers/KubeApiServer.ts"
import { inBundle } from "./child.ts"
import { peer, release } from "./controller.peer.ts"
import type { Cost } from "./controller.subjects.ts"
import { workers } from "./controller.subjects.ts"
import { fill, namespaces, Parcel } from "./controller.worlds.ts"
import { median, type Report } from "./Report.ts"

/** What the process of a subject answers. */
interface Measured {
  readonly begin: Cost
  readonly again: ReadonlyArray<Cost>
  readonly write: Cost
  /** How many reconciles ended well. */
  readonly visits: number
  /** Megabytes of memory: once everything is known, and at most. */
  readonly idle: number
  readonly peak: number
  /** Milliseconds of the processor in all, the start of the process included. */
  readonly total: number
}

interface Limit extends Pick<Measured, "begin" | "idle" | "peak" | "total"> {
  readonly objects: number
  /** Megabytes of a process that has done nothing yet. */
  readonly empty: number
}

const phases = { begin: "list + first reconcile", again: "no-op reconcile", write: "reconcile + status write" } as const
type Phase = keyof typeof phases
const repeats = 3

export const columns = [
  "store",
  "subject",
  "phase",
  "ms",
  "CPU ms",
  "per second",
  "other / this, wall",
  "other / this, CPU",
  "kept MB",
  "peak MB"
]

/** At most 0.7 of the clock, half of the processor, and no more memory. */
export const goals: Readonly<Record<string, number>> = {
  "kubernetes-begin-wall": 1.43,
  "kubernetes-begin-cpu": 2,
  "kubernetes-again-wall": 1.43,
  "kubernetes-again-cpu": 2,
  "kubernetes-write-wall": 1.43,
  "kubernetes-write-cpu": 2,
  "kubernetes-process-cpu": 2,
  "kubernetes-peak-memory": 1
}

export const run = (quick: boolean): Promise<Report> => Effect.runPromise(measure(quick).pipe(Effect.scoped))

const measure = Effect.fnUntraced(function* (quick: boolean) {
  const objects = quick ? 2000 : 10_000
  const rounds = quick ? 2 : 3
  const programs = yield* Effect.result(provided)
  if (Result.isFailure(programs)) {
    yield* Console.error(`Nothing is measured on a real API server: ${programs.failure.message}`)
    return { columns, rows: [], ratios: {}, goals }
  }
  const program = programs.success
  return yield* Effect.gen(function* () {
    const server = yield* KubeApiServer
    const kubeconfig = server.kubeconfigs.admin
    const bundles = yield* bundled
    const store = KubernetesStore.layer.pipe(Layer.provideMerge(Transport.layer({ kubeconfig })))
    yield* prepare(objects).pipe(Effect.provide(store))

    let mark = 0
    const subjects = {
      lockstep: () => [process.execPath, bundles.worker, kubeconfig, String(objects), String(mark)],
      peer: () => [program, `-config=${kubeconfig}`, `-count=${objects}`, `-workers=${workers}`, `-mark=${mark}`]
    }
    const runs: Record<keyof typeof subjects, Array<Measured>> = { lockstep: [], peer: [] }
    const limits: Array<Limit> = []
    for (let round = 0; round < rounds; round++) {
      // In turn, and each as often the first as the second: a change of the machine's speed meets both.
      const order = round % 2 === 0 ? (["lockstep", "peer"] as const) : (["peer", "lockstep"] as const)
      for (const subject of order) {
        mark++
        const measured = yield* answerOf<Measured>(subjects[subject]())
        yield* verify(subject, measured, objects, mark).pipe(Effect.provide(store))
        runs[subject].push(measured)
      }
      limits.push(
        yield* answerOf<Limit>([process.execPath, bundles.limit, server.url, server.caFile, server.tokens.admin])
      )
    }
    return reportOf(objects, middle(runs.lockstep), middle(runs.peer), limits)
  }).pipe(Effect.provide([KubeApiServer.layer, NodeServices.layer]))
})

/** Has the servers ready, and answers the path of the peer's program. */
const provided = peer.pipe(
  Effect.provide(NodeServices.layer),
  Effect.tap(() => Effect.andThen(provide("etcd"), provide("kube-apiserver")))
)

/** As users run it: bundled. Node's reading of TypeScript takes much memory itself. */
const bundled = Effect.acquireRelease(
  Effect.sync(() => ({
    one: inBundle("controller.kubernetes.worker.ts"),
    other: inBundle("controller.limit.worker.ts")
  })),
  ({ one, other }) =>
    Effect.sync(() => {
      one.remove()
      other.remove()
    })
).pipe(
  Effect.map(({ one, other }) => ({ worker: join(one.folder, "worker.mjs"), limit: join(other.folder, "worker.mjs") }))
)

/** Declares the kind and creates the objects. */
const prepare = Effect.fnUntraced(function* (objects: number) {
  const transport = yield* Transport
  yield* Installation.install([yield* Effect.fromResult(CustomResourceDefinition.make(Parcel))])
  for (const name of namespaces) {
    const body = { apiVersion: "v1", kind: "Namespace", metadata: { name } }
    yield* transport.call({ method: "POST", path: "/api/v1/namespaces", body })
  }
  yield* fill(objects)
})

const answerOf = <A>([program = "", ...args]: ReadonlyArray<string>) =>
  Effect.map(command(program, args), (text) => JSON.parse(text) as A)

/** Both must have done the work: every object visited in every phase, and its status in the server as it was to be written. */
const verify = Effect.fnUntraced(function* (subject: string, { visits }: Measured, objects: number, mark: number) {
  const { items } = yield* ResourceStore.use((store) => store.list(Parcel))
  const written = items.filter(({ status }) => status?.seen === mark).length
  const expected = objects * (1 + repeats + 1)
  if (written !== objects || visits !== expected) {
    return yield* Effect.die(
      new Error(
        `${subject} did other work: ${visits} reconciles of ${expected}, ${written} statuses written of ${objects}`
      )
    )
  }
})

type Middle = Readonly<Record<Phase, Cost>> & Pick<Measured, "idle" | "peak" | "total">

/** The middle of several runs, each figure by itself. */
const middle = (runs: ReadonlyArray<Measured>): Middle => {
  const cost = (costs: ReadonlyArray<Cost>): Cost => ({
    ms: median(costs.map(({ ms }) => ms)),
    cpu: median(costs.map(({ cpu }) => cpu))
  })
  return {
    begin: cost(runs.map(({ begin }) => begin)),
    again: cost(runs.flatMap(({ again }) => again)),
    write: cost(runs.map(({ write }) => write)),
    idle: median(runs.map(({ idle }) => idle)),
    peak: median(runs.map(({ peak }) => peak)),
    total: median(runs.map(({ total }) => total))
  }
}

/** One line of the table: the costs of a phase, how many times as much the peer took, and megabytes. */
const row = (subject: string, phase: string, { cpu, ms }: Partial<Cost>, ...rest: ReadonlyArray<string | number>) => [
  "kubernetes",
  subject,
  phase,
  ...[ms, cpu].map((value) => value?.toFixed(0) ?? ""),
  ...rest.map((value) => (typeof value === "number" ? value.toFixed(value < 10 ? 2 : 0) : value))
]

const reportOf = (objects: number, ours: Middle, theirs: Middle, limits: ReadonlyArray<Limit>): Report => {
  const names = ["begin", "again", "write"] as const
  const rowsOf = (subject: string, { idle, peak, total, ...costs }: Middle) => [
    ...names.map((name) => {
      const { cpu, ms } = costs[name]
      const [wall, processor] = [theirs[name].ms / ms, theirs[name].cpu / cpu]
      return row(subject, phases[name], costs[name], ((objects / ms) * 1000).toFixed(0), wall, processor, idle, peak)
    }),
    row(subject, "whole process", { cpu: total }, "", "", theirs.total / total, idle, peak)
  ]
  const empty = median(limits.map((one) => one.empty))
  const limit = {
    ms: median(limits.map(({ begin }) => begin.ms)),
    cpu: median(limits.map(({ begin }) => begin.cpu)),
    idle: median(limits.map(({ idle }) => idle)),
    peak: median(limits.map(({ peak }) => peak))
  }
  const ratios = Object.fromEntries([
    ...names.flatMap((name) => [
      [`kubernetes-${name}-wall`, theirs[name].ms / ours[name].ms],
      [`kubernetes-${name}-cpu`, theirs[name].cpu / ours[name].cpu]
    ]),
    ["kubernetes-process-cpu", theirs.total / ours.total],
    ["kubernetes-peak-memory", theirs.peak / ours.peak]
  ]) as Readonly<Record<string, number>>
  return {
    columns,
    rows: [
      ...rowsOf("lockstep", ours),
      ...rowsOf(`controller-runtime ${release}`, theirs),
      row("bare Node", "nothing at all", {}, "", "", "", empty, empty),
      row("bare Node", "list and parse", limit, "", "", "", limit.idle, limit.peak)
    ],
    ratios,
    goals
  }
}
