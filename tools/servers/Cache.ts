/**
 * The folder outside the clone that keeps what was fetched or built, so that a fresh clone finds it again.
 *
 * An entry is a folder named after what it holds and a digest of what it is built from. It appears complete or not at
 * all, and two runs that want the same entry at once build it once.
 */
import { createHash, randomBytes } from "node:crypto"
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"
import { Effect, FileSystem, type PlatformError } from "effect"
import { holdLock } from "./Lock.ts"

/**
 * What is kept and what it is built from. Another text in `builtFrom` is another entry.
 *
 * @category models
 * @since 0.1.0
 */
export interface CacheEntry {
  readonly name: string
  readonly builtFrom: ReadonlyArray<string>
}

/**
 * Where an entry is built, and where it will be afterwards, for programs that hold their own path.
 *
 * @category models
 * @since 0.1.0
 */
export interface BuildSite {
  readonly directory: string
  readonly finalDirectory: string
}

/**
 * The cache's folder: `lockstep/servers` under `XDG_CACHE_HOME`, or under `~/.cache` without one.
 *
 * @category getters
 * @since 0.1.0
 */
export const cacheDirectory: Effect.Effect<string> = Effect.sync(() => {
  const base = process.env.XDG_CACHE_HOME
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), ".cache"), "lockstep", "servers")
})

/**
 * Returns the folder of an entry, whether it is there or not.
 *
 * @category getters
 * @since 0.1.0
 */
export const entryDirectory = ({ name, builtFrom }: CacheEntry): Effect.Effect<string> =>
  Effect.map(cacheDirectory, (directory) => {
    const digest = createHash("sha256").update(JSON.stringify(builtFrom)).digest("hex")
    return join(directory, `${name}-${digest.slice(0, 16)}`)
  })

/**
 * Returns the folder of an entry, and builds it first when it is missing.
 *
 * **Details**
 *
 * A build that is interrupted leaves nothing that looks like an entry; the next one removes its remains.
 *
 * @category operations
 * @since 0.1.0
 */
export const obtain = <E, R>(
  entry: CacheEntry,
  build: (site: BuildSite) => Effect.Effect<void, E, R>,
  onWait: Effect.Effect<void> = Effect.void
): Effect.Effect<string, E | PlatformError.PlatformError, R | FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const finalDirectory = yield* entryDirectory(entry)
    if (yield* files.exists(finalDirectory)) return finalDirectory
    const cache = yield* cacheDirectory
    yield* files.makeDirectory(cache, { recursive: true })
    yield* holdLock(`${finalDirectory}.lock`, onWait)
    if (yield* files.exists(finalDirectory)) return finalDirectory
    for (const other of yield* files.readDirectory(cache)) {
      const path = join(cache, other)
      if (path.startsWith(`${finalDirectory}.partial-`)) yield* files.remove(path, { recursive: true, force: true })
    }
    const directory = `${finalDirectory}.partial-${randomBytes(4).toString("hex")}`
    yield* Effect.acquireRelease(files.makeDirectory(directory), () =>
      Effect.ignore(files.remove(directory, { recursive: true, force: true }))
    )
    yield* build({ directory, finalDirectory })
    yield* files.rename(directory, finalDirectory)
    return finalDirectory
  }).pipe(Effect.scoped)
