// The parent of every server a test process starts. The kernel closes the channel between the two however the test
// process ends, also by SIGKILL; the guard then kills each server with all it started, removes the test's directories,
// and ends. It uses nothing but Node, so that it is there in a few hundredths of a second.
import { spawn, type ChildProcess } from "node:child_process"
import { closeSync, openSync, rmSync } from "node:fs"
import type { Answer, Request } from "./Message.ts"

const servers = new Map<number, ChildProcess>()
const directories = new Set<string>()
let closing = false

const answer = (message: Answer): void => {
  // The test process may die while this is on its way; without the callback that would end the guard as well.
  if (process.connected) process.send?.(message, () => {})
}

/** Signals a server and all processes of its group. Each server leads a group of its own. */
const signal = (pid: number | undefined, name: NodeJS.Signals): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, name)
  } catch {
    // The whole group has ended already.
  }
}

const remove = (directory: string): void => {
  rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  directories.delete(directory)
}

const leaveWhenEmpty = (): void => {
  if (!closing || servers.size > 0) return
  for (const directory of directories) remove(directory)
  process.exit(0)
}

const close = (): void => {
  closing = true
  for (const child of servers.values()) signal(child.pid, "SIGKILL")
  leaveWhenEmpty()
}

const start = (request: Extract<Request, { type: "start" }>): void => {
  const { id, command, args, directory, environment } = request
  const log = openSync(request.log, "a")
  const child = spawn(command, args, { cwd: directory, env: environment, detached: true, stdio: ["ignore", log, log] })
  closeSync(log)
  child.on("error", (error) => {
    if (child.pid === undefined) answer({ type: "refused", id, reason: error.message })
  })
  if (child.pid === undefined) return
  servers.set(id, child)
  answer({ type: "started", id, pid: child.pid })
  child.on("exit", (code, name) => {
    signal(child.pid, "SIGKILL")
    servers.delete(id)
    answer({ type: "ended", id, how: name === null ? `ended with status ${code}` : `ended by ${name}` })
    leaveWhenEmpty()
  })
}

process.on("message", (request: Request) => {
  switch (request.type) {
    case "keep":
      directories.add(request.directory)
      break
    case "remove":
      remove(request.directory)
      answer({ type: "removed", directory: request.directory })
      break
    case "start":
      try {
        start(request)
      } catch (error) {
        answer({ type: "refused", id: request.id, reason: String(error) })
      }
      break
    case "signal":
      signal(servers.get(request.id)?.pid, request.signal)
      break
  }
})
process.on("disconnect", close)
process.on("uncaughtException", close)
process.on("SIGTERM", close)
process.on("SIGINT", close)
process.on("SIGHUP", close)
