/**
 * Where the real servers' programs are: what the server's environment variable names, else what the cache holds.
 *
 * Tests ask `locate`, which builds nothing. The test run and people ask `provide`, which fetches or builds what is
 * missing.
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, type FileSystem, type PlatformError } from "effect"
import type { ChildProcessSpawner } from "effect/process"
import { type BuildSite, type CacheEntry, entryDirectory, obtain } from "./Cache.ts"
import { type HaproxyVersion, type KubernetesServer, type ServerName, variableOf } from "./Catalog.ts"
import { type CommandFailed, run } from "./Command.ts"
import type { AptFailed } from "./haproxy/Apt.ts"
import { haproxyEntry, haproxyVersionIn, installHaproxy } from "./haproxy/Install.ts"
import { type BuildFailed, buildKubernetes, kubernetesEntry } from "./kubernetes/Build.ts"
import { ServerUnavailable } from "./ServerError.ts"

/**
 * A server's program on this machine, and the version it says it is.
 *
 * @category models
 * @since 0.1.0
 */
export interface Binary {
  readonly server: ServerName
  readonly path: string
  readonly version: string
}

type Problem = AptFailed | BuildFailed | CommandFailed | PlatformError.PlatformError
type Needs = ChildProcessSpawner.ChildProcessSpawner | FileSystem.FileSystem

/** How a server is had: its cache entry, what makes the entry, and how its program tells its version. */
interface Recipe {
  readonly program: string
  readonly entry: Effect.Effect<CacheEntry, Problem, Needs>
  readonly build: (site: BuildSite) => Effect.Effect<void, Problem, Needs>
  readonly notice: string
  readonly askVersion: string
  readonly versionIn: (text: string) => string | undefined
}

const haproxy = (version: HaproxyVersion): Recipe => ({
  program: "haproxy",
  entry: haproxyEntry(version),
  build: (site) => installHaproxy(version, site),
  notice: "fetching it from the distribution's packages (some seconds, once)",
  askVersion: "-v",
  versionIn: (text) => {
    const found = haproxyVersionIn(text)
    return found?.startsWith(`${version}.`) === true ? found : undefined
  }
})

const kubernetes = (server: KubernetesServer): Recipe => ({
  program: server,
  entry: kubernetesEntry,
  build: buildKubernetes,
  notice: "building the Kubernetes servers from their Go modules (four to six minutes, once)",
  askVersion: "--version",
  versionIn: (text) => /v?(\d+\.\d+\.\d+\S*)/u.exec(text)?.[1]
})

const recipes: Record<ServerName, Recipe> = {
  "haproxy-2.6": haproxy("2.6"),
  "haproxy-3.0": haproxy("3.0"),
  "haproxy-3.2": haproxy("3.2"),
  "haproxy-3.4": haproxy("3.4"),
  etcd: kubernetes("etcd"),
  "kube-apiserver": kubernetes("kube-apiserver"),
  crdserver: kubernetes("crdserver")
}

/**
 * Returns the path of a server's program, which must be there already.
 *
 * @category getters
 * @since 0.1.0
 */
export const locate = (server: ServerName): Effect.Effect<string, ServerUnavailable> =>
  Effect.gen(function* () {
    const named = process.env[variableOf(server)]
    if (isNamed(named)) return named
    const { entry, program } = recipes[server]
    const path = join(yield* entryDirectory(yield* entry), program)
    if (existsSync(path)) return path
    return yield* new ServerUnavailable({
      server,
      reason: `it is not in the cache. Run: node tools/run.mjs servers fetch ${server}`
    })
  }).pipe(Effect.mapError(unavailable(server)), Effect.provide(NodeServices.layer))

/**
 * Returns a server's program with its version, fetched or built first when it is missing.
 *
 * @category operations
 * @since 0.1.0
 */
export const provide = (server: ServerName): Effect.Effect<Binary, ServerUnavailable> =>
  Effect.gen(function* () {
    const { entry, program, build, notice } = recipes[server]
    const named = process.env[variableOf(server)]
    if (isNamed(named)) return yield* checked(server, named, `${variableOf(server)}=${named}`)
    const say = (text: string) => Console.error(`${server}: ${text}`)
    const directory = yield* obtain(
      yield* entry,
      (site) => Effect.andThen(say(notice), build(site)),
      say("waiting for another run that makes it")
    )
    const path = join(directory, program)
    return yield* checked(server, path, path)
  }).pipe(Effect.mapError(unavailable(server)), Effect.provide(NodeServices.layer))

/** Asks a program which version it is. */
const checked = Effect.fnUntraced(function* (server: ServerName, path: string, source: string) {
  const { askVersion, versionIn } = recipes[server]
  const refuse = (reason: string) => new ServerUnavailable({ server, reason: `${source} ${reason}` })
  const text = yield* Effect.mapError(run(path, [askVersion]), ({ complaint, missing }) =>
    refuse(missing ? "is not there." : `can't be run: ${complaint}`)
  )
  const version = versionIn(text)
  return version === undefined
    ? yield* refuse(`says it is "${text.trim().split("\n")[0] ?? ""}".`)
    : { server, path, version }
})

const isNamed = (path: string | undefined): path is string => path !== undefined && path !== ""

const unavailable =
  (server: ServerName) =>
  (error: Problem | ServerUnavailable): ServerUnavailable =>
    error._tag === "ServerUnavailable" ? error : new ServerUnavailable({ server, reason: error.message })
