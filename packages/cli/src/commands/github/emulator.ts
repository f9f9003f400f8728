import { GitHubSeed, serve } from "@lockstep/github-sync/testing"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { CommandError } from "../../CommandError.ts"
import { readInput } from "../../haproxyFiles.ts"
import { listenAddress } from "../../listen.ts"
import { reporting, writeLine } from "../../Output.ts"
import { untilStopped } from "../../untilStopped.ts"

export const commandGithubEmulator = Command.make(
  "emulator",
  {
    listen: Flag.String("listen").pipe(
      Flag.withDescription("The address and port it listens on; port 0 takes a free one"),
      Flag.withDefault("127.0.0.1:5556")
    ),
    seed: Flag.String("seed").pipe(
      Flag.withDescription("A JSON file with the repositories and pull requests it begins with"),
      Flag.optional
    )
  },
  Effect.fnUntraced(
    function* ({ listen, seed }) {
      const address = yield* listenAddress(listen)
      const world = Option.isNone(seed) ? GitHubSeed.empty : yield* readSeed(seed.value)
      const { url } = yield* serve({ ...address, seed: world }).pipe(
        Effect.mapError((error) => new CommandError({ kind: "Emulator", message: error.message, hint: "" }))
      )
      yield* writeLine(JSON.stringify({ url: url.href.replace(/\/$/, ""), pid: process.pid }))
      return yield* untilStopped
    },
    Effect.scoped,
    reporting("human")
  )
).pipe(Command.withDescription("Run the in-process GitHub as a server, for tests of whatever talks to one"))

const readSeed = Effect.fnUntraced(function* (file: string) {
  const { text } = yield* readInput(file)
  return yield* GitHubSeed.parse(text).pipe(
    Effect.mapError(
      (error) =>
        new CommandError({
          kind: "Seed",
          message: `this is no seed: ${error.message}`,
          hint: "see the type GitHubSeed",
          file
        })
    )
  )
})
