import { type ResourceStore, SqliteStore, type StoreError } from "@lockstep/core"
import { Effect, FileSystem, Layer, Option } from "effect"
import { Flag } from "effect/cli"
import { CommandError } from "./CommandError.ts"
import { connectionFlags, connectionOf } from "./connection.ts"
import type { Exit } from "./ExitCode.ts"
import { usageError } from "./usageError.ts"

/** Where objects are: in the file of a local operator, or in a cluster. */
export const whereFlags = {
  store: Flag.String("store").pipe(
    Flag.withDescription(
      "The file of a local operator (operator run --store FILE); without it, a cluster is looked at"
    ),
    Flag.withMetavar("FILE"),
    Flag.optional
  ),
  ...connectionFlags,
  namespace: Flag.String("namespace").pipe(
    Flag.withAlias("n"),
    Flag.withDescription(
      "The namespace; that of the context if left out, or of a file all, and default for one object"
    ),
    Flag.optional
  )
}

/** What the flags say. */
export interface Where {
  readonly store: Option.Option<string>
  readonly kubeconfig: Option.Option<string>
  readonly context: Option.Option<string>
  readonly namespace: Option.Option<string>
}

/** Is given the namespace that the flags mean, if it is one. */
type Run<A, R> = (
  namespace: string | undefined
) => Effect.Effect<A, StoreError | CommandError | Exit, ResourceStore | R>

/** Runs something on the store that the flags name. */
export const onStore = <A, R>(where: Where, run: Run<A, R>) =>
  Option.isSome(where.store) ? onFile(where, where.store.value, run) : onCluster(where, run)

const onFile = Effect.fnUntraced(function* <A, R>(where: Where, path: string, run: Run<A, R>) {
  const { context, kubeconfig, namespace } = where
  if (Option.isSome(kubeconfig) || Option.isSome(context)) {
    return yield* usageError("--store names a file, and --kubeconfig and --context a cluster", "leave one of them out")
  }
  const fs = yield* FileSystem.FileSystem
  const failure = (message: string) =>
    new CommandError({ kind: "Store", message, hint: "name the file of a local operator: operator run --store FILE" })
  // To look must not make one.
  if (!(yield* Effect.orElseSucceed(fs.exists(path), () => false))) return yield* failure(`there is no file ${path}`)
  return yield* run(Option.getOrUndefined(namespace)).pipe(
    Effect.provide(SqliteStore.layer({ path })),
    Effect.catchTag("StoreError", ({ message }) => Effect.fail(failure(message)))
  )
})

const onCluster = Effect.fnUntraced(function* <A, R>(where: Where, run: Run<A, R>) {
  const { KubernetesStore, Transport } = yield* Effect.promise(() => import("@lockstep/core/kubernetes"))
  const hint =
    "check the kubeconfig, its context, and the user's rights on the kinds of lockstep.dev; --store FILE names the file of a local operator instead"
  const failure = ({ message }: { readonly message: string }) =>
    Effect.fail(new CommandError({ kind: "Kubernetes", message, hint }))
  return yield* Effect.gen(function* () {
    const transport = yield* Transport
    return yield* run(Option.isSome(where.namespace) ? where.namespace.value : yield* transport.namespace)
  }).pipe(
    Effect.provide(KubernetesStore.layer.pipe(Layer.provideMerge(Transport.layer(connectionOf(where))))),
    Effect.catchTags({ StoreError: failure, KubernetesError: failure })
  )
})
