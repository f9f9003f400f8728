import { Effect } from "effect"
import { DataplaneClient, type PushOptions } from "../dataplane/DataplaneClient.ts"
import { DataplaneError } from "../dataplane/DataplaneError.ts"
import type { RawConfiguration } from "../dataplane/RawConfiguration.ts"
import { requestsOf, type StructuredStep } from "../dataplane/requests.ts"
import { runtimeActionsOf } from "../dataplane/runtimeActions.ts"
import { isVersionConflict, onceInTransaction } from "../dataplane/VersionAdapter.ts"
import type { Scope, WriteResult } from "../dataplane/WriteResult.ts"
import type { Plan, PlannedOperation, Step } from "../plan/Plan.ts"
import { sectionKey } from "../model/sectionKey.ts"
import { stagesOf } from "../plan/stages.ts"
import type { OperationError, SkippedOperation } from "../SyncResult.ts"

/**
 * What carrying out a plan has done, whether or not it came to its end.
 *
 * @category execution
 * @since 0.1.0
 */
export interface Outcome {
  readonly applied: ReadonlyArray<PlannedOperation>
  readonly failed: ReadonlyArray<OperationError>
  /** What was not tried, since it needs something of what failed. */
  readonly skipped: ReadonlyArray<SkippedOperation>
  readonly requests: number
  /** The reload that the server announced, by its id. */
  readonly reloadId?: string
  /** The version the configuration has now, where the server told. */
  readonly version?: number
  /** Why it ended early. */
  readonly error?: DataplaneError
}

const nothing: Outcome = { applied: [], failed: [], skipped: [], requests: 0 }

/**
 * Sends the steps of a plan to the server that holds `base`.
 *
 * **Details**
 *
 * Structured steps go into one transaction, those of one stage side by side. With `continueOnError` what the server refuses is noted,
 * what depends on it is skipped, and the rest is committed; else nothing is, nor where a change of several requests was refused after
 * its first. It never fails: what was done and why it stopped is in the outcome.
 *
 * @category execution
 * @since 0.1.0
 */
export const carryOut = Effect.fnUntraced(function* (
  { steps }: Plan,
  base: RawConfiguration,
  { continueOnError }: { readonly continueOnError: boolean }
) {
  const [first] = steps
  if (first === undefined) return nothing
  if (first.route === "raw" || (first.route === "runtime" && first.store === "raw")) return yield* pushText(first, base)
  if (first.route === "runtime") return yield* directly(steps, base)
  return yield* inTransaction(
    steps.filter(
      (step): step is StructuredStep => step.route === "item" || step.route === "list" || step.route === "section"
    ),
    base,
    continueOnError
  )
})

const noteOf = ({ reloadId, version }: WriteResult) => ({
  ...(reloadId === undefined ? {} : { reloadId }),
  ...(version === undefined ? {} : { version })
})

/** The server takes headers of a megabyte: actions that are longer go with the same text, again. */
const longestActions = 512 * 1024

