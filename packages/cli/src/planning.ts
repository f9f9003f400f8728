import {
  checkDocument,
  type CompareOptions,
  decodePlanFile,
  encodeText,
  type Encoding,
  formatDiagnostic,
  formatPlan,
  formatPlanAnnotations,
  formatPlanMarkdown,
  formatPlanRemarks,
  formatTextDiff,
  type HaproxyVersion,
  looksLikePlanFile,
  parse,
  type ParseOptions,
  type Plan,
  planToJson,
  sha256,
  type StructuredConfig,
  violatesGuard
} from "@lockstep/haproxy-sync"
import { Effect, Stdio } from "effect"
import { Flag } from "effect/cli"
import { CommandError } from "./CommandError.ts"
import { Exit, exitCodes } from "./ExitCode.ts"
import { fromParseError, type InputFile, inOneEncoding, placeIn, readConfiguration, stdinOnce } from "./haproxyFiles.ts"
import { type PlanFormat, tell, write, writeDocument } from "./Output.ts"

/** `--order`. */
export const order = Flag.Literals("order", ["strict", "ignore", "auto"]).pipe(
  Flag.withDescription("Whether the order of servers and other named things counts; auto: where it has a meaning"),
  Flag.withDefault("auto" as NonNullable<CompareOptions["order"]>)
)

/** `--comments`: only where no server is involved, which writes comments in a way of its own. */
export const comments = Flag.Literals("comments", ["ignore", "count"]).pipe(
  Flag.withDescription("Whether sections whose comments differ are different"),
  Flag.withDefault("ignore" as NonNullable<CompareOptions["comments"]>)
)

/** `--detailed-exitcode`. */
export const detailedExitcode = Flag.Boolean("detailed-exitcode").pipe(
  Flag.withDescription("End with exit code 2 when changes are pending"),
  Flag.withDefault(false)
)

/** Reads what is there and what should be there; the latter may be a plan file that was made for the former. */
export const readSides = Effect.fnUntraced(function* (
  options: { readonly current: string; readonly desired: string },
  version: HaproxyVersion
) {
  yield* stdinOnce([options.current, options.desired])
  const [there, wanted] = inOneEncoding(yield* Effect.forEach([options.current, options.desired], readConfiguration))
  if (there === undefined || wanted === undefined) return yield* Effect.die("two files were read")
  const { config: desired, plan, placeOf } = yield* decodeDesired(wanted, version)
  const current = yield* parsed(there.text, { file: there.file, version: plan?.haproxy ?? version, side: "current" })
  if (plan !== undefined && plan.base.sha256 !== sha256(current.document.text)) {
    return yield* new CommandError({
      kind: "PlanFile",
      message: "the plan starts from another configuration",
      hint: "name the one it was made for, or make it again with: lockstep haproxy plan DESIRED --out PLAN",
      file: wanted.file
    })
  }
  return { current, desired, plan, placeOf, encoding: there.encoding }
})

/** Reads what is desired of a server: a configuration, or a plan file that holds one and says what it starts from. */
export const readDesired = Effect.fnUntraced(function* (path: string, version: HaproxyVersion) {
  const input = yield* readConfiguration(path)
  if (input.encoding !== "utf8") {
    return yield* new CommandError({
      kind: "Input",
      message: "the configuration is no UTF-8, and the Data Plane API would change its bytes",
      hint: "convert it, for example with: iconv -f latin1 -t utf-8",
      file: path
    })
  }
  return yield* decodeDesired(input, version)
})

const parsed = (text: string, options: ParseOptions) =>
  Effect.fromResult(parse(text, options)).pipe(Effect.mapError(fromParseError))

const decodeDesired = Effect.fnUntraced(function* (input: InputFile, version: HaproxyVersion) {
  const { file, text } = input
  if (!looksLikePlanFile(text)) {
    const config = yield* parsed(text, { file, version, side: "desired" })
    const placeOf = placeIn(input)
    yield* warnOfErrors(config, version, placeOf)
    return { config, plan: undefined, placeOf }
  }
  const plan = yield* Effect.fromResult(decodePlanFile(text)).pipe(
    Effect.mapError(
      (reason) =>
        new CommandError({
          kind: "PlanFile",
          message: `the plan can't be used: ${reason}`,
          hint: "make it again with: lockstep haproxy plan DESIRED --out PLAN",
          file
        })
    )
  )
  const config = yield* parsed(plan.desired.text, { file, version: plan.haproxy, side: "desired" })
  return { config, plan, placeOf: () => undefined }
})

/** So many errors are told one by one. */
const told = 10

/**
 * Says what HAProxy will refuse of a text that can be planned nevertheless. HAProxy has the last word: it may be newer than what
 * lockstep knows of it.
 */
const warnOfErrors = Effect.fnUntraced(function* (
  { document }: StructuredConfig,
  version: HaproxyVersion,
  placeOf: ReturnType<typeof placeIn>
) {
  const errors = checkDocument(document, { version }).filter(({ severity }) => severity === "error")
  for (const error of errors.slice(0, told)) yield* tell(formatDiagnostic({ ...error, ...placeOf(error.line) }))
  if (errors.length === 0) return
  const more = errors.length > told ? `${errors.length - told} more; ` : ""
  yield* tell(`${more}HAProxy ${version} is expected to refuse this configuration; see: lockstep haproxy check`)
})

/** Fails with what a guard forbids of a plan. */
export const failWhereGuarded = Effect.fnUntraced(function* ({ refusals }: Plan) {
  const violated = refusals.find(({ guard }) => guard !== undefined)
  if (violated === undefined) return
  const { hint, reason } = violated
  return yield* new CommandError({ kind: "Refused", message: reason, hint })
})

/**
 * Writes a plan, and ends with exit code 1 where a guard forbids it, or 2 where that was asked for and something is pending.
 */
export const writePlan = Effect.fnUntraced(function* (plan: Plan, shown: ShownPlan) {
  const { detailed, extra = {}, format } = shown
  if (format === "json" || format === "ndjson") {
    yield* writeDocument("Plan", { ...planToJson(plan), ...extra }, format)
  } else yield* write(yield* viewOf(plan, shown, format))
  if (violatesGuard(plan)) return yield* new Exit({ code: exitCodes.failed })
  if (detailed && plan.operations.length > 0) return yield* new Exit({ code: exitCodes.pending })
})

/** How a plan is shown, and what beside it that takes. */
interface ShownPlan {
  readonly format: PlanFormat
  readonly detailed: boolean
  /** More that the JSON document tells. */
  readonly extra?: object
  readonly order: NonNullable<CompareOptions["order"]>
  readonly comments?: NonNullable<CompareOptions["comments"]>
  readonly current: StructuredConfig
  readonly desired: StructuredConfig
  /** Where a line of the desired text stands. */
  readonly placeOf: ReturnType<typeof placeIn>
  readonly names: readonly [current: string, desired: string]
  readonly encoding: Encoding
}

const viewOf = Effect.fnUntraced(function* (
  plan: Plan,
  { comments = "ignore", current, desired, encoding, names, order, placeOf }: ShownPlan,
  format: Exclude<PlanFormat, "json" | "ndjson">
) {
  if (format === "markdown") return formatPlanMarkdown(plan)
  if (format === "github") return formatPlanAnnotations(plan, desired, placeOf)
  const stdio = yield* Stdio.Stdio
  if (format === "human") return formatPlan(plan, { colors: yield* stdio.stdoutIsTerminal })
  // A diff has no place for them.
  for (const remark of formatPlanRemarks(plan)) yield* tell(remark)
  return encodeText(formatTextDiff(plan, current, desired, { names, order, comments }), encoding)
})
