import { apiVersions, defaultApiVersion } from "@lockstep/haproxy-sync"
import { Effect, Option, Redacted } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { CommandError } from "../../CommandError.ts"
import { readConfiguration } from "../../haproxyFiles.ts"
import { listenAddress, listenFlag } from "../../listen.ts"
import { reporting, writeLine } from "../../Output.ts"
import { credentials } from "../../server.ts"
import { untilStopped } from "../../untilStopped.ts"
import { usageError } from "../../usageError.ts"

export const commandHaproxyEmulator = Command.make(
  "emulator",
  {
    file: Argument.String("file").pipe(Argument.withDescription("The configuration it begins with"), Argument.optional),
    listen: listenFlag("127.0.0.1:5555"),
    api: Flag.Literals("api", apiVersions).pipe(
      Flag.withDescription("The Data Plane API it answers as"),
      Flag.withDefault(defaultApiVersion)
    ),
    dir: Flag.String("dir").pipe(
      Flag.withDescription(
        "Where its files lie: configuration, maps, certificates, transactions; else a temporary folder"
      ),
      Flag.optional
    ),
    backups: Flag.Int("backups").pipe(
      Flag.withDescription("How many earlier versions of the configuration are kept"),
      Flag.withDefault(0)
    ),
    faults: Flag.String("fault").pipe(
      Flag.withDescription("What is to go wrong, as NAME=AMOUNT, such as conflict-storm=3; may be repeated"),
      Flag.atLeast(0)
    ),
    haproxy: Flag.String("haproxy").pipe(
      Flag.withDescription(
        "A HAProxy program that checks configurations, runs them and is reloaded; else that is simulated"
      ),
      Flag.optional
    )
  },
  Effect.fnUntraced(
    function* ({ api, backups, dir, faults, file, haproxy, listen }) {
      const address = yield* listenAddress(listen)
      const config = Option.isSome(file) ? (yield* readConfiguration(file.value)).text : undefined
      const { password, user } = yield* credentials
      const { addFault, faultNames, faultSpec, startEmulator } = yield* Effect.promise(
        () => import("@lockstep/haproxy-sync/testing")
      )
      const specs = yield* Effect.forEach(faults, (text) => {
        const spec = faultSpec(text)
        return spec === undefined
          ? usageError(
              `"${text}" is no fault`,
              `write NAME=AMOUNT, with one of ${faultNames.join(", ")} and an amount of 1 or more`
            )
          : Effect.succeed(spec)
      })
      const emulator = yield* Effect.acquireRelease(
        Effect.tryPromise({
          try: () =>
            startEmulator({
              api,
              backups,
              ...address,
              control: true,
              user,
              password: Redacted.value(password),
              ...(config === undefined ? {} : { config }),
              ...(Option.isSome(dir) ? { directory: dir.value } : {}),
              ...(Option.isSome(haproxy) ? { haproxy: haproxy.value } : {})
            }),
          catch: (cause) =>
            new CommandError({
              kind: "Emulator",
              message: `the emulator did not start: ${cause instanceof Error ? cause.message : String(cause)}`,
              hint: "check the address, the folder, and with --haproxy the configuration"
            })
        }),
        (running) => Effect.promise(() => running.stop())
      )
      for (const spec of specs) addFault(emulator.faults, spec)
      yield* writeLine(JSON.stringify({ url: emulator.url, user: emulator.user, pid: process.pid }))
      return yield* untilStopped
    },
    Effect.scoped,
    reporting("human")
  )
).pipe(Command.withDescription("Run the in-process Data Plane API as a server, for tests of whatever talks to one"))
