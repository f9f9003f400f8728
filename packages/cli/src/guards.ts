import type { Guards, PlanFile } from "@lockstep/haproxy-sync"
import { Effect, Option } from "effect"
import { Flag } from "effect/cli"
import { CommandError } from "./CommandError.ts"
import { exitCodes } from "./ExitCode.ts"

/** The flags that guard a plan: one set for all commands. */
export const guardFlags = {
  own: Flag.String("own").pipe(
    Flag.withMetavar("glob"),
    Flag.withDescription(
      "Touch only these sections, as in backend/team-a-*, and leave all others as they are; may be given several times"
    ),
    Flag.atLeast(0)
  ),
  maxDeletes: Flag.Int("max-deletes").pipe(
    Flag.filter(
      (count) => count >= 0,
      (count) => `${count} deletes can't be allowed: give 0 or more`
    ),
    Flag.withDescription("Refuse a plan that deletes more sections, servers and other named things than this"),
    Flag.optional
  ),
  protect: Flag.String("protect").pipe(
    Flag.withMetavar("glob"),
    Flag.withDescription(
      "Refuse a plan that deletes one of these sections or something in it; may be given several times"
    ),
    Flag.atLeast(0)
  )
}

interface GuardOptions {
  readonly own: ReadonlyArray<string>
  readonly maxDeletes: Option.Option<number>
  readonly protect: ReadonlyArray<string>
}

/** The guards of the flags, and those that a plan file was made with: the stricter holds. */
export const guardsOf = Effect.fnUntraced(function* (options: GuardOptions, planFile?: Pick<PlanFile, "guards">) {
  const saved = planFile?.guards ?? {}
  if (planFile !== undefined && options.own.length > 0 && options.own.join() !== saved.own?.join()) {
    return yield* new CommandError({
      kind: "PlanFile",
      message: `the plan was made for ${saved.own === undefined ? "all sections" : `the sections ${saved.own.join(", ")}`}`,
      hint: "leave --own out, or make the plan again with: lockstep haproxy plan DESIRED --own GLOB --out PLAN",
      exit: exitCodes.failed
    })
  }
  const own = options.own.length === 0 ? saved.own : options.own
  const limits = [saved.maxDeletes, Option.getOrUndefined(options.maxDeletes)].filter((one) => one !== undefined)
  const protect = [...new Set([...(saved.protect ?? []), ...options.protect])]
  return {
    ...(own === undefined ? {} : { own }),
    ...(limits.length === 0 ? {} : { maxDeletes: Math.min(...limits) }),
    ...(protect.length === 0 ? {} : { protect })
  } satisfies Guards
})
