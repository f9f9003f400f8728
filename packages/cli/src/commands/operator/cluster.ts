import { Effect, Option } from "effect"
import { Flag } from "effect/cli"
import { connectionFlags, connectionOf } from "../../connection.ts"
import { usageError } from "../../usageError.ts"

/** What an operator on a cluster is told by flags. */
export const clusterFlags = {
  ...connectionFlags,
  namespace: Flag.String("namespace").pipe(
    Flag.withDescription("Where trackers and the lease are; the namespace of the context or of the pod if left out"),
    Flag.optional
  ),
  leaseName: Flag.String("lease-name").pipe(
    Flag.withDescription("The Lease by which several replicas agree on which one works; lockstep-operator if left out"),
    Flag.optional
  ),
  noElection: Flag.Boolean("no-election").pipe(
    Flag.withDescription("Work without a Lease, where there is one replica only"),
    Flag.withDefault(false)
  )
}

interface Flags {
  readonly mode: "local" | "kubernetes"
  readonly store: Option.Option<string>
  readonly config: Option.Option<string>
  readonly dryRun: boolean
  readonly kubeconfig: Option.Option<string>
  readonly context: Option.Option<string>
  readonly namespace: Option.Option<string>
  readonly leaseName: Option.Option<string>
  readonly noElection: boolean
}

interface Refusal {
  readonly given: (flags: Flags) => boolean
  readonly message: string
  readonly hint: string
}

const ofCluster: ReadonlyArray<readonly [flag: string, given: (flags: Flags) => boolean]> = [
  ["--kubeconfig", ({ kubeconfig }) => Option.isSome(kubeconfig)],
  ["--context", ({ context }) => Option.isSome(context)],
  ["--namespace", ({ namespace }) => Option.isSome(namespace)],
  ["--lease-name", ({ leaseName }) => Option.isSome(leaseName)],
  ["--no-election", ({ noElection }) => noElection]
]

const refusals: { readonly [Mode in Flags["mode"]]: ReadonlyArray<Refusal> } = {
  local: ofCluster.map(([flag, given]) => ({
    given,
    message: `${flag} is about a cluster, and a local operator has none`,
    hint: `add --mode kubernetes, or leave ${flag} out`
  })),
  kubernetes: [
    {
      given: ({ store }) => Option.isSome(store),
      message: "--store names a file, and an operator on a cluster keeps its trackers there",
      hint: "leave --store out, or run a local operator: --mode local"
    },
    {
      given: ({ config }) => Option.isSome(config),
      message: "--config names a file, and an operator on a cluster goes by the OperatorConfig there",
      hint: "kubectl apply -f FILE, and leave --config out"
    },
    {
      given: ({ dryRun }) => dryRun,
      message: "a dry run would write trackers into the cluster that tell of labels nobody has set",
      hint: "run it without a cluster: --mode local --dry-run"
    },
    {
      given: ({ leaseName, noElection }) => noElection && Option.isSome(leaseName),
      message: "--lease-name names the lease that --no-election does without",
      hint: "leave one of them out"
    }
  ]
}

/** Refuses flags that make no sense together. */
export const refuseForeign = (flags: Flags) =>
  Effect.suspend(() => {
    const found = refusals[flags.mode].find(({ given }) => given(flags))
    return found === undefined ? Effect.void : Effect.fail(usageError(found.message, found.hint))
  })

/** What the flags mean for an operator on a cluster. */
export const onCluster = ({ context, kubeconfig, leaseName, namespace, noElection }: Flags) => ({
  connection: connectionOf({ context, kubeconfig }),
  ...(Option.isSome(namespace) ? { namespace: namespace.value } : {}),
  election: noElection ? (false as const) : Option.isSome(leaseName) ? { name: leaseName.value } : {}
})
