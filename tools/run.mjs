// Runs the repository's tasks on a machine that has only Node and npm. It depends on nothing: it fetches the pinned pnpm
// through npm, installs the workspace when its manifests changed, and starts the task on the workspace's own Node.
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import fs, { existsSync, readFileSync, writeFileSync } from "node:fs"
import { constants } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = join(root, "node_modules", ".bin")
const stamp = join(root, "node_modules", ".lockstep-installed")
const marker = "LOCKSTEP_RUN"
const windows = process.platform === "win32"

// Tests read the corpus where it is present; naming it makes their cached results depend on that.
const corpusFolder = join(root, "../shared/corpus")
const corpus = existsSync(corpusFolder) ? { LOCKSTEP_CORPUS: process.env.LOCKSTEP_CORPUS ?? corpusFolder } : {}

const fail = (sentence) => {
  console.error(`lockstep: ${sentence}`)
  process.exit(1)
}

const newer = (version, floor) => {
  const [a, b] = [version, floor].map((text) => text.split(".").map(Number))
  return a[0] !== b[0] ? a[0] > b[0] : a[1] >= b[1]
}

if (!newer(process.versions.node, "18.0"))
  fail(`Node 18 or newer is needed to start, this is ${process.versions.node}.`)
process.chdir(root)

const manifest = JSON.parse(readFileSync("package.json", "utf8"))
const floor = manifest.engines.node.replace(/^>=/, "")

/** Starts a program, forwards signals to it, and answers its exit code and, when asked for, what it wrote on stderr. */
const execute = (program, args, { stdout = "inherit", capture = false, cwd = root } = {}) =>
  new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      shell: windows,
      stdio: ["inherit", stdout, capture ? "pipe" : "inherit"],
      env: {
        TURBO_TELEMETRY_DISABLED: "1",
        ...process.env,
        PATH: `${bin}${delimiter}${process.env.PATH}`,
        ...corpus,
        [marker]: "1"
      }
    })
    let stderr = ""
    child.stderr?.on("data", (data) => {
      stderr = (stderr + data).slice(-20_000)
      process.stderr.write(data)
    })
    const forward = (signal) => child.kill(signal)
    // A terminal sends SIGINT to the whole group: the child has it already.
    const ignore = () => {}
    process.on("SIGTERM", forward).on("SIGHUP", forward).on("SIGINT", ignore)
    child.on("error", (error) => fail(`could not run ${program}: ${error.message}.`))
    child.on("close", (code, signal) => {
      process.off("SIGTERM", forward).off("SIGHUP", forward).off("SIGINT", ignore)
      resolve({ code: code ?? 128 + constants.signals[signal], stderr })
    })
  })

const installReason = (text) => {
  if (/ENOSPC|no space left/i.test(text)) return "the disk is full. Free about 1 GB and run the command again."
  if (/EACCES|EROFS|EPERM/.test(text))
    return "this folder or npm's cache cannot be written. Check their owner and mode."
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|network/i.test(text)) {
    return "the package registry cannot be reached. Check the network and npm's registry and proxy settings."
  }
  if (/Unsupported platform|EBADPLATFORM|wrong architecture|Exec format/i.test(text)) {
    return `a package has no build for ${process.platform}-${process.arch}. linux-x64 and linux-arm64 are supported.`
  }
  if (/OUTDATED_LOCKFILE/.test(text))
    return "pnpm-lock.yaml does not match package.json. Run: node tools/run.mjs pnpm install"
  return "see the messages above."
}

const pnpm = async (args, capture = false) => {
  const own = join(bin, windows ? "pnpm.cmd" : "pnpm")
  return existsSync(own)
    ? execute(own, args, { stdout: 2, capture })
    : execute(
        windows ? "npm.cmd" : "npm",
        ["exec", "--yes", `--package=${manifest.packageManager}`, "--", "pnpm", ...args],
        { stdout: 2, capture }
      )
}

