import { PullRequest } from "@lockstep/github-sync"
import { runLocalOperator } from "@lockstep/operator"
import { Telemetry } from "@lockstep/core"
import { Duration, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { CommandError } from "../../CommandError.ts"
import { exitCodes } from "../../ExitCode.ts"
import { listenAddress } from "../../listen.ts"
import { reporting } from "../../Output.ts"
import { untilStopped } from "../../untilStopped.ts"

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
    listen: Flag.String("listen").pipe(
      Flag.withDescription("Where /livez, /readyz and /metrics are answered"),
      Flag.withDefault("127.0.0.1:8081")
    )
  },
  Effect.fnUntraced(function* ({ cluster, interval, listen, repo }) {
    const repositories = yield* Effect.forEach(repo, parseRepository)
    const probes = yield* listenAddress(listen)
    return yield* runLocalOperator({
      repositories,
      clusters: cluster,
      probes,
      syncInterval: Duration.seconds(interval),
      discoveryInterval: Duration.seconds(interval)
    }).pipe(
      Effect.raceFirst(untilStopped),
      Effect.provide(Telemetry.layerLogs()),
      Effect.mapError(
        (error) =>
          new CommandError({
            kind: "Operator",
            message: error.message,
            hint: "check the environment: LOCKSTEP_GITHUB_TOKEN, LOCKSTEP_GITHUB_URL, LOCKSTEP_LOG_LEVEL"
          })
      )
    )
  }, reporting("human"))
).pipe(Command.withDescription("Follow pull requests and keep their labels and trackers in step, until it is ended"))

const parseRepository = (text: string) =>
  Option.match(PullRequest.parseRepository(text), {
    onSome: Effect.succeed,
    onNone: () =>
      Effect.fail(
        new CommandError({
          kind: "Usage",
          message: `"${text}" is no repository`,
          hint: "write OWNER/NAME",
          exit: exitCodes.usage
        })
      )
  })
