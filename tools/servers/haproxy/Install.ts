/**
 * Unpacks a HAProxy of the distribution, with the libraries and the loader it was built against, into a folder of its
 * own. It runs on any Debian, next to whatever is installed there.
 */
import { createHash } from "node:crypto"
import { basename, join } from "node:path"
import { Effect, FileSystem, type PlatformError } from "effect"
import type { ChildProcessSpawner } from "effect/process"
import type { BuildSite, CacheEntry } from "../Cache.ts"
import type { HaproxyVersion } from "../Catalog.ts"
import { type CommandFailed, run } from "../Command.ts"
import { AptFailed, architecture, openApt } from "./Apt.ts"

type Needs = ChildProcessSpawner.ChildProcessSpawner | FileSystem.FileSystem

/** The suites a version comes from: the one that carries it first, then those of its security fixes or libraries. */
const suites: Record<HaproxyVersion, ReadonlyArray<string>> = {
  "2.6": ["bookworm", "bookworm-security"],
  "3.0": ["trixie", "trixie-security"],
  "3.2": ["forky"],
  "3.4": ["experimental", "sid"]
}

/** Raised when the layout of an entry changes, so that entries of the old one are not taken for it. */
const layout = "1"

/**
 * Describes the cache entry of a version: its suites on this machine's architecture.
 *
 * @category getters
 * @since 0.1.0
 */
export const haproxyEntry = (version: HaproxyVersion): Effect.Effect<CacheEntry, AptFailed, Needs> =>
  Effect.map(architecture, (arch) => ({
    name: `haproxy-${version}`,
    builtFrom: [layout, arch, version, ...suites[version]]
  }))

/**
 * Fetches a version into a cache entry: the program `haproxy`, its files under `root`, and `MANIFEST` with the SHA-256
 * of each package.
 *
 * **Gotchas**
 *
 * Suites that are not released yet move on. When one no longer carries the version, this says which it carries now; an
 * entry that is in the cache stays usable.
 *
 * @category operations
 * @since 0.1.0
 */
export const installHaproxy = (
  version: HaproxyVersion,
  site: BuildSite
): Effect.Effect<void, AptFailed | CommandFailed | PlatformError.PlatformError, Needs> =>
  Effect.scoped(Effect.andThen(unpack(version, site), Effect.andThen(checkVersion(version, site), writeWrapper(site))))

/** Fetches the packages and unpacks what runs of them. */
const unpack = Effect.fnUntraced(function* (version: HaproxyVersion, { directory }: BuildSite) {
  const files = yield* FileSystem.FileSystem
  const work = yield* files.makeTempDirectoryScoped({ prefix: "lockstep-apt-" })
  const packages = join(work, "packages")
  const root = join(directory, "root")
  yield* files.makeDirectory(packages)
  yield* files.makeDirectory(root)

  const apt = yield* openApt({
    directory: join(work, "apt"),
    suites: suites[version],
    pin: { name: "haproxy", version: `${version}.*` }
  })
  yield* Effect.filterOrFail(
    apt.versions("haproxy"),
    (offered) => offered.some((one) => one.startsWith(`${version}.`)),
    (offered) =>
      new AptFailed({
        reason: `this machine's mirror offers HAProxy ${offered.join(" and ") || "in no version"} in ${suites[version].join(" and ")}, not ${version}. Name the suite that has it in tools/servers/haproxy/Install.ts.`
      })
  )
  const libraries = (yield* apt.dependencies("haproxy")).filter((name) => /^(?:lib|zlib)/u.test(name))
  yield* apt.download(["haproxy", ...libraries], packages)

  const fetched = (yield* files.readDirectory(packages)).filter((name) => name.endsWith(".deb")).toSorted()
  yield* Effect.forEach(fetched, (name) => run("dpkg-deb", ["-x", join(packages, name), root]))
  yield* files.writeFileString(join(directory, "MANIFEST"), yield* manifest(packages, fetched))
  for (const unused of ["usr/share", "var"]) yield* files.remove(join(root, unused), { recursive: true, force: true })
})

/** Suites move on, and a package may not be what its name says: the program itself is asked. */
const checkVersion = Effect.fnUntraced(function* (version: HaproxyVersion, { directory }: BuildSite) {
  const [loader = "", ...args] = yield* commandLine(directory, directory, "haproxy")
  const banner = yield* run(loader, [...args, "-v"])
  yield* Effect.filterOrFail(
    Effect.succeed(haproxyVersionIn(banner)),
    (found) => found?.startsWith(`${version}.`) === true,
    (found) => new AptFailed({ reason: `the package of HAProxy ${version} says it is ${found ?? banner.trim()}.` })
  )
})

const writeWrapper = Effect.fnUntraced(function* ({ directory, finalDirectory }: BuildSite) {
  const files = yield* FileSystem.FileSystem
  const wrapper = join(directory, "haproxy")
  // On a reload the master runs its argv[0] again: that must be this file, which knows the loader and the libraries.
  const command = yield* commandLine(directory, finalDirectory, join(finalDirectory, "haproxy"))
  yield* files.writeFileString(wrapper, `#!/bin/sh\nexec ${command.map(quote).join(" ")} "$@"\n`)
  yield* files.chmod(wrapper, 0o755)
})

/** The command that runs HAProxy with the loader and the libraries it came with, as it is written once it is in place. */
const commandLine = Effect.fnUntraced(function* (unpacked: string, inPlace: string, self: string) {
  const { loader, libraries } = yield* layOut(join(unpacked, "root"))
  const at = (path: string) => join(inPlace, "root", path)
  return [at(loader), "--library-path", libraries.map(at).join(":"), "--argv0", self, at("usr/sbin/haproxy")]
})

/**
 * Finds the version in what `haproxy -v` prints, such as `3.0.11-1+deb13u5`.
 *
 * @category getters
 * @since 0.1.0
 */
export const haproxyVersionIn = (banner: string): string | undefined => /version (\d+\.\d+\S*)/u.exec(banner)?.[1]

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

const manifest = (directory: string, names: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const lines = yield* Effect.forEach(names, (name) =>
      Effect.map(files.readFile(join(directory, name)), (bytes) => {
        return `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`
      })
    )
    return lines.join("")
  })

/** Finds the loader and the folders with libraries, relative to the unpacked root. */
const layOut = (root: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const paths = yield* files.readDirectory(root, { recursive: true })
    const loader = paths.toSorted().find((path) => /^ld-linux[^/]*\.so\.\d+$/u.test(basename(path)))
    const libraries = paths.filter((path) => /^(?:usr\/)?lib\/[^/]+-linux-[^/]+$/u.test(path))
    if (loader === undefined) return yield* new AptFailed({ reason: "the libraries of HAProxy came without a loader." })
    return { loader, libraries }
  })
