/**
 * Writes the Go module that builds the Kubernetes servers, for a release of Kubernetes.
 *
 * Kubernetes publishes its parts as modules of their own, but its main module refers to them as folders beside it. A
 * module that builds on it has to say of each part which published version is meant: the one with the same numbers.
 */
import { join } from "node:path"
import { Effect, FileSystem, type PlatformError, Schema } from "effect"
import type { ChildProcessSpawner } from "effect/process"
import { type CommandFailed, run } from "../Command.ts"

/** What is read of `go mod edit -json`. */
const GoMod = Schema.fromJsonString(
  Schema.Struct({
    Go: Schema.String,
    Replace: Schema.Array(Schema.Struct({ Old: Schema.Struct({ Path: Schema.String }) }))
  })
)

/** The caller's own flags, such as read-only module files, are left out. */
const go = (args: ReadonlyArray<string>, directory: string) =>
  run("go", args, { directory, environment: { GOFLAGS: "", GOWORK: "off" } })

/**
 * Builds the text of the module for a release, from the JSON form of the release's own module and its text.
 *
 * @category encoding
 * @since 0.1.0
 */
export const moduleText = (
  release: string,
  upstream: { readonly goVersion: string; readonly text: string; readonly parts: ReadonlyArray<string> }
): string => {
  const partVersion = release.replace(/^v1\./u, "v0.")
  const godebug = upstream.text.split("\n").filter((line) => line.startsWith("godebug "))
  return [
    "module lockstep.test/servers",
    `go ${upstream.goVersion}`,
    ...godebug,
    `require k8s.io/kubernetes ${release}`,
    `replace (\n${upstream.parts.map((part) => `\t${part} => ${part} ${partVersion}\n`).join("")})`
  ]
    .join("\n\n")
    .concat("\n")
}

/**
 * Writes go.mod and go.sum into the module's folder. The sums are those of the module proxy's checksum database.
 *
 * @category operations
 * @since 0.1.0
 */
export const writeModule = (
  release: string,
  directory: string
): Effect.Effect<
  void,
  CommandFailed | PlatformError.PlatformError | Schema.SchemaError,
  ChildProcessSpawner.ChildProcessSpawner | FileSystem.FileSystem
> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const scratch = yield* files.makeTempDirectoryScoped({ prefix: "lockstep-go-" })
    yield* go(["mod", "init", "scratch.test/x"], scratch)
    const file = (yield* go(["list", "-m", "-f", "{{.GoMod}}", `k8s.io/kubernetes@${release}`], scratch)).trim()
    const { Go, Replace } = yield* Schema.decodeEffect(GoMod)(yield* go(["mod", "edit", "-json", file], scratch))
    const parts = Replace.map(({ Old }) => Old.Path).filter((path) => path.startsWith("k8s.io/"))
    const text = yield* files.readFileString(file)
    yield* files.writeFileString(
      join(directory, "go.mod"),
      moduleText(release, { goVersion: Go, text, parts: [...new Set(parts)].toSorted() })
    )
    yield* files.remove(join(directory, "go.sum"), { force: true })
    yield* go(["mod", "tidy"], directory)
  }).pipe(Effect.scoped)
