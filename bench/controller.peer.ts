/** The program of the same controller on controller-runtime, built once into the cache outside the clone. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { obtain } from "../tools/servers/Cache.ts"
import { run, type CommandFailed } from "../tools/servers/Command.ts"

const directory = join(import.meta.dirname, "controller-runtime")

/** The release that is measured, as the module's file names it. */
export const release =
  /^\s*sigs\.k8s\.io\/controller-runtime v(\S+)/mu.exec(readFileSync(join(directory, "go.mod"), "utf8"))?.[1] ?? "?"

/** The module's files are committed: nothing but what they name is downloaded, and their sums are checked. */
const environment = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" }

const go = (...args: ReadonlyArray<string>) => Effect.mapError(run("go", args, { directory, environment }), explain)

const explain = ({ complaint, missing }: CommandFailed) =>
  new Error(
    missing
      ? "Go is not on this machine, and without it there is nothing to compare with: install Go 1.26 or newer"
      : `the program on controller-runtime can't be built: ${complaint.split("\n").slice(-3).join(" ")}`
  )

/** The path of the program; it is built first where the cache doesn't have it. */
export const peer = Effect.gen(function* () {
  const version = yield* go("version")
  const files = ["go.mod", "go.sum", "main.go"].map((name) => readFileSync(join(directory, name), "utf8"))
  const entry = { name: `controller-runtime-${release}`, builtFrom: [version.trim(), ...files] }
  const found = yield* obtain(entry, (site) =>
    go("build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", join(site.directory, "peer"), ".")
  )
  return join(found, "peer")
})
