import { formatPlan, plan, type PlanOptions, type StructuredConfig, type SyncPolicy } from "@lockstep/haproxy-sync"
import { Effect, Stdio } from "effect"
import { confirm } from "./confirm.ts"
import { type OutputFormat, tell } from "./Output.ts"

/**
 * Shows the plan and asks whether to go on. Nobody is asked with `--yes`, in a dry run, when JSON is wanted, or where nobody sits at
 * the terminal.
 */
export const approve = Effect.fnUntraced(function* (
  current: StructuredConfig,
  desired: StructuredConfig,
  options: PlanOptions & { readonly yes: boolean; readonly policy: SyncPolicy; readonly output: OutputFormat }
) {
  if (options.output !== "human") return
  const planned = plan(current, desired, options)
  const stdio = yield* Stdio.Stdio
  yield* tell(formatPlan(planned, { colors: yield* stdio.stderrIsTerminal }).trimEnd())
  const nothingToAsk = planned.operations.length === 0 || planned.refusals.length > 0 || options.policy === "dry-run"
  if (!options.yes && !nothingToAsk) yield* confirm("Apply this?")
})
