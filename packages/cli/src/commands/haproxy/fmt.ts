import { encodeText, format, parse } from "@lockstep/haproxy-sync"
import { Effect, FileSystem } from "effect"
import { Command, Flag } from "effect/cli"
import { CommandError } from "../../CommandError.ts"
import { eachFile } from "../../eachFile.ts"
import { files, fromParseError, haproxyVersion } from "../../haproxyFiles.ts"
import { reporting, tell, write } from "../../Output.ts"
import { usageError } from "../../usageError.ts"

export const commandHaproxyFmt = Command.make(
  "fmt",
  {
    files,
    check: Flag.Boolean("check").pipe(
      Flag.withDescription("Write nothing; fail for each file that is not in canonical form"),
      Flag.withDefault(false)
    ),
    write: Flag.Boolean("write").pipe(
      Flag.withAlias("w"),
      Flag.withDescription("Replace each file instead of writing its text to stdout"),
      Flag.withDefault(false)
    ),
    haproxyVersion
  },
  ({ check, files: paths, haproxyVersion: version, write: inPlace }) =>
    Effect.gen(function* () {
      if (inPlace && check) return yield* usageError("--check writes nothing", "leave out --check or --write")
      if (inPlace && paths.includes("-")) {
        return yield* usageError("stdin can't be replaced", "leave out --write to get the text on stdout")
      }
      yield* eachFile(
        paths,
        "human",
        Effect.fnUntraced(function* ({ encoding, file, text }) {
          const config = yield* Effect.fromResult(parse(text, { file, version })).pipe(Effect.mapError(fromParseError))
          const formatted = format(config)
          if (!check && !inPlace) return yield* write(encodeText(formatted, encoding))
          if (formatted === text) return
          if (check) return yield* crooked(file)
          yield* replace(file, encodeText(formatted, encoding))
          yield* tell(`formatted: ${file}`)
        })
      )
    }).pipe(reporting("human"))
).pipe(
  Command.withDescription("Write configurations in canonical order and spacing; the meaning and the comments stay")
)

const crooked = (file: string): CommandError =>
  new CommandError({
    kind: "NotFormatted",
    message: "the file is not in canonical form",
    hint: file === "-" ? "pipe it through: lockstep haproxy fmt -" : `run: lockstep haproxy fmt --write ${file}`,
    file
  })

/** Replaces a file as a whole: whoever reads it sees the old text or the new one, also when the disk is full. */
const replace = Effect.fnUntraced(function* (file: string, bytes: Uint8Array) {
  const fs = yield* FileSystem.FileSystem
  yield* Effect.gen(function* () {
    // A symbolic link stays one.
    const target = yield* fs.realPath(file)
    const { mode } = yield* fs.stat(target)
    const temporary = `${target}.${process.pid}.tmp`
    yield* fs.writeFile(temporary, bytes, { mode: mode & 0o777 }).pipe(
      Effect.andThen(fs.chmod(temporary, mode & 0o777)),
      Effect.andThen(fs.rename(temporary, target)),
      Effect.onError(() => Effect.ignore(fs.remove(temporary, { force: true })))
    )
  }).pipe(
    Effect.mapError(
      (error) =>
        new CommandError({
          kind: "Output",
          message: `the file could not be replaced (${error.reason._tag}); it is as it was`,
          hint: "check the folder's owner and mode, and the disk",
          file
        })
    )
  )
})
