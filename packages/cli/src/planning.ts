import {
  type CompareOptions,
  decodePlanFile,
  formatPlan,
  type HaproxyVersion,
  looksLikePlanFile,
  parse,
  type Plan,
  planToJson
} from "@lockstep/haproxy-sync"
import { Effect, Stdio } from "effect"
import { Flag } from "effect/cli"
import { CommandError } from "./CommandError.ts"
import { Exit, exitCodes } from "./ExitCode.ts"
import { fromParseError, readConfiguration } from "./haproxyFiles.ts"
import { type OutputFormat, write, writeDocument } from "./Output.ts"

/** `--order`. */
export const order = Flag.Literals("order", ["strict", "ignore", "auto"]).pipe(
  Flag.withDescription("Whether the order of servers and other named things counts; auto: where it has a meaning"),
  Flag.withDefault("auto" as NonNullable<CompareOptions["order"]>)
)

/** `--detailed-exitcode`. */
export const detailedExitcode = Flag.Boolean("detailed-exitcode").pipe(
  Flag.withDescription("End with exit code 2 when changes are pending"),
  Flag.withDefault(false)
)

/** Reads and parses one side of a comparison. */
export const readSide = Effect.fnUntraced(function* (
  path: string,
  side: "current" | "desired",
  version: HaproxyVersion
) {
  const { file, text } = yield* readConfiguration(path)
  return yield* Effect.fromResult(parse(text, { file, version, side })).pipe(Effect.mapError(fromParseError))
})

/** Reads what is desired: a configuration, or a plan file that holds one and says what it starts from. */
export const readDesired = Effect.fnUntraced(function* (path: string, version: HaproxyVersion) {
  const { file, text } = yield* readConfiguration(path)
  if (!looksLikePlanFile(text)) {
    return {
      config: yield* Effect.fromResult(parse(text, { file, version, side: "desired" })).pipe(
        Effect.mapError(fromParseError)
      ),
      plan: undefined
    }
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
  const config = yield* Effect.fromResult(
    parse(plan.desired.text, { file, version: plan.haproxy, side: "desired" })
  ).pipe(Effect.mapError(fromParseError))
  return { config, plan }
})

/** Writes a plan, and ends with exit code 2 where that was asked for and something is pending. */
export const writePlan = Effect.fnUntraced(function* (
  plan: Plan,
  {
    detailed,
    extra = {},
    format
  }: { readonly format: OutputFormat; readonly detailed: boolean; readonly extra?: object }
) {
  if (format === "human") {
    const stdio = yield* Stdio.Stdio
    yield* write(formatPlan(plan, { colors: yield* stdio.stdoutIsTerminal }))
  } else yield* writeDocument("Plan", { ...planToJson(plan), ...extra }, format)
  if (detailed && plan.operations.length > 0) return yield* new Exit({ code: exitCodes.pending })
})
