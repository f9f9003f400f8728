import { Effect, FileSystem, type PlatformError } from "effect"
import { CommandError } from "./CommandError.ts"

/**
 * Writes a file as a whole: whoever reads it sees the old one or the new one, also when the disk is full.
 *
 * A file that is there keeps its mode, and a symbolic link stays one; `newMode` is for one that isn't. A device or a pipe is
 * written to as it is.
 */
export const replaceFile = Effect.fnUntraced(function* (file: string, content: Uint8Array, newMode: number) {
  const fs = yield* FileSystem.FileSystem
  yield* Effect.gen(function* () {
    const target = yield* unlessMissing(fs.realPath(file), file)
    const { mode, type } = yield* unlessMissing(fs.stat(target), { mode: newMode, type: "File" as const })
    if (type !== "File") return yield* fs.writeFile(target, content)
    const temporary = `${target}.${process.pid}.tmp`
    yield* fs.writeFile(temporary, content, { mode: mode & 0o777 }).pipe(
      Effect.andThen(fs.chmod(temporary, mode & 0o777)),
      Effect.andThen(fs.rename(temporary, target)),
      Effect.onError(() => Effect.ignore(fs.remove(temporary, { force: true })))
    )
  }).pipe(
    Effect.mapError(
      (error) =>
        new CommandError({
          kind: "Output",
          message: `the file could not be written (${told(error)}); what was there is as it was`,
          hint: "check the path, the folder's owner and mode, and the disk",
          file
        })
    )
  )
})

const unlessMissing = <A, B>(found: Effect.Effect<A, PlatformError.PlatformError>, missing: B) =>
  Effect.catchIf(
    found,
    ({ reason }) => reason._tag === "NotFound",
    () => Effect.succeed(missing)
  )

/** What the system says, such as that no space is left on the device; it may name the temporary file beside this one. */
const told = ({ reason }: PlatformError.PlatformError): string =>
  "cause" in reason && reason.cause instanceof Error ? reason.cause.message : reason._tag