const inHeaders = (actions: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> => {
  const headers: Array<Array<string>> = [[]]
  let length = 0
  for (const action of actions) {
    if (length + action.length > longestActions) {
      headers.push([])
      length = 0
    }
    headers.at(-1)?.push(action)
    length += action.length + 1
  }
  return headers
}

const pushText = Effect.fnUntraced(function* (step: Extract<Step, { readonly text: string }>, base: RawConfiguration) {
  const client = yield* DataplaneClient
  const pushes: ReadonlyArray<Omit<PushOptions, "version">> =
    step.route === "runtime"
      ? inHeaders(step.operations.flatMap(runtimeActionsOf)).map((actions) => ({ skipReload: true, actions }))
      : [{}]
  let outcome: Outcome = { ...nothing, version: base.version }
  for (const push of pushes) {
    const requests = outcome.requests + 1
    outcome = yield* client.pushRaw(step.text, { version: outcome.version ?? base.version, ...push }).pipe(
      Effect.map((result): Outcome => ({ ...nothing, applied: step.operations, requests, ...noteOf(result) })),
      Effect.catch((error) => Effect.succeed<Outcome>({ ...outcome, applied: [], requests, error }))
    )
    if (outcome.error !== undefined) break
  }
  return outcome
})

/** Each change alone on top of the version that the one before has left. */
const directly = Effect.fnUntraced(function* (steps: ReadonlyArray<Step>, base: RawConfiguration) {
  let outcome: Outcome = { ...nothing, version: base.version }
  for (const step of steps) {
    if (step.route !== "runtime" || step.store !== "direct") continue
    const [operation] = step.operations
    const asItem: StructuredStep = { route: "item", operations: [operation] }
    const done: Outcome = yield* send(asItem, { version: outcome.version ?? base.version }).pipe(
      Effect.map((results): Outcome => ({
        applied: [...outcome.applied, operation],
        failed: [],
        skipped: [],
        requests: outcome.requests + results.length,
        ...(outcome.version === undefined ? {} : { version: outcome.version + results.length }),
        ...(outcome.reloadId === undefined ? {} : { reloadId: outcome.reloadId }),
        ...Object.assign({}, ...results.map(noteOf))
      })),
      Effect.catch((error) =>
        Effect.succeed<Outcome>({
          ...outcome,
          failed: isVersionConflict(error) ? [] : [{ operation, cause: error }],
          requests: outcome.requests + 1,
          error
        })
      )
    )
    outcome = done
    if (done.error !== undefined) break
  }
  return outcome
})

/** How many requests of a transaction are under way at once: the server writes its file for each one by one. */
const sideBySide = 4

const inTransaction = Effect.fnUntraced(function* (
  steps: ReadonlyArray<StructuredStep>,
  base: RawConfiguration,
  continueOnError: boolean
) {
  const done = new Set<StructuredStep>()
  const errors = new Map<StructuredStep, DataplaneError>()
  const skipped = new Map<StructuredStep, StructuredStep>()
  // Begin and commit are requests too.
  let requests = 2
  const facts = () => ({
    requests,
    failed: steps.flatMap((step): ReadonlyArray<OperationError> => {
      const cause = errors.get(step)
      return cause === undefined || isVersionConflict(cause)
        ? []
        : step.operations.map((operation) => ({ operation, cause }))
    }),
    skipped: [...skipped].flatMap(([{ operations }, { operations: failed }]): ReadonlyArray<SkippedOperation> =>
      operations.flatMap((operation) => failed.slice(0, 1).map((because) => ({ operation, because })))
    )
  })
  const needed = blockers(steps)
  return yield* onceInTransaction(
    Effect.fnUntraced(function* ({ id }) {
      const fatal: Array<DataplaneError> = []
      // What is under way when a step fails is waited for: the transaction must not be deleted while it is written into.
      const attempt = Effect.fnUntraced(function* (step: StructuredStep) {
        if (fatal.length > 0) return
        // Nothing is skipped before something has failed.
        const blocked = errors.size === 0 ? undefined : needed(step).find((one) => errors.has(one) || skipped.has(one))
        if (blocked !== undefined) {
          skipped.set(step, skipped.get(blocked) ?? blocked)
          return
        }
        let answered = 0
        const result = yield* Effect.result(
          send(
            step,
            { transaction: id },
            Effect.sync(() => {
              answered++
              requests++
            })
          )
        )
        if (result._tag === "Success") {
          done.add(step)
          return
        }
        requests++
        errors.set(step, result.failure)
        if (!continueOnError || answered > 0 || !isRefusal(result.failure)) fatal.push(result.failure)
      })
      for (const stage of stagesOf(steps)) {
        yield* Effect.forEach(stage, attempt, { concurrency: sideBySide, discard: true })
        const [stopped] = fatal
        if (stopped !== undefined) return yield* stopped
      }
      // Committing nothing would still raise the version and reload HAProxy.
      const [refused] = errors.values()
      if (done.size === 0 && refused !== undefined) return yield* refused
    }),
    base.version
  ).pipe(
    Effect.map(({ commit }): Outcome => ({
      ...facts(),
      applied: steps.filter((step) => done.has(step)).flatMap((step) => step.operations),
      ...noteOf(commit)
    })),
    Effect.catch((error) => Effect.succeed<Outcome>({ ...facts(), applied: [], error }))
  )
})

/**
 * Returns what a step needs: the steps that it stands behind by name, and, where it is known by its place in a list, all that come
 * before it there, since without them the place is another one.
 */
const blockers = (steps: ReadonlyArray<StructuredStep>) => {
  const lists = new Map<string, Array<StructuredStep>>()
  const places = new Map<StructuredStep, { readonly list: ReadonlyArray<StructuredStep>; readonly at: number }>()
  for (const step of steps) {
    const [operation] = step.operations
    if (step.route !== "item" || operation?.index === undefined) continue
    const key = `${sectionKey(operation.keyword, operation.owner)} ${operation.field}`
    const list = lists.get(key) ?? []
    lists.set(key, list)
    places.set(step, { list, at: list.length })
    list.push(step)
  }
  return (step: StructuredStep): ReadonlyArray<StructuredStep> => {
    const named = (step.behind ?? []).flatMap((place) => steps[place] ?? [])
    const own = places.get(step)
    return own === undefined ? named : [...named, ...own.list.slice(0, own.at)]
  }
}

/** The server said no to this one request; others may still be fine. */
const isRefusal = ({ reason }: DataplaneError): boolean => reason === "Refused" || reason === "NotFound"

/**
 * Sends the requests of one step, one after another; `sent` is done behind each that was answered.
 *
 * @category execution
 * @since 0.1.0
 */
export const send = Effect.fnUntraced(function* (
  step: StructuredStep,
  scope: Scope,
  sent: Effect.Effect<unknown> = Effect.void
) {
  const client = yield* DataplaneClient
  const { api } = yield* client.info
  const requests = yield* Effect.fromResult(requestsOf(step, api))
  return yield* Effect.forEach(requests, ({ address, body, method }) =>
    Effect.tap(client.write(method, address, scope, body), sent)
  )
})