/** The manifests by content: a branch switch changes their times without changing what has to be installed. */
const fingerprint = () => {
  const hash = createHash("sha256")
  for (const file of ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"]) hash.update(readFileSync(file))
  return hash.digest("hex")
}

const install = async () => {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint()) return
  if (process.env[marker]) fail("an install script called tools/run.mjs, which would never end. Remove that script.")
  const { bavail, bsize } = fs.statfsSync?.(root) ?? { bavail: Infinity, bsize: 1 }
  if (bavail * bsize < 500e6) fail("less than 500 MB are free on this disk. Free about 1 GB and run the command again.")
  console.error("lockstep: setting up (only when the dependencies changed)…")
  const { code, stderr } = await pnpm(["install", "--frozen-lockfile", "--reporter=append-only"], true)
  if (code !== 0) fail(`the dependencies could not be installed: ${installReason(stderr)}`)
  writeFileSync(stamp, fingerprint())
}

/** The Node to run on: the workspace's own build where there is one, else the one that started us. */
const node = () => {
  const own = join(bin, "node")
  if (existsSync(own)) return own
  if (newer(process.versions.node, floor)) return process.execPath
  return fail(
    `Node ${floor} or newer is needed on ${process.platform}-${process.arch}, this is ${process.versions.node}. Install it and run the command again.`
  )
}

const steps = async (list) => {
  for (const [program, ...args] of list) {
    const { code } = await execute(program, args, { stdout: 2 })
    if (code !== 0) return code
  }
  return 0
}

const fromSource = (file, args) => execute(node(), ["--conditions=@lockstep/source", file, ...args])
const cli = (args) => fromSource("packages/cli/src/main.ts", args)
const turbo = (tasks, { args = [], concurrency = "100%" } = {}) => [
  "turbo",
  "run",
  ...tasks,
  `--concurrency=${concurrency}`,
  "--output-logs=new-only",
  "--log-order=grouped",
  "--continue=dependencies-successful",
  ...args
]

/** The command line's relative paths are meant from where the person stands; npm moves to the root. */
const fromCaller = () => process.env.INIT_CWD ?? root

/** What can be said of the code without running it: types, Effect's own rules, lint and boundaries, formatting, the packed form. */
const checks = ["check", "lint", "packed", "tools:check", "tools:lint", "format:check"]

const tasks = {
  start: (args) => cli(["demo", ...args]),
  lockstep: (args) =>
    execute(node(), ["--conditions=@lockstep/source", join(root, "packages/cli/src/main.ts"), ...args], {
      cwd: fromCaller()
    }),
  build: (args) => steps([turbo(["build", "bundle"], { args })]).then((code) => ({ code })),
  test: async (args) => {
    if (args.length > 0) return execute("vitest", ["run", ...args])
    // Tests use all processors themselves: side by side they would only wait for each other.
    const checked = await steps([turbo(checks)])
    const tested = await steps([turbo(["test", "tools:test"], { concurrency: 1 })])
    const code = checked === 0 ? tested : checked
    const report = await execute(node(), ["tools/report.mjs"])
    return { code: code === 0 ? report.code : code }
  },
  check: (args) => steps([turbo(checks, { args })]).then((code) => ({ code })),
  "test:servers": (args) => fromSource("tools/servers/run.ts", args),
  servers: (args) => fromSource("tools/servers/main.ts", args),
  bench: (args) => fromSource("bench/run.ts", args),
  fuzz: (args) => fromSource("fuzz/run.ts", args),
  format: () => execute("oxfmt", ["."]),
  pnpm: (args) => pnpm(args)
}

const [task, ...args] = process.argv.slice(2)
if (task === undefined || !Object.hasOwn(tasks, task))
  fail(`unknown task ${task ?? ""}. There are: ${Object.keys(tasks).join(", ")}.`)
if (task !== "pnpm") {
  await install()
  node()
}
const { code } = await tasks[task](args)
process.exit(code)
