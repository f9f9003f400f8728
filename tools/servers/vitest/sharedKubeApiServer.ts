// Vitest's global set-up of the suite `kubernetes`: one kube-apiserver for all its files.
import { Context, Effect, Exit, Layer, Scope } from "effect"
import type { TestProject } from "vitest/node"
import { KubeApiServer } from "../KubeApiServer.ts"

export default async (project: TestProject): Promise<() => Promise<void>> => {
  const scope = Scope.makeUnsafe()
  const services = await Effect.runPromise(Scope.provide(Layer.build(KubeApiServer.layer), scope))
  const { url, ca, caFile, tokens, kubeconfigs, adminCertificateFile, adminKeyFile } = Context.get(
    services,
    KubeApiServer
  )
  project.provide("sharedKubeApiServer", {
    url,
    ca,
    caFile,
    tokens,
    kubeconfigs,
    adminCertificateFile,
    adminKeyFile
  })
  return () => Effect.runPromise(Scope.close(scope, Exit.void))
}
