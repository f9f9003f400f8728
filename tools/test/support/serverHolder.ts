// A test process of its own: starts a server that has a child, says where, and stays. With `hasty` it ends by SIGKILL
// while its guard is starting more servers.
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect } from "effect"
import { scratchDirectory } from "../../servers/Scratch.ts"
import { startServer } from "../../servers/ServerProcess.ts"
import { familyIn } from "./family.ts"

Effect.gen(function* () {
  const directory = yield* scratchDirectory("family")
  const server = yield* startServer(familyIn(directory))
  yield* Console.log(JSON.stringify({ directory, pid: server.pid }))
  if (process.argv[2] === "hasty") {
    for (let more = 0; more < 20; more++) yield* Effect.forkScoped(startServer(familyIn(directory)))
    yield* Effect.yieldNow
    process.kill(process.pid, "SIGKILL")
  }
  return yield* Effect.never
}).pipe(Effect.scoped, NodeRuntime.runMain)
