import { Effect } from "effect"
import { Command } from "effect/cli"
import { output, reported, write, writeDocument } from "../../Output.ts"
import { manifests } from "./manifests.ts"

export const commandCrdPrint = Command.make(
  "print",
  { output },
  Effect.fnUntraced(function* ({ output }) {
    const items = yield* manifests
    if (output !== "human") return yield* writeDocument("CustomResourceDefinitions", { items }, output)
    const { Yaml } = yield* Effect.promise(() => import("@lockstep/core/kubernetes"))
    return yield* write(Yaml.stream(items))
  }, reported)
).pipe(
  Command.withDescription("Write the CustomResourceDefinitions of all kinds as YAML, for kubectl apply or a chart")
)
