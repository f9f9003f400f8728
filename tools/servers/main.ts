/**
 * The real servers for people: `node tools/run.mjs servers list|fetch|path|start|module`.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Data, Effect, Exit, Option, Result, Runtime, Cause } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { locate, provide } from "./Binaries.ts"
import { serverNames } from "./Catalog.ts"
import { moduleDirectory } from "./kubernetes/Build.ts"
import { writeModule } from "./kubernetes/Module.ts"
import type { ServerFailed, ServerUnavailable } from "./ServerError.ts"
import { startForPeople } from "./StartForPeople.ts"

/** What has been said already; the exit status is all that is left. */
class CommandFailed extends Data.TaggedError("CommandFailed") {
  override readonly [Runtime.errorExitCode] = 1
  override readonly [Runtime.errorReported] = false
}

const inWords = <A, R>(effect: Effect.Effect<A, ServerUnavailable | ServerFailed, R>) =>
  Effect.catch(effect, (error) => Effect.andThen(Console.error(`error: ${error.message}`), new CommandFailed()))

const name = Argument.Literals("name", serverNames).pipe(Argument.withDescription("A server, as `list` names it."))

const list = Command.make("list", {}, () =>
  Effect.forEach(serverNames, (server) =>
    Effect.flatMap(Effect.result(locate(server)), (found) =>
      Console.log(`${server.padEnd(15)} ${Result.isSuccess(found) ? found.success : "not fetched"}`)
    )
  )
).pipe(Command.withDescription("Lists the servers and where their programs are."))

const fetch = Command.make(
  "fetch",
  {
    names: Argument.Literals("name", serverNames).pipe(
      Argument.withDescription("A server to have ready; all of them unless one is named."),
      Argument.variadic()
    )
  },
  ({ names }) =>
    Effect.forEach(names.length === 0 ? serverNames : names, (server) =>
      Effect.flatMap(inWords(provide(server)), ({ version, path }) =>
        Console.log(`${server.padEnd(15)} ${version}  ${path}`)
      )
    )
).pipe(Command.withDescription("Fetches or builds servers that are not in the cache."))

const path = Command.make("path", { name }, (options) =>
  Effect.flatMap(inWords(locate(options.name)), (found) => Console.log(found))
).pipe(Command.withDescription("Prints where a server's program is."))

const start = Command.make(
  "start",
  {
    name,
    config: Flag.FileText("config").pipe(
      Flag.withDescription("HAProxy's configuration; @DIR@, @STATS@ and @PORT@ in it are filled in."),
      Flag.optional
    )
  },
  ({ name: server, config }) =>
    inWords(
      Effect.gen(function* () {
        yield* provide(server)
        for (const [what, value] of yield* startForPeople(server, Option.getOrUndefined(config))) {
          yield* Console.log(`${what.padEnd(15)} ${value}`)
        }
        yield* Console.error("It runs until this command is ended (Ctrl-C).")
        return yield* Effect.never
      })
    ).pipe(Effect.scoped)
).pipe(Command.withDescription("Starts a server on free loopback ports, until the command is ended."))

const module = Command.make(
  "module",
  { release: Argument.String("release").pipe(Argument.withDescription("A release of Kubernetes, such as v1.36.4.")) },
  ({ release }) => writeModule(release, moduleDirectory)
).pipe(Command.withDescription("Writes the Go module of the Kubernetes servers anew, for a release."))

const servers = Command.make("servers").pipe(
  Command.withDescription("The real servers that tests run against."),
  Command.withSubcommands([list, fetch, path, start, module])
)

/** Ending a server by Ctrl-C is how this command ends well. */
const teardown: Runtime.Teardown = (exit, onExit) =>
  Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause) ? onExit(0) : Runtime.defaultTeardown(exit, onExit)

Command.run(servers, { version: "0.1.0" }).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain({ teardown }))
