/**
 * The `OperatorConfig` while the operator runs: it is taken up when it changes, and told in its status whether it is.
 *
 * @since 0.1.0
 */
import { Conditions, Reflector, ResourceStore, type StoreError } from "@lockstep/core"
import { OperatorConfig, operatorConfigName, type GitHubSettings } from "@lockstep/github-sync"
import { Effect, Equal, Result, Schedule, Semaphore, Stream, type Duration } from "effect"
import * as Configuration from "./Configuration.ts"
import * as GitHubConnection from "./GitHubConnection.ts"
import type { Secrets } from "./Secrets.ts"

/**
 * What an operator works by.
 *
 * @category models
 * @since 0.1.0
 */
export interface Live {
  /** What the configuration says; nothing if there is none. */
  readonly configured: Partial<Configuration.Configured>
  readonly github: GitHubSettings
}

/**
 * Settings of what follows a configuration.
 *
 * @category models
 * @since 0.1.0
 */
export interface LiveConfigurationOptions<R> {
  /** Called with what the operator is to work by from now on. */
  readonly onChange: (live: Live) => Effect.Effect<void, never, R>
  /** What is wrong with where the configuration comes from, such as a file that can't be read. */
  readonly problem?: Effect.Effect<string | undefined>
  /** How often secrets are read again, since they may have been exchanged (1 minute if left out). */
  readonly secretsInterval?: Duration.Input
}

interface Refusal {
  readonly reason: string
  readonly message: string
}

/**
 * Follows the configuration named `lockstep` for as long as it runs.
 *
 * **Details**
 *
 * A configuration that can't be used is refused: its condition `Ready` is false and says why, and what was good before goes on.
 * So it is with one whose secrets can't be read. Where there was none before, nothing is followed until it is corrected. When
 * there is no configuration, or no longer one, the operator works by what else it is told.
 *
 * @category following
 * @since 0.1.0
 */
export const follow = <R>(
  options: LiveConfigurationOptions<R>
): Effect.Effect<never, never, ResourceStore | Secrets | R> =>
  Effect.gen(function* () {
    const store = yield* ResourceStore
    const turns = yield* Semaphore.make(1)
    let object: OperatorConfig | undefined
    let isKnown = false
    let current: (Live & { readonly spec: OperatorConfig["spec"] | undefined }) | undefined
    let told = ""

    const refuse = Effect.fnUntraced(function* ({ message, reason }: Refusal) {
      const rest = current === undefined ? "nothing is followed until that is corrected" : "the one before goes on"
      if (told !== message)
        yield* Effect.logError(`The OperatorConfig ${operatorConfigName} can't be used: ${message}; ${rest}`)
      told = message
      if (object !== undefined)
        yield* record(store, object, { status: "False", reason, message: `${message}; ${rest}` })
    })

    const accept = Effect.fnUntraced(function* (live: Live) {
      const spec = object?.spec
      told = ""
      if (
        current === undefined ||
        !Equal.equals(current.spec, spec) ||
        !GitHubConnection.isSame(current.github, live.github)
      ) {
        const isFirst = current === undefined
        current = { ...live, spec }
        yield* options.onChange(live)
        if (!isFirst) yield* Effect.logInfo(`Works by the OperatorConfig ${operatorConfigName} as it is now`)
      }
      if (object !== undefined) {
        yield* record(store, object, { status: "True", reason: "InUse", message: "the operator works by it" })
      }
    })

    const consider = turns.withPermit(
      Effect.gen(function* () {
        if (!isKnown) return
        const judged = yield* Effect.result(judge(object, options.problem ?? Effect.undefined))
        yield* Result.isSuccess(judged) ? accept(judged.success) : refuse(judged.failure)
      })
    )

    yield* Effect.forkChild(Effect.schedule(consider, Schedule.spaced(options.secretsInterval ?? "1 minute")))
    yield* Reflector.follow(OperatorConfig, { fieldSelector: `metadata.name=${operatorConfigName}` }).pipe(
      Stream.runForEachArray((events) => {
        for (const event of events) {
          if (event._tag === "added" || event._tag === "modified") object = event.object
          if (event._tag === "deleted") object = undefined
          if (event._tag === "synced") isKnown = true
        }
        return consider
      })
    )
    return yield* Effect.never
  })

const judge = (object: OperatorConfig | undefined, problem: Effect.Effect<string | undefined>) =>
  Effect.gen(function* () {
    const because = yield* problem
    if (because !== undefined) return yield* Effect.fail<Refusal>({ reason: "FileInvalid", message: because })
    const configured = object === undefined ? Result.succeed({}) : Configuration.optionsOf(object.spec)
    if (Result.isFailure(configured)) {
      return yield* Effect.fail<Refusal>({ reason: "LabelsInvalid", message: configured.failure.message })
    }
    const github = yield* Effect.mapError(GitHubConnection.settings(object?.spec.github), (error): Refusal => ({
      reason: error._tag === "SecretError" ? error.reason : "EnvironmentInvalid",
      message: error.message
    }))
    return { configured: configured.success, github }
  })

const record = (
  store: ResourceStore["Service"],
  object: OperatorConfig,
  finding: Pick<Conditions.Finding, "status" | "reason" | "message">
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const observedGeneration = object.metadata.generation
    const conditions = yield* Conditions.set(object.status?.conditions, [
      { type: "Ready", ...finding, observedGeneration }
    ])
    const status = { observedGeneration, conditions }
    if (Equal.equals(object.status, status)) return
    yield* store.updateStatus(OperatorConfig, { ...object, status })
  }).pipe(
    Effect.catch((error: StoreError) =>
      // Who has changed it meanwhile leads to another look.
      error.treatment._tag === "conflict"
        ? Effect.void
        : Effect.logWarning(
            `The status of the OperatorConfig ${operatorConfigName} could not be written: ${error.message}`
          )
    )
  )
