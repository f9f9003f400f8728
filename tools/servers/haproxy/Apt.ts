/**
 * The distribution's package tool with a state of its own: reads this machine's mirror and proxy settings and the
 * archive's keys, and changes nothing of the system. It needs no root.
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { Effect, FileSystem, type PlatformError, Schema } from "effect"
import type { ChildProcessSpawner } from "effect/process"
import { type CommandFailed, run } from "../Command.ts"

/**
 * Packages can't be fetched on this machine; one sentence says why.
 *
 * @category errors
 * @since 0.1.0
 */
export class AptFailed extends Schema.TaggedError<AptFailed>()("AptFailed", { reason: Schema.String }) {
  override get message(): string {
    return this.reason
  }
}

type Needs = ChildProcessSpawner.ChildProcessSpawner | FileSystem.FileSystem

const keyrings = ["gpg", "pgp"].map((ending) => `/usr/share/keyrings/debian-archive-keyring.${ending}`)

const releases = [
  "oldoldstable",
  "oldstable",
  "stable",
  "testing",
  "unstable",
  "bullseye",
  "bookworm",
  "trixie",
  "forky"
]

const environment = { LANG: "C", LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" }

const explain = (error: CommandFailed): AptFailed => {
  if (error.missing)
    return new AptFailed({ reason: `${error.command} is not on this machine. HAProxy comes from Debian's packages.` })
  const first =
    error.complaint.split("\n").find((line) => line.startsWith("E:")) ?? error.complaint.split("\n")[0] ?? ""
  return new AptFailed({ reason: `${error.command} failed: ${first.replace(/^E: /u, "")}` })
}

const apt = (command: string, args: ReadonlyArray<string>, directory?: string) =>
  Effect.mapError(run(command, args, { environment, ...(directory === undefined ? {} : { directory }) }), explain)

/**
 * Returns the architecture this machine's packages are for, such as `amd64`.
 *
 * @category getters
 * @since 0.1.0
 */
export const architecture: Effect.Effect<string, AptFailed, Needs> = Effect.map(
  apt("apt-get", ["--version"]),
  (text) => /\((\w+)\)/u.exec(text)?.[1] ?? "unknown"
)

interface Mirror {
  readonly main: string
  readonly security: string | undefined
}

const mirror: Effect.Effect<Mirror, AptFailed, Needs> = Effect.gen(function* () {
  const text = yield* apt("apt-get", [
    "indextargets",
    "--no-release-info",
    "--format",
    "$(CREATED_BY) $(COMPONENT) $(RELEASE) $(REPO_URI)"
  ])
  const targets = text.split("\n").map((line) => line.split(" "))
  const find = (wanted: (release: string) => boolean) =>
    targets.find(
      ([kind, component, release = ""]) => kind === "Packages" && component === "main" && wanted(release)
    )?.[3]
  const main = find((release) => releases.includes(release))
  if (main === undefined) {
    return yield* new AptFailed({
      reason: "no Debian mirror is in this machine's apt configuration. Add one to its sources, or run on Debian."
    })
  }
  return { main, security: find((release) => releases.some((name) => release === `${name}-security`)) }
})

/**
 * A package tool that sees some suites of the mirror and nothing else.
 *
 * @category models
 * @since 0.1.0
 */
export interface Apt {
  /** Lists the versions of a package that the suites offer. */
  readonly versions: (name: string) => Effect.Effect<ReadonlyArray<string>, AptFailed, Needs>
  /** Lists a package's direct and indirect dependencies. */
  readonly dependencies: (name: string) => Effect.Effect<ReadonlyArray<string>, AptFailed, Needs>
  /** Downloads packages into a folder, their signatures checked. */
  readonly download: (names: ReadonlyArray<string>, into: string) => Effect.Effect<void, AptFailed, Needs>
}

/**
 * Prepares a package tool in a folder and fetches the suites' signed indexes.
 *
 * **Details**
 *
 * `pin` names the version of one package that is to be taken, as a pattern. Suites whose name ends in `-security` come
 * from the machine's security mirror; without one they are left out.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openApt = Effect.fnUntraced(function* (options: {
  readonly directory: string
  readonly suites: ReadonlyArray<string>
  readonly pin: { readonly name: string; readonly version: string }
}): Effect.fn.Return<Apt, AptFailed | PlatformError.PlatformError, Needs> {
  const { directory, suites, pin } = options
  const files = yield* FileSystem.FileSystem
  const { main, security } = yield* mirror
  const keyring = keyrings.find((file) => existsSync(file))
  if (keyring === undefined) {
    return yield* new AptFailed({
      reason: "the keys of Debian's archive are not on this machine. Install the package debian-archive-keyring."
    })
  }
  for (const folder of ["lists/partial", "cache/archives/partial"]) {
    yield* files.makeDirectory(join(directory, folder), { recursive: true })
  }
  const sources = suites.flatMap((suite) => {
    const from = suite.endsWith("-security") ? security : main
    return from === undefined ? [] : [`deb [signed-by=${keyring}] ${from} ${suite} main\n`]
  })
  yield* files.writeFileString(join(directory, "status"), "")
  yield* files.writeFileString(join(directory, "sources.list"), sources.join(""))
  yield* files.writeFileString(
    join(directory, "preferences"),
    `Package: ${pin.name}\nPin: version ${pin.version}\nPin-Priority: 1001\n`
  )
  const settings = [
    `Dir::State=${directory}`,
    `Dir::State::Lists=${join(directory, "lists")}`,
    `Dir::State::status=${join(directory, "status")}`,
    `Dir::Cache=${join(directory, "cache")}`,
    `Dir::Etc::SourceList=${join(directory, "sources.list")}`,
    `Dir::Etc::Preferences=${join(directory, "preferences")}`,
    "Dir::Etc::SourceParts=/dev/null",
    "Dir::Etc::PreferencesParts=/dev/null",
    "Acquire::Languages=none",
    "Acquire::Retries=3",
    "Acquire::AllowInsecureRepositories=false",
    "APT::Get::AllowUnauthenticated=false",
    "APT::Update::Error-Mode=any",
    // Root would otherwise hand the download to a user who can't enter this folder.
    ...(process.getuid?.() === 0 ? ["APT::Sandbox::User=root"] : [])
  ].map((setting) => `-o${setting}`)
  yield* apt("apt-get", [...settings, "-qq", "update"])
  return {
    versions: (name) =>
      Effect.map(apt("apt-cache", [...settings, "madison", name]), (text) => [
        ...new Set(text.split("\n").flatMap((line) => line.split("|")[1]?.trim() ?? []))
      ]),
    dependencies: (name) =>
      Effect.map(
        apt("apt-cache", [
          ...settings,
          "depends",
          "--recurse",
          ...["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"].map((kind) => `--no-${kind}`),
          name
        ]),
        // The packages themselves stand at the margin, how they depend on each other is indented below.
        (text) => [...new Set(text.split("\n").filter((line) => /^[a-z0-9]/u.test(line)))]
      ),
    download: (names, into) => Effect.asVoid(apt("apt-get", [...settings, "-qq", "download", ...names], into))
  }
})
