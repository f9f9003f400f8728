import type { GitHubSeed } from "@lockstep/github-sync/testing"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { CommandError } from "../../CommandError.ts"
import { readInput } from "../../haproxyFiles.ts"
import { listenAddress, listenFlag } from "../../listen.ts"
import { reporting, writeLine } from "../../Output.ts"
import { untilStopped } from "../../untilStopped.ts"

export const commandGithubEmulator = Command.make(
  "emulator",
  {
    listen: listenFlag("127.0.0.1:5556"),
    seed: Flag.String("seed").pipe(
      Flag.withDescription("A JSON file with the repositories and pull requests it begins with"),
      Flag.optional
    )
  },
  Effect.fnUntraced(
    function* ({ listen, seed }) {
      const address = yield* listenAddress(listen)
      const { GitHubSeed, serve } = yield* Effect.promise(() => import("@lockstep/github-sync/testing"))
      const world = Option.isNone(seed) ? GitHubSeed.empty : yield* readSeed(seed.value, GitHubSeed.parse)
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

const readSeed = Effect.fnUntraced(function* (file: string, parse: typeof GitHubSeed.parse) {
  const { text } = yield* readInput(file)
  return yield* parse(text).pipe(
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
