// A run of its own that wants a cache entry. Building it takes note in a file; `hang` never finishes it.
import { appendFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect } from "effect"
import { obtain } from "../../servers/Cache.ts"

const [mode, notes = ""] = process.argv.slice(2)

obtain({ name: "thing", builtFrom: ["1"] }, ({ directory }) =>
  Effect.gen(function* () {
    appendFileSync(notes, "built\n")
    writeFileSync(join(directory, "part"), "part")
    yield* mode === "hang" ? Effect.andThen(Console.log("building"), Effect.never) : Effect.sleep("200 millis")
    writeFileSync(join(directory, "whole"), "whole")
  })
).pipe(
  Effect.flatMap((directory) => Console.log(directory)),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
