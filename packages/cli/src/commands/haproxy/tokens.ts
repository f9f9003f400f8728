import { parseDocument, tokensOf } from "@lockstep/haproxy-sync"
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { environment } from "../../environment.ts"
import { eachFile } from "../../eachFile.ts"
import { files, haproxyVersion } from "../../haproxyFiles.ts"
import { write } from "../../Output.ts"

export const commandHaproxyTokens = Command.make(
  "tokens",
  {
    files,
    env: Flag.Boolean("env").pipe(
      Flag.withDescription("Replace environment references by their values"),
      Flag.withDefault(false)
    ),
    haproxyVersion
  },
  Effect.fnUntraced(function* ({ env, files: paths, haproxyVersion: version }) {
    const variables = env ? yield* environment : undefined
    yield* eachFile(
      paths,
      "ndjson",
      Effect.fnUntraced(function* ({ file, text }) {
        const tokens = tokensOf(parseDocument(text, file), variables, version)
        yield* write(tokens.map((token) => `${JSON.stringify({ file, ...token })}\n`).join(""))
      })
    )
  })
).pipe(Command.withDescription("Write the words of each statement as HAProxy sees them, one JSON line a statement"))
