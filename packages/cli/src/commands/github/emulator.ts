import type { GitHubSeed } from "@lockstep/github-sync/testing"
import { Effect, Option, Redacted } from "effect"
import { Command, Flag } from "effect/cli"
import { CommandError } from "../../CommandError.ts"
import { readInput } from "../../haproxyFiles.ts"
import { listenAddress, listenFlag } from "../../listen.ts"
import { reporting, writeLine } from "../../Output.ts"
import { untilStopped } from "../../untilStopped.ts"
import { usageError } from "../../usageError.ts"

export const commandGithubEmulator = Command.make(
  "emulator",
  {
    listen: listenFlag("127.0.0.1:5556"),
    seed: Flag.String("seed").pipe(
      Flag.withDescription("A JSON file with the repositories and pull requests it begins with"),
      Flag.withMetavar("FILE"),
      Flag.optional
    ),
    webhookUrl: Flag.String("webhook-url").pipe(
      Flag.withDescription("Where it tells of everything that happens, as GitHub's webhooks do"),
      Flag.withMetavar("URL"),
      Flag.optional
    ),
    webhookSecretFile: Flag.String("webhook-secret-file").pipe(
      Flag.withDescription("A file with the secret that they are signed with, in its first line"),
      Flag.withMetavar("FILE"),
      Flag.optional
    )
  },
  Effect.fnUntraced(
    function* ({ listen, seed, webhookSecretFile, webhookUrl }) {
      const address = yield* listenAddress(listen)
      const hook = yield* hookOf(webhookUrl, webhookSecretFile)
      const { GitHubSeed, GitHubWebhooks, serve } = yield* Effect.promise(() => import("@lockstep/github-sync/testing"))
      const world = Option.isNone(seed) ? GitHubSeed.empty : yield* readSeed(seed.value, GitHubSeed.parse)
      const { emulator, url } = yield* serve({ ...address, seed: world }).pipe(
        Effect.mapError((error) => new CommandError({ kind: "Emulator", message: error.message, hint: "" }))
      )
      if (hook !== undefined) yield* GitHubWebhooks.deliver(emulator.world, hook)
      yield* writeLine(JSON.stringify({ url: url.href.replace(/\/$/, ""), pid: process.pid }))
      return yield* untilStopped
    },
    Effect.scoped,
    reporting("human")
  )
).pipe(Command.withDescription("Run the in-process GitHub as a server, for tests of whatever talks to one"))

const hookOf = Effect.fnUntraced(function* (url: Option.Option<string>, file: Option.Option<string>) {
  if (Option.isNone(url)) return undefined
  if (!URL.canParse(url.value)) {
    return yield* usageError(`"${url.value}" is no URL`, "write http://HOST:PORT/webhooks/github")
  }
  if (Option.isNone(file)) {
    return yield* usageError("webhooks can't be signed without a secret", "name a file: --webhook-secret-file FILE")
  }
  const [secret = ""] = (yield* readInput(file.value)).text.split("\n")
  if (secret.trim() === "") return yield* usageError(`${file.value} holds no secret`, "write one into its first line")
  return { url: new URL(url.value), secret: Redacted.make(secret.trim()) }
})

const readSeed = Effect.fnUntraced(function* (file: string, parse: typeof GitHubSeed.parse) {
  const { text } = yield* readInput(file)
  return yield* parse(text).pipe(
    Effect.mapError(
      (error) =>
        new CommandError({
          kind: "Seed",
          message: `this is no seed: ${error.message}`,
          hint: "see examples/github/seed.json",
          file
        })
    )
  )
})
