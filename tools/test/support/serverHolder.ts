// A test process of its own: starts a server that has a child, says where, and stays.
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect } from "effect"
import { scratchDirectory } from "../../servers/Scratch.ts"
import { startServer } from "../../servers/ServerProcess.ts"
import { familyIn } from "./family.ts"

Effect.gen(function* () {
  const directory = yield* scratchDirectory("family")
  const server = yield* startServer(familyIn(directory))
  yield* Console.log(JSON.stringify({ directory, pid: server.pid }))
  return yield* Effect.never
}).pipe(Effect.scoped, NodeRuntime.runMain)
