import { DataplaneClient, defaultSyncOptions, parse, Synchronizer } from "@lockstep/haproxy-sync"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { approve } from "../../approve.ts"
import { CommandError } from "../../CommandError.ts"
import { fromParseError } from "../../haproxyFiles.ts"
import { onMismatch, verificationOf } from "../../onMismatch.ts"
import { output, reported } from "../../Output.ts"
import { serverFlags, serverOf, withServer } from "../../server.ts"
import { writeSyncResult } from "../../syncResult.ts"

export const commandHaproxyRollback = Command.make(
  "rollback",
  {
    to: Flag.Int("to").pipe(
      Flag.withDescription("The version to go back to, of which the server keeps a backup; the one before if left out"),
      Flag.optional
    ),
    yes: Flag.Boolean("yes").pipe(Flag.withAlias("y"), Flag.withDescription("Do not ask"), Flag.withDefault(false)),
    onMismatch,
    output,
    ...serverFlags
  },
  Effect.fnUntraced(function* (options) {
    const result = yield* withServer(options)(
      Effect.gen(function* () {
        const { held } = yield* serverOf
        const version = Option.getOrElse(options.to, () => held.raw.version - 1)
        const text = yield* DataplaneClient.use((client) => client.backup(version)).pipe(
          Effect.catchIf(
            ({ reason }) => reason === "NotFound",
            () => Effect.fail(noBackup(version))
          )
        )
        const desired = yield* Effect.fromResult(
          parse(text, { file: `version ${version}`, version: held.config.version, side: "desired" })
        ).pipe(Effect.mapError(fromParseError))
        yield* approve(held.config, desired, { ...options, order: "auto", policy: "apply" })
        return yield* Synchronizer.use((synchronizer) =>
          synchronizer.sync(held.config, desired, {
            ...defaultSyncOptions,
            verification: verificationOf(options.onMismatch)
          })
        )
      }).pipe(Effect.provide(Synchronizer.layer))
    )
    yield* writeSyncResult(result, options.output)
  }, reported)
).pipe(Command.withDescription("Bring an earlier version of the configuration back, verify it, and report"))

const noBackup = (version: number) =>
  new CommandError({
    kind: "Backup",
    message: `the server keeps no backup of version ${version}`,
    hint: "apply a configuration that you have kept; to have backups from now on set backups_number in the Data Plane API's own configuration"
  })
