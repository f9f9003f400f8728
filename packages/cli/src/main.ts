import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Effect, Exit, Layer, Logger, References, Runtime } from "effect"
import { run } from "./Cli.ts"
import { isServing } from "./untilStopped.ts"

/** Failures that nobody has put into words yet. */
const report = (cause: Cause.Cause<unknown>) =>
  !Cause.hasInterruptsOnly(cause) && Runtime.getErrorReported(Cause.squash(cause))
    ? Effect.logError(cause)
    : Effect.void

/** A command that serves until it is ended has come to its proper end then. */
const teardown: Runtime.Teardown = (exit, onExit) => {
  if (isServing() && Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)) onExit(0)
  else Runtime.defaultTeardown(exit, onExit)
}

run(process.argv.slice(2)).pipe(
  Effect.tapCause(report),
  // stdout is for the product; of the story only what somebody has to know, unless they ask for more.
  Effect.provide(
    Layer.mergeAll(
      NodeServices.layer,
      Layer.succeed(Logger.LogToStderr, true),
      Layer.succeed(References.MinimumLogLevel, "Warn")
    )
  ),
  NodeRuntime.runMain({ disableErrorReporting: true, teardown })
)
