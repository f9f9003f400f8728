import type { PullRequest } from "@lockstep/github-sync"
import { Duration, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { CommandError } from "../../CommandError.ts"
import { listenAddress, listenFlag } from "../../listen.ts"
import { reporting } from "../../Output.ts"
import { untilStopped } from "../../untilStopped.ts"
import { usageError } from "../../usageError.ts"

export const commandOperatorRun = Command.make(
  "run",
  {
    mode: Flag.Literals("mode", ["local"]).pipe(
      Flag.withDescription("local keeps trackers in memory and needs no cluster"),
      Flag.withDefault("local" as const)
    ),
    repo: Flag.String("repo").pipe(
      Flag.withDescription("A repository to follow: OWNER/NAME; may be given several times"),
      Flag.atLeast(0)
    ),
    cluster: Flag.String("cluster").pipe(
      Flag.withDescription("A cluster that merged changes are to reach; may be given several times"),
      Flag.atLeast(0)
    ),
    interval: Flag.Int("interval").pipe(
      Flag.withDescription("Seconds between two looks at a pull request"),
      Flag.withDefault(120)
    ),
    listen: listenFlag("127.0.0.1:8081", "Where /livez, /readyz and /metrics are answered")
  },
  Effect.fnUntraced(function* ({ cluster, interval, listen, repo }) {
    if (interval < 1) return yield* usageError(`${interval} is no interval`, "wait a second at least: --interval 1")
    const { PullRequest } = yield* Effect.promise(() => import("@lockstep/github-sync"))
    const { runLocalOperator } = yield* Effect.promise(() => import("@lockstep/operator"))
    const { Telemetry } = yield* Effect.promise(() => import("@lockstep/core"))
    const repositories = yield* Effect.forEach(repo, (text) => repositoryIn(text, PullRequest.parseRepository))
    const probes = yield* listenAddress(listen)
    return yield* runLocalOperator({
      repositories,
      clusters: cluster,
      probes,
      syncInterval: Duration.seconds(interval),
      discoveryInterval: Duration.seconds(interval)
    }).pipe(
      Effect.raceFirst(untilStopped),
      Effect.provide(Telemetry.layer({ service: "lockstep-operator" })),
      Effect.mapError(
        (error) =>
          new CommandError({
            kind: "Operator",
            message: error.message,
            hint: "check the environment: LOCKSTEP_GITHUB_TOKEN, LOCKSTEP_GITHUB_URL, LOCKSTEP_LOG_LEVEL, OTEL_EXPORTER_OTLP_ENDPOINT"
          })
      )
    )
  }, reporting("human"))
).pipe(Command.withDescription("Follow pull requests and keep their labels and trackers in step, until it is ended"))

const repositoryIn = (text: string, parse: typeof PullRequest.parseRepository) =>
  Option.match(parse(text), {
    onSome: Effect.succeed,
    onNone: () => Effect.fail(usageError(`"${text}" is no repository`, "write OWNER/NAME"))
  })
