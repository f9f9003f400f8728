import type { Origins } from "@lockstep/operator"
import { Effect, Option, Result } from "effect"
import { Command, Flag } from "effect/cli"
import { CommandError } from "../../CommandError.ts"
import { environment } from "../../environment.ts"
import { readInput } from "../../haproxyFiles.ts"
import { output, reported, writeDocument, writeLine } from "../../Output.ts"
import { layout } from "../../table.ts"
import { toCommandError } from "../operator/toCommandError.ts"
import { whatFlags } from "../operator/what.ts"
import { environmentProblem } from "./environment.ts"

export const commandConfigShow = Command.make(
  "show",
  {
    ...whatFlags,
    origins: Flag.Boolean("origins").pipe(
      Flag.withDescription(
        "Also where each value comes from: a default, a file, a variable of the environment, a flag"
      ),
      Flag.withDefault(false)
    ),
    output
  },
  Effect.fnUntraced(function* ({ cluster, config, interval, origins, output, prune, repo }) {
    const { Origins } = yield* Effect.promise(() => import("@lockstep/operator"))
    const problem = yield* environmentProblem
    if (problem !== undefined) {
      const hint = "correct the environment; lockstep config check tells more"
      return yield* new CommandError({ kind: "Config", message: problem, hint })
    }
    const file = Option.isNone(config) ? undefined : yield* readConfig(config.value)
    const settings = Origins.explain({
      environment: yield* environment,
      ...(file === undefined ? {} : { file }),
      flags: {
        ...(repo.length === 0 ? {} : { repo }),
        ...(cluster.length === 0 ? {} : { cluster }),
        ...(Option.isNone(interval) ? {} : { interval: interval.value }),
        ...(Option.isNone(prune) ? {} : { prune: prune.value })
      }
    })
    if (output === "human") return yield* writeLine(textOf(settings, origins))
    const told = origins ? settings : settings.map(({ name, value }) => ({ name, value }))
    yield* writeDocument("Config", { settings: told }, output)
  }, reported)
).pipe(
  Command.withDescription(
    "Show what operator run would work by with the same flags; of secrets only that there are some"
  )
)

const textOf = (settings: ReadonlyArray<Origins.Setting>, origins: boolean): string =>
  layout()(
    settings.map(({ name, origin, value }) => {
      const text = typeof value === "string" ? value : JSON.stringify(value)
      return origins
        ? [name, text, `${origin.kind}${origin.from === undefined ? "" : ` ${origin.from}`}`]
        : [name, text]
    })
  )

const readConfig = Effect.fnUntraced(function* (name: string) {
  const { ConfigFile, fromProblems } = yield* Effect.promise(() => import("@lockstep/operator"))
  const { text } = yield* readInput(name)
  const read = ConfigFile.parse(text)
  if (Result.isSuccess(read)) return { name, read: read.success }
  return yield* toCommandError(fromProblems(name, read.failure))
})
