import type { PullRequest } from "@lockstep/github-sync"
import { Duration, Effect, FileSystem, Option, Redacted, Stdio } from "effect"
import { Command, Flag } from "effect/cli"
import { CommandError } from "../../CommandError.ts"
import { listenAddress, listenFlag } from "../../listen.ts"
import { reporting, writeLine } from "../../Output.ts"
import { untilStopped } from "../../untilStopped.ts"
import { usageError } from "../../usageError.ts"
import { clusterFlags, onCluster, refuseForeign } from "./cluster.ts"
import { toCommandError } from "./toCommandError.ts"
import { whatFlags } from "./what.ts"

export const commandOperatorRun = Command.make(
  "run",
  {
    mode: Flag.Literals("mode", ["local", "kubernetes"]).pipe(
      Flag.withDescription(
        "local needs no cluster: trackers are in memory, or in a file (--store). kubernetes keeps them as custom resources (crd install), and takes what is left out here from the OperatorConfig named lockstep"
      ),
      Flag.withDefault("local" as const)
    ),
    ...whatFlags,
    store: Flag.String("store").pipe(
      Flag.withDescription("A file that keeps the trackers over a restart, and that tracker and drift read"),
      Flag.optional
    ),
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDescription(
        "Print what would be written to GitHub, and write nothing: neither there nor into the file of --store"
      ),
      Flag.withDefault(false)
    ),
    ...clusterFlags,
    listen: listenFlag("127.0.0.1:8081", "Where /livez, /readyz and /metrics are answered"),
    webhookListen: Flag.String("webhook-listen").pipe(
      Flag.withDescription("Where GitHub's webhooks are taken, at /webhooks/github: HOST:PORT"),
      Flag.optional
    ),
    webhookSecretFile: Flag.String("webhook-secret-file").pipe(
      Flag.withDescription(
        "A file with the secret that webhooks are signed with; with several, one a line, while one is exchanged for another"
      ),
      Flag.optional
    )
  },
  Effect.fnUntraced(function* (options) {
    const { cluster, dryRun, interval, listen, mode, prune, repo } = options
    if (Option.isSome(interval) && interval.value < 1) {
      return yield* usageError(`${interval.value} is no interval`, "wait a second at least: --interval 1")
    }
    yield* refuseForeign(options)
    const { PullRequest } = yield* Effect.promise(() => import("@lockstep/github-sync"))
    const { runKubernetesOperator, runLocalOperator } = yield* Effect.promise(() => import("@lockstep/operator"))
    const { Telemetry } = yield* Effect.promise(() => import("@lockstep/core"))
    const repositories = yield* Effect.forEach(repo, (text) => repositoryIn(text, PullRequest.parseRepository))
    const probes = yield* listenAddress(listen)
    const webhooks = yield* webhooksOf(options)
    const { config, store } = options
    if (mode === "local" && repositories.length === 0 && Option.isNone(config) && Option.isNone(store)) {
      return yield* usageError(
        "there is nothing to follow",
        "name a repository: --repo OWNER/NAME, or a configuration: --config FILE"
      )
    }
    const stdio = yield* Stdio.Stdio
    // What is left out is left to the operator: it may have a configuration.
    const common = {
      probes,
      ...(repositories.length === 0 ? {} : { repositories }),
      ...(cluster.length === 0 ? {} : { clusters: cluster }),
      ...(Option.isNone(prune) ? {} : { prune: prune.value }),
      ...(Option.isNone(interval) ? {} : { syncInterval: Duration.seconds(interval.value) }),
      ...webhooks
    }
    const operator =
      mode === "kubernetes"
        ? runKubernetesOperator({ ...common, ...onCluster(options) })
        : runLocalOperator({
            ...common,
            dryRun,
            onIntendedWrite: (write) =>
              Effect.ignore(Effect.provideService(writeLine(`would ${write}`), Stdio.Stdio, stdio)),
            ...(Option.isNone(store) ? {} : { storeFile: store.value }),
            ...(Option.isNone(config) ? {} : { configFile: config.value })
          })
    return yield* operator.pipe(
      Effect.raceFirst(untilStopped),
      Effect.provide(Telemetry.layer({ service: "lockstep-operator" })),
      Effect.mapError(toCommandError)
    )
  }, reporting("human"))
).pipe(Command.withDescription("Follow pull requests and keep their labels and trackers in step, until it is ended"))

// The file is read with every delivery: whoever exchanges the secret need not start anything anew.
const webhooksOf = Effect.fnUntraced(function* (options: {
  readonly webhookListen: Option.Option<string>
  readonly webhookSecretFile: Option.Option<string>
}) {
  if (Option.isNone(options.webhookListen)) return {}
  if (Option.isNone(options.webhookSecretFile)) {
    return yield* usageError("webhooks can't be taken without a secret", "name a file: --webhook-secret-file FILE")
  }
  const file = options.webhookSecretFile.value
  const fs = yield* FileSystem.FileSystem
  const secrets = Effect.map(fs.readFileString(file), (text) =>
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .map((line) => Redacted.make(line))
  )
  const found = yield* Effect.mapError(
    secrets,
    ({ reason }) =>
      new CommandError({
        kind: "Input",
        message: `the file with the secret can't be read (${reason._tag})`,
        hint: "check the path and who may read it",
        file
      })
  )
  if (found.length === 0) return yield* usageError(`${file} holds no secret`, "write one into it, on a line of its own")
  const address = yield* listenAddress(options.webhookListen.value)
  const orNone = Effect.catch(secrets, (error) =>
    Effect.as(Effect.logError(`The secrets of webhooks can't be read: ${error.message}`), [])
  )
  return { webhooks: { ...address, secrets: orNone } }
})

const repositoryIn = (text: string, parse: typeof PullRequest.parseRepository) =>
  Option.match(parse(text), {
    onSome: Effect.succeed,
    onNone: () => Effect.fail(usageError(`"${text}" is no repository`, "write OWNER/NAME"))
  })
