/** A configuration in a file, kept up to date in the store. */
import { Resource, ResourceStore, type StoreError } from "@lockstep/core"
import { OperatorConfig, operatorConfigName } from "@lockstep/github-sync"
import { Effect, Equal, Option, Result, Schedule, Schema, type Scope } from "effect"
import { readFile } from "node:fs/promises"
import * as ConfigFile from "./ConfigFile.ts"

/**
 * A file with a configuration can't be used. Whoever wrote it has to correct it.
 *
 * @category errors
 * @since 0.1.0
 */
export class ConfigFileError extends Schema.TaggedError<ConfigFileError>()("ConfigFileError", {
  file: Schema.String,
  because: Schema.String,
  line: Schema.optionalKey(Schema.Int),
  column: Schema.optionalKey(Schema.Int)
}) {
  override get message(): string {
    const place = this.line === undefined ? this.file : `${this.file}:${this.line}:${this.column ?? 1}`
    return `${place}: ${this.because}`
  }
}

/**
 * Returns the error of a file in which something is wrong: it tells the first, and how many more there are.
 *
 * @category errors
 * @since 0.1.0
 */
export const fromProblems = (file: string, problems: ReadonlyArray<ConfigFile.Problem>): ConfigFileError => {
  const [first] = problems
  if (first === undefined) return new ConfigFileError({ file, because: "it can't be used" })
  const { column, line, message, path } = first
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more; see lockstep config check)` : ""
  return new ConfigFileError({ file, because: `${path === "" ? "" : `${path}: `}${message}${more}`, line, column })
}

/**
 * Puts what the file says into the store, and again whenever it changes, until the scope ends. It fails where it can't be used to
 * begin with; later on it answers what is wrong with it, and the store keeps what it said before.
 */
export const load = (
  file: string
): Effect.Effect<Effect.Effect<string | undefined>, ConfigFileError | StoreError, ResourceStore | Scope.Scope> =>
  Effect.gen(function* () {
    const store = yield* ResourceStore
    let problem: string | undefined
    yield* put(store, yield* read(file))
    yield* Effect.flatMap(read(file), (spec) => put(store, spec)).pipe(
      Effect.match({
        onSuccess: () => void (problem = undefined),
        onFailure: ({ message }) => void (problem = message)
      }),
      Effect.schedule(Schedule.spaced("2 seconds")),
      Effect.forkScoped
    )
    return Effect.sync(() => problem)
  })

/** Reads a file with a configuration. */
const read = (file: string): Effect.Effect<OperatorConfig["spec"], ConfigFileError> =>
  Effect.tryPromise({
    try: () => readFile(file, "utf8"),
    catch: (cause) =>
      new ConfigFileError({
        file,
        because: `it can't be read: ${cause instanceof Error ? cause.message : String(cause)}`
      })
  }).pipe(
    Effect.flatMap((text) => {
      const parsed = ConfigFile.parse(text)
      if (Result.isSuccess(parsed)) return Effect.succeed(parsed.success.spec)
      return Effect.fail(fromProblems(file, parsed.failure))
    })
  )

const put = (store: ResourceStore["Service"], spec: OperatorConfig["spec"]): Effect.Effect<void, StoreError> =>
  Effect.gen(function* () {
    const found = yield* store.get(OperatorConfig, Resource.key(operatorConfigName)).pipe(
      Effect.asSome,
      Effect.catchReason("StoreError", "NotFound", () => Effect.succeedNone)
    )
    if (Option.isNone(found)) yield* store.create(OperatorConfig, { metadata: { name: operatorConfigName }, spec })
    else if (!Equal.equals(found.value.spec, spec)) yield* store.update(OperatorConfig, { ...found.value, spec })
  })
