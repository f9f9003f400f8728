import { Effect } from "effect"
import { Command } from "effect/cli"
import { CommandError } from "../CommandError.ts"
import { reporting, writeLine } from "../Output.ts"

export const commandDemo = Command.make(
  "demo",
  {},
  Effect.fnUntraced(
    function* () {
      const { labelsDemo } = yield* Effect.promise(() => import("../demo/labels.ts"))
      const { haproxyDemo } = yield* Effect.promise(() => import("../demo/haproxy.ts"))
      const labels = yield* labelsDemo(writeLine)
      yield* writeLine("")
      const haproxy = yield* haproxyDemo(writeLine)
      if (!labels || !haproxy) return yield* failure("the loops did not end in step")
      yield* writeLine("\nBoth loops are in step.")
    },
    Effect.catchTags({
      StoreError: (error) => failure(error.message),
      GitHubError: (error) => failure(error.message),
      GitHubServerError: (error) => failure(error.message),
      WebhookServerError: (error) => failure(error.message),
      DataplaneError: (error) => failure(error.message)
    }),
    reporting("human")
  )
).pipe(Command.withDescription("Run both loops to convergence on built-in examples; needs no server"))

const failure = (message: string) =>
  Effect.fail(
    new CommandError({ kind: "Demo", message, hint: "this is a defect: please report it with the lines above" })
  )
