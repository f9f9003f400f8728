/**
 * A configuration in a file: an `OperatorConfig` as YAML or JSON, as `kubectl` takes it.
 *
 * @since 0.1.0
 */
import { OperatorConfig, operatorConfigName } from "@lockstep/github-sync"
import { Option, Predicate, Result, Schema, SchemaIssue } from "effect"
import { isNode, LineCounter, parseAllDocuments, type Document } from "yaml"
import * as Configuration from "./Configuration.ts"

/**
 * What is wrong with a configuration, and where.
 *
 * @category models
 * @since 0.1.0
 */
export interface Problem {
  /** Below the object: `spec.labels.prefix`. */
  readonly path: string
  readonly message: string
  readonly line: number
  readonly column: number
}

/**
 * A configuration that was read.
 *
 * @category models
 * @since 0.1.0
 */
export interface Read {
  readonly spec: OperatorConfig["spec"]
  /** Where a value is, or nothing if it isn't in the file. */
  locate(path: ReadonlyArray<PropertyKey>): Pick<Problem, "line" | "column"> | undefined
}

const Whole = Schema.Struct({
  apiVersion: Schema.Literals([OperatorConfig.apiVersion]),
  kind: Schema.Literals([OperatorConfig.kind]),
  metadata: Schema.Struct({
    name: Schema.Literals([operatorConfigName]),
    labels: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
    annotations: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
  }),
  spec: OperatorConfig.spec
})

const decode = Schema.decodeUnknownResult(Whole, { onExcessProperty: "error", errors: "all" })

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/**
 * Reads a configuration, or tells everything that is wrong with it: what is no YAML, what the kind does not know or allow, what
 * its rules forbid, and names of labels that can't be used.
 *
 * **Example** (A mistake, and where it is)
 *
 * ```ts
 * import { ConfigFile } from "@lockstep/operator"
 * import { Result } from "effect"
 *
 * const read = ConfigFile.parse("kind: OperatorConfig\n")
 * Result.isFailure(read) // => true
 * ```
 *
 * @category reading
 * @since 0.1.0
 */
export const parse = (text: string): Result.Result<Read, ReadonlyArray<Problem>> => {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: "silent" })
  const list: ReadonlyArray<Document> = Array.isArray(documents) ? documents : []
  const at = (offset: number) => {
    const { col, line } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const broken = list.flatMap(({ errors }) =>
    errors.map(({ message, pos }) => ({ path: "", message: oneLine(message), ...at(pos[0]) }))
  )
  if (broken.length > 0) return Result.fail(broken)
  const [document, ...more] = list.filter((one) => one.toJS() !== null)
  const whole = (message: string) => Result.fail([{ path: "", message, line: 1, column: 1 }])
  if (document === undefined) return whole("it is empty; write an OperatorConfig into it")
  if (more.length > 0) return whole("it holds several objects; leave only the OperatorConfig in it")

  const locate = (path: ReadonlyArray<PropertyKey>) => positionOf(document, path, at)
  const problem = (path: ReadonlyArray<PropertyKey>, message: string): Problem => ({
    path: formatPath(path),
    message: oneLine(message),
    // What is missing is told at what it is missing from.
    ...(nearest(path, locate) ?? { line: 1, column: 1 })
  })
  const decoded = decode(document.toJS())
  if (Result.isFailure(decoded)) {
    return Result.fail(
      format(decoded.failure.issue).issues.map(({ message, path = [] }) =>
        problem(
          path.map((part) => (typeof part === "object" ? part.key : part)),
          message
        )
      )
    )
  }
  const { spec } = decoded.success
  const forbidden = OperatorConfig.rules.filter((rule) => !rule.holds(spec, undefined))
  if (forbidden.length > 0)
    return Result.fail(forbidden.map(({ message }) => problem(["spec", whereOf(message)], message)))
  const options = Configuration.optionsOf(spec)
  return Result.isFailure(options)
    ? Result.fail([problem(["spec", "labels"], options.failure.message)])
    : Result.succeed({ spec, locate })
}

// A rule is about the whole spec; its message begins with the part that it is about, or names it.
const whereOf = (message: string): string => (message.startsWith("qualification") ? "qualification" : "github")

const oneLine = (text: string) => text.replaceAll(/\s+/gu, " ").trim()

const formatPath = (path: ReadonlyArray<PropertyKey>): string =>
  path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text}${text === "" ? "" : "."}${String(part)}`),
    ""
  )

const nearest = <A>(
  path: ReadonlyArray<PropertyKey>,
  locate: (path: ReadonlyArray<PropertyKey>) => A | undefined
): A | undefined => locate(path) ?? (path.length === 0 ? undefined : nearest(path.slice(0, -1), locate))

const positionOf = <A>(
  document: Document,
  path: ReadonlyArray<PropertyKey>,
  at: (offset: number) => A
): A | undefined => {
  const key = path.at(-1)
  const parent: unknown = path.length < 2 ? document.contents : document.getIn(path.slice(0, -1), true)
  // The key rather than the value: that is where people look.
  const pairs = Predicate.hasProperty(parent, "items") && Array.isArray(parent.items) ? parent.items : []
  const pair = pairs.find(
    (one: unknown) =>
      Predicate.hasProperty(one, "key") && Predicate.hasProperty(one.key, "value") && one.key.value === key
  )
  const node: unknown = Predicate.hasProperty(pair, "key")
    ? pair.key
    : path.length === 0
      ? parent
      : document.getIn(path, true)
  return Option.getOrUndefined(Option.map(Option.liftPredicate(isNode)(node), ({ range }) => at(range?.[0] ?? 0)))
}
