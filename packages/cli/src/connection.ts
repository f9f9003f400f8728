import { Option } from "effect"
import { Flag } from "effect/cli"

/** `--kubeconfig` and `--context`. */
export const connectionFlags = {
  kubeconfig: Flag.String("kubeconfig").pipe(
    Flag.withDescription(
      "The kubeconfig; that of KUBECONFIG or ~/.kube/config, or the cluster this runs in, if left out"
    ),
    Flag.optional
  ),
  context: Flag.String("context").pipe(Flag.withDescription("Its context, if not the current one"), Flag.optional)
}

/** What the flags say of how a cluster is reached. */
export const connectionOf = ({
  context,
  kubeconfig
}: {
  readonly kubeconfig: Option.Option<string>
  readonly context: Option.Option<string>
}) => ({
  ...(Option.isSome(kubeconfig) ? { kubeconfig: kubeconfig.value } : {}),
  ...(Option.isSome(context) ? { context: context.value } : {})
})
