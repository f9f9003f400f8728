/**
 * Builds etcd, kube-apiserver and crdserver from the Go module beside this folder.
 */
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect, FileSystem, type PlatformError, Schema } from "effect"
import type { ChildProcessSpawner } from "effect/process"
import type { BuildSite, CacheEntry } from "../Cache.ts"
import { kubernetesServers } from "../Catalog.ts"
import { type CommandFailed, run } from "../Command.ts"

/**
 * The Kubernetes servers can't be built on this machine; one sentence says why.
 *
 * @category errors
 * @since 0.1.0
 */
export class BuildFailed extends Schema.TaggedError<BuildFailed>()("BuildFailed", { reason: Schema.String }) {
  override get message(): string {
    return this.reason
  }
}

type Needs = ChildProcessSpawner.ChildProcessSpawner | FileSystem.FileSystem

/**
 * The folder of the Go module.
 *
 * @category constants
 * @since 0.1.0
 */
export const moduleDirectory = fileURLToPath(new URL("../kube", import.meta.url))

const sources = ["go.mod", "go.sum", ...kubernetesServers.map((name) => `${name}/main.go`)]

/** The module files are committed: nothing but what they name is downloaded, and their sums are checked. */
const environment = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" }

const go = (args: ReadonlyArray<string>) =>
  Effect.mapError(run("go", args, { directory: moduleDirectory, environment }), explain)

const explain = (error: CommandFailed): BuildFailed =>
  new BuildFailed({
    reason: error.missing
      ? "Go is not on this machine, and Kubernetes publishes its servers as Go source. Install Go 1.26 or newer."
      : `go failed: ${error.complaint.split("\n").slice(-3).join(" ")}`
  })

/**
 * Reads from the module which releases it builds.
 *
 * @category getters
 * @since 0.1.0
 */
export const kubernetesRelease: Effect.Effect<string, PlatformError.PlatformError, FileSystem.FileSystem> = Effect.gen(
  function* () {
    const files = yield* FileSystem.FileSystem
    const text = yield* files.readFileString(join(moduleDirectory, "go.mod"))
    return /^\s*k8s\.io\/kubernetes (v\S+)/mu.exec(text)?.[1] ?? "v0.0.0"
  }
)

/** Without these the server calls itself v0.0.0 and clients can't read its version. */
const linkerFlags = (release: string): string => {
  const [major = "0", minor = "0"] = release.replace(/^v/u, "").split(".")
  const settings = { gitVersion: release, gitMajor: major, gitMinor: minor, gitTreeState: "clean" }
  const version = "k8s.io/component-base/version"
  return ["-s", "-w", ...Object.entries(settings).map(([name, value]) => `-X ${version}.${name}=${value}`)].join(" ")
}

/**
 * Describes the cache entry of the three servers: the module's files, the Go version and the linker's settings.
 *
 * @category getters
 * @since 0.1.0
 */
export const kubernetesEntry: Effect.Effect<CacheEntry, BuildFailed | PlatformError.PlatformError, Needs> = Effect.gen(
  function* () {
    const files = yield* FileSystem.FileSystem
    const version = yield* go(["version"])
    const release = yield* kubernetesRelease
    const texts = yield* Effect.forEach(sources, (name) => files.readFileString(join(moduleDirectory, name)))
    return {
      name: `kubernetes-${release.replace(/^v/u, "")}`,
      builtFrom: [version.trim(), linkerFlags(release), ...texts]
    }
  }
)

/**
 * Builds the three servers into a cache entry. It takes four to six minutes with two cores the first time, some seconds
 * where Go has the modules' code compiled already.
 *
 * @category operations
 * @since 0.1.0
 */
export const buildKubernetes = (
  site: BuildSite
): Effect.Effect<void, BuildFailed | PlatformError.PlatformError, Needs> =>
  Effect.gen(function* () {
    const release = yield* kubernetesRelease
    // One after the other: each link takes up to 2 GB of memory.
    for (const name of kubernetesServers) {
      const target = join(site.directory, name)
      yield* go(["build", "-trimpath", "-buildvcs=false", "-ldflags", linkerFlags(release), "-o", target, `./${name}`])
    }
  })
