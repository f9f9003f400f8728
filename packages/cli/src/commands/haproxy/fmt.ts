import { encodeText, format, parse } from "@lockstep/haproxy-sync"
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { CommandError } from "../../CommandError.ts"
import { eachFile } from "../../eachFile.ts"
import { files, fromParseError, haproxyVersion } from "../../haproxyFiles.ts"
import { reporting, tell, write } from "../../Output.ts"
import { replaceFile } from "../../replaceFile.ts"
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
          yield* replaceFile(file, encodeText(formatted, encoding), 0o644)
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
