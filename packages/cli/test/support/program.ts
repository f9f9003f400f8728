import { execFileSync, spawn, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, onTestFinished } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "lockstep-cli-"))
const bundle = join(folder, "lockstep.mjs")

/** Builds the command line into a folder of the test's own, as `npm run build` does. */
export const withBundle = (): void => {
  beforeAll(() => {
    execFileSync(process.execPath, ["build.mjs", bundle], { cwd: join(import.meta.dirname, "../.."), stdio: "pipe" })
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
}

/** Writes a file for the program to read. */
export const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

export const folderOfTest = folder

/** The program, once it is built. */
export const bundleOfTest = bundle

const environment = (extra: Readonly<Record<string, string>>) => ({
  PATH: process.env["PATH"],
  HOME: folder,
  ...extra
})

/** Runs the program to its end. */
export const lockstep = (
  args: ReadonlyArray<string>,
  options: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {}
) => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [bundle, ...args], {
    input: options.input ?? "",
    encoding: "utf8",
    env: environment(options.env ?? {})
  })
  return { status, stdout: stdout.replaceAll(folder, "FOLDER"), stderr: stderr.replaceAll(folder, "FOLDER") }
}

/** Runs the program with a disk that takes no more than some 2 kB of a file. */
export const onFullDisk = (args: ReadonlyArray<string>) => {
  const { status, stderr } = spawnSync(
    "sh",
    ["-c", 'ulimit -f 4; exec "$@"', "sh", process.execPath, bundle, ...args],
    {
      encoding: "utf8",
      env: environment({})
    }
  )
  return { status, stderr: stderr.replaceAll(folder, "FOLDER") }
}

/** Runs the program to its end; answers the bytes it writes. */
export const bytesOf = (args: ReadonlyArray<string>, input: Uint8Array = new Uint8Array()): Buffer =>
  spawnSync(process.execPath, [bundle, ...args], { input, env: environment({}) }).stdout

/** Runs the program from its sources, under options of Node's own. */
export const fromSource = (args: ReadonlyArray<string>, options: ReadonlyArray<string> = []) => {
  const program = join(import.meta.dirname, "../../src/main.ts")
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ["--conditions=@lockstep/source", ...options, program, ...args],
    { encoding: "utf8", input: "", env: environment({}) }
  )
  return { status, stdout, stderr }
}

/** Runs the program in front of another one that reads what it writes. */
export const lockstepInto = (args: ReadonlyArray<string>, reader: string) => {
  const { status, stderr, stdout } = spawnSync(
    "bash",
    ["-c", `"$0" "$@" | ${reader}; echo "ended with \${PIPESTATUS[0]}"`, process.execPath, bundle, ...args],
    { encoding: "utf8", env: environment({}) }
  )
  return { status, stdout, stderr }
}

/** Starts a command that serves, until the test is over at the latest; answers the JSON line it prints when it is ready, and how to end it. */
export const serving = async (args: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, [bundle, ...args], { stdio: ["ignore", "pipe", "pipe"], env: environment({}) })
  onTestFinished(() => void child.kill("SIGKILL"))
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve))
  const line = await new Promise<string>((resolve, reject) => {
    let out = ""
    child.stdout.on("data", (data: Buffer) => {
      out += data.toString()
      if (out.includes("\n")) resolve(out)
    })
    child.once("exit", (code) => reject(new Error(`it ended with ${code}`)))
  })
  return {
    ready: JSON.parse(line) as { readonly url: string; readonly user?: string; readonly pid: number },
    stop: () => {
      child.kill("SIGTERM")
      return ended
    }
  }
}
