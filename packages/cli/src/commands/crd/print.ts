import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { output, reported, write, writeDocument } from "../../Output.ts"
import { manifests } from "./manifests.ts"

export const commandCrdPrint = Command.make(
  "print",
  {
    rbac: Flag.Boolean("rbac").pipe(
      Flag.withDescription("Also the ClusterRole that operator run --mode kubernetes needs"),
      Flag.withDefault(false)
    ),
    secrets: Flag.String("secret").pipe(
      Flag.withDescription(
        "Also the Role to read this Secret, which the OperatorConfig names, in the operator's namespace; may be given several times"
      ),
      Flag.withMetavar("NAME"),
      Flag.atLeast(0)
    ),
    output
  },
  Effect.fnUntraced(function* ({ output, rbac, secrets }) {
    const items = [
      ...(yield* manifests),
      ...(rbac ? [yield* role] : []),
      ...(secrets.length === 0 ? [] : [yield* secretsRole(secrets)])
    ]
    if (output !== "human") return yield* writeDocument("CustomResourceDefinitions", { items }, output)
    const { Yaml } = yield* Effect.promise(() => import("@lockstep/core/kubernetes"))
    return yield* write(Yaml.stream(items))
  }, reported)
).pipe(
  Command.withDescription("Write the CustomResourceDefinitions of all kinds as YAML, for kubectl apply or a chart")
)

const role = Effect.flatMap(
  Effect.promise(() => import("@lockstep/operator")),
  ({ Rights }) => Rights.clusterRole
)

const secretsRole = (names: ReadonlyArray<string>) =>
  Effect.map(
    Effect.promise(() => import("@lockstep/operator")),
    ({ Rights }) => Rights.secretsRole(names)
  )
