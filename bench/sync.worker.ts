// Brings one configuration to another on a server, and tells what that took: requests, bytes, reloads, and the work of this process.
import { spawn } from "node:child_process"
import { subscribe } from "node:diagnostics_channel"
import type { ClientRequest } from "node:http"
import type { Socket } from "node:net"
import { join } from "node:path"
import { Effect, Layer, Redacted } from "effect"
import { DataplaneClient, readHeld, Synchronizer } from "../packages/haproxy-sync/src/index.ts"
import { answer } from "./answer.ts"
import { synchronizationOf } from "./configuration.ts"

const [kind = "servers", bytes = "0", changes = "0"] = process.argv.slice(2)
const { current, desired } = synchronizationOf(kind === "rules" ? "rules" : "servers", Number(bytes), Number(changes))

const server = spawn(process.execPath, ["--conditions=@lockstep/source", join(import.meta.dirname, "sync.server.ts")], {
  stdio: ["pipe", "pipe", "inherit"]
})
server.stdin.end(current)
const { password, url, user } = await new Promise<{
  readonly url: string
  readonly user: string
  readonly password: string
}>((resolve) => {
  let out = ""
  server.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString()
    if (out.includes("\n")) resolve(JSON.parse(out) as never)
  })
})

const seen = { requests: 0, sockets: new Set<Socket>() }
subscribe("http.client.request.start", (message) => {
  const { request } = message as { readonly request: ClientRequest }
  seen.requests++
  if (request.socket !== null) seen.sockets.add(request.socket)
  request.on("socket", (socket: Socket) => seen.sockets.add(socket))
})
const traffic = () => [...seen.sockets].reduce((sum, socket) => sum + socket.bytesWritten + socket.bytesRead, 0)

const program = Effect.gen(function* () {
  const { raw } = yield* readHeld
  const synchronizer = yield* Synchronizer
  const before = { requests: seen.requests, traffic: traffic() }
  const cpu = process.cpuUsage()
  const start = performance.now()
  const result = yield* synchronizer.syncFromStrings(raw.text, desired)
  const { system, user: own } = process.cpuUsage(cpu)
  return {
    status: result.status,
    writes: result.requests,
    requests: seen.requests - before.requests,
    megabytes: (traffic() - before.traffic) / 1e6,
    reloads: result.reloads,
    cpu: (own + system) / 1000,
    elapsed: performance.now() - start,
    modelled: result.plan?.forecast.seconds ?? 0
  }
})
const layer = Synchronizer.layer.pipe(
  Layer.provideMerge(DataplaneClient.layer({ baseUrl: url, username: user, password: Redacted.make(password) }))
)
const measured = await Effect.runPromise(program.pipe(Effect.provide(layer)))
server.kill("SIGTERM")
answer({ ...measured, bytes: desired.length })
