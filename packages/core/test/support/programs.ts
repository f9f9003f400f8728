import { spawn, type ChildProcess, type StdioOptions } from "node:child_process"
import { tmpdir } from "node:os"
import { join } from "node:path"

// The same programs are started hundreds of times, from the same sources.
const environment = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "lockstep-test-programs") }

/** Starts a program of the tests in a process of its own. What it writes comes through a pipe. */
export const startProgram = (
  program: string,
  args: ReadonlyArray<string>,
  stdio: StdioOptions = ["ignore", "pipe", "inherit"]
): ChildProcess =>
  spawn(process.execPath, ["--conditions=@lockstep/source", program, ...args], { stdio, env: environment })
