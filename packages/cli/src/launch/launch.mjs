// Starts the bundled command line. Put in front of the program by build.mjs, which sets HELP and PROGRAM.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { isatty } from "node:tty"
import vm from "node:vm"

const args = process.argv.slice(2)
const wantsHelp = ["--help", "-h"].includes(args.at(-1)) && !isatty(1)
const help = wantsHelp ? HELP[args.slice(0, -1).join(" ")] : undefined

/** Compiled code is kept where caches belong; without such a place, or when it can't be written, it is compiled each time. */
const cacheFolder = () => {
  const { HOME, XDG_CACHE_HOME } = process.env
  const base = XDG_CACHE_HOME || (HOME ? join(HOME, ".cache") : undefined)
  return base === undefined ? undefined : join(base, "lockstep", "code")
}

const attempt = (run) => {
  try {
    return run()
  } catch {
    return undefined
  }
}

const start = ({ name, text }) => {
  const folder = cacheFolder()
  const file = folder === undefined ? undefined : join(folder, `${name}-${process.versions.v8}-${process.arch}`)
  const cachedData = file === undefined ? undefined : attempt(() => readFileSync(file))
  const script = new vm.Script(`(function(require,module,exports,bundleUrl){${text}\n})`, {
    filename: new URL(import.meta.url).pathname,
    cachedData,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
  })
  if (file !== undefined && (cachedData === undefined || script.cachedDataRejected)) {
    process.once("exit", () => attempt(() => keep(folder, file, script.createCachedData())))
  }
  script.runInThisContext()(createRequire(import.meta.url), { exports: {} }, {}, import.meta.url)
}

/** How many programs' code is kept: those of the last versions. */
const keptFiles = 6

/** Two starts may write at once: each writes its own file and puts it in place whole. */
const keep = (folder, file, data) => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const own = `${file}.${process.pid}`
  try {
    writeFileSync(own, data, { mode: 0o600 })
    renameSync(own, file)
  } catch {
    rmSync(own, { force: true })
  }
  const files = readdirSync(folder).map((name) => join(folder, name))
  const byAge = files.toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
  for (const old of byAge.slice(keptFiles)) rmSync(old, { force: true })
}

const [major, minor] = process.versions.node.split(".").map(Number)

if (help !== undefined) writeSync(1, help)
else if (major > 22 || (major === 22 && minor >= 19)) start(PROGRAM)
else {
  writeSync(2, `lockstep: Node ${process.versions.node} is too old; start it with Node 22.19 or newer\n`)
  process.exitCode = 1
}
