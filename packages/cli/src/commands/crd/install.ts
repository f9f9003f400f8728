import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { CommandError } from "../../CommandError.ts"
import { connectionFlags, connectionOf } from "../../connection.ts"
import { output, reported, writeDocument, writeLine } from "../../Output.ts"
import { manifests } from "./manifests.ts"

export const commandCrdInstall = Command.make(
  "install",
  {
    ...connectionFlags,
    force: Flag.Boolean("force").pipe(
      Flag.withDescription("Take over what another manager, such as a chart, has set otherwise"),
      Flag.withDefault(false)
    ),
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDescription("Have the server check everything, and change nothing"),
      Flag.withDefault(false)
    ),
    output
  },
  Effect.fnUntraced(function* ({ context, dryRun, force, kubeconfig, output }) {
    const items = yield* manifests
    const { Installation, Transport } = yield* Effect.promise(() => import("@lockstep/core/kubernetes"))
    const kinds = yield* Installation.install(items, { dryRun, force }).pipe(
      Effect.provide(Transport.layer(connectionOf({ context, kubeconfig }))),
      Effect.mapError(
        ({ message, reason }) =>
          new CommandError({
            kind: "Kubernetes",
            message,
            hint:
              reason._tag === "Conflict"
                ? "use --force to take the fields over, or leave the kinds to who installed them"
                : "check the kubeconfig, its context, and the user's rights on customresourcedefinitions"
          })
      )
    )
    if (output !== "human") return yield* writeDocument("CrdInstall", { dryRun, kinds }, output)
    for (const { name, status } of kinds) yield* writeLine(`${name} ${status}${dryRun ? " (dry run)" : ""}`)
  }, reported)
).pipe(
  Command.withDescription(
    "Install the CustomResourceDefinitions of all kinds, or bring them up to date, and wait until they work"
  )
)
