import { modelOf, parse, printModel } from "@lockstep/haproxy-sync"
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { eachFile } from "../../eachFile.ts"
import { files, fromParseError, haproxyVersion } from "../../haproxyFiles.ts"
import { output, write, writeDocument } from "../../Output.ts"

export const commandHaproxyModel = Command.make(
  "model",
  {
    files,
    text: Flag.Boolean("text").pipe(
      Flag.withDescription("Write the text that the model alone gives"),
      Flag.withDefault(false)
    ),
    haproxyVersion,
    output
  },
  ({ files: paths, haproxyVersion: version, output: format, text: asText }) =>
    eachFile(
      paths,
      format,
      Effect.fnUntraced(function* ({ file, text }) {
        const config = yield* Effect.fromResult(parse(text, { file, version })).pipe(Effect.mapError(fromParseError))
        if (asText) return yield* write(printModel(config))
        yield* writeDocument("Model", { file, haproxy: version, ...modelOf(config) }, format)
      })
    )
).pipe(Command.withDescription("Show a configuration's model, in the Data Plane API's names"))
