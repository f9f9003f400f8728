import { Effect, type Scope } from "effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { beforeAll } from "vitest"

/** A folder for the scope. */
export const folder: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "lockstep-transport-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** Writes a kubeconfig with one context, and returns where it is. */
export const kubeconfig = (
  server: string,
  user: object,
  cluster: object = {}
): Effect.Effect<string, never, Scope.Scope> =>
  Effect.map(folder, (path) => {
    const file = join(path, "config")
    const plain = server.startsWith("http:") ? { "insecure-skip-tls-verify": true } : {}
    writeFileSync(
      file,
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "here", cluster: { server, ...plain, ...cluster } }],
        users: [{ name: "me", user }],
        contexts: [{ name: "main", context: { cluster: "here", user: "me", namespace: "team-a" } }],
        "current-context": "main"
      })
    )
    return file
  })

/** Loads what reads kubeconfigs before any test: on a busy machine that alone takes longer than a test may. */
export const withClientNode = (): void => {
  beforeAll(() => import("@kubernetes/client-node"), 120_000)
}
