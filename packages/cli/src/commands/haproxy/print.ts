import { encodeText, parseDocument, printDocument } from "@lockstep/haproxy-sync"
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { expandPath, readInput } from "../../haproxyFiles.ts"
import { reporting, write } from "../../Output.ts"

export const commandHaproxyPrint = Command.make(
  "print",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("A configuration, a folder of *.cfg files, or - for stdin")
    )
  },
  Effect.fnUntraced(function* ({ file }) {
    for (const path of yield* expandPath(file)) {
      const { encoding, text } = yield* readInput(path)
      yield* write(encodeText(printDocument(parseDocument(text, path)), encoding))
    }
  }, reporting("human"))
).pipe(Command.withDescription("Write a configuration back from its parsed form, byte for byte"))
