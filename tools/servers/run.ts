/**
 * Runs the tests against real servers: `npm run test:servers [-- SUITE…]`.
 *
 * The suites are `haproxy`, `dataplane` and `kubernetes` (Suite.ts); all of them unless some are named. A test belongs to
 * the suite its folder is named after: `packages/X/test/servers/SUITE/Y.test.ts`, and the same under `tools`. The suites'
 * servers are fetched or built first. The tests find each program's path in the environment, as `LOCKSTEP_HAPROXY_3_2`,
 * `LOCKSTEP_ETCD` and so on.
 *
 * The results are in `tools/servers/dist/.test/report.json` afterwards, in vitest's form. The exit status is 0 when every
 * server of the suites could be had and every test passed. A suite that needs a program only some machines have is
 * skipped, and reported so, where that is missing.
 */
import { rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Data, Effect, FileSystem, Result, Runtime, Schema } from "effect"
import { Argument, Command } from "effect/cli"
import { ChildProcess } from "effect/process"
import { provide } from "./Binaries.ts"
import { variableOf } from "./Catalog.ts"
import { haproxyBeside, locateDataplaneApi } from "./DataplaneApiServer.ts"
import type { ServerUnavailable } from "./ServerError.ts"
import { type Suite, type SuiteName, suites } from "./Suite.ts"

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const report = join(root, "tools/servers/dist/.test/report.json")

/** What has been said already; the exit status is all that is left. */
class RunFailed extends Data.TaggedError("RunFailed") {
  override readonly [Runtime.errorExitCode] = 1
  override readonly [Runtime.errorReported] = false
}

/** A server that is there, and the variables that tell tests where. */
interface Ready {
  readonly server: string
  readonly version: string
  readonly environment: Readonly<Record<string, string>>
}

const fetched = (name: Suite["servers"][number]) =>
  Effect.map(provide(name), ({ server, version, path }): Ready => ({
    server,
    version,
    environment: { [variableOf(server)]: path }
  }))

/** The Data Plane API itself is in the environment already; the HAProxy beside it may have to be fetched. */
const dataplaneApi: ReadonlyArray<Effect.Effect<Ready, ServerUnavailable>> = [
  Effect.map(locateDataplaneApi, ({ version }) => ({ server: "dataplaneapi", version, environment: {} })),
  Effect.gen(function* () {
    const { version } = yield* locateDataplaneApi
    const beside = yield* haproxyBeside(version)
    if ("version" in beside) return yield* fetched(`haproxy-${beside.version}`)
    return { server: "haproxy", version: beside.binary, environment: {} }
  })
]

/** What can be said of a suite before its tests run. */
type Preparation = { readonly name: SuiteName } & (
  | { readonly state: "ready"; readonly servers: ReadonlyArray<Ready> }
  | { readonly state: "skipped" | "unavailable"; readonly reasons: ReadonlyArray<string> }
)

const prepare = Effect.fnUntraced(function* ({ name, servers, needs }: Suite): Effect.fn.Return<Preparation> {
  if (needs !== undefined && (process.env[needs] ?? "") === "") {
    return { name, state: "skipped", reasons: [`${needs} is not set`] }
  }
  const results = yield* Effect.forEach(needs === undefined ? servers.map(fetched) : dataplaneApi, Effect.result)
  const reasons = results.filter(Result.isFailure).map(({ failure }) => failure.message)
  return reasons.length > 0
    ? { name, state: "unavailable", reasons }
    : { name, state: "ready", servers: results.filter(Result.isSuccess).map(({ success }) => success) }
})

const vitest = (names: ReadonlyArray<SuiteName>, environment: Readonly<Record<string, string>>) => {
  const program = join(root, "node_modules/vitest/vitest.mjs")
  const output = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`]
  const projects = names.map((name) => `--project=${name}`)
  return ChildProcess.make(
    process.execPath,
    [program, "run", "--config", "vitest.servers.config.ts", ...output, ...projects],
    {
      cwd: root,
      env: environment,
      extendEnv: true,
      detached: false,
      stdin: "ignore",
      stdout: "inherit",
      stderr: "inherit"
    }
  ).pipe(
    Effect.flatMap(({ exitCode }) => exitCode),
    Effect.map(Number),
    Effect.catch((error) => Effect.as(Console.error(`error: vitest did not end by itself: ${error.message}`), 1)),
    Effect.scoped
  )
}

const Report = Schema.fromJsonString(
  Schema.Struct({
    testResults: Schema.Array(
      Schema.Struct({
        name: Schema.String,
        status: Schema.String,
        assertionResults: Schema.Array(Schema.Struct({ status: Schema.String }))
      })
    )
  })
)

/** Counts the results of a suite. A file that could not be loaded has no tests and counts as one that failed. */
const countOf = Effect.fnUntraced(function* (name: SuiteName) {
  const files = yield* FileSystem.FileSystem
  const { testResults } = yield* Schema.decodeEffect(Report)(yield* files.readFileString(report))
  const statuses = testResults
    .filter((file) => file.name.includes(`/test/servers/${name}/`))
    .flatMap(({ status, assertionResults }) => (assertionResults.length === 0 ? [{ status }] : assertionResults))
  const count = (wanted: string) => statuses.filter(({ status }) => status === wanted).length
  return `${count("passed")} passed, ${count("failed")} failed`
})

const testServers = Effect.fnUntraced(function* (names: ReadonlyArray<SuiteName>) {
  rmSync(report, { force: true })
  const chosen = suites.filter(({ name }) => names.length === 0 || names.includes(name))
  const preparations = yield* Effect.forEach(chosen, prepare, { concurrency: "unbounded" })
  const ready = preparations.filter((one) => one.state === "ready")
  const servers = ready.flatMap((one) => one.servers)
  for (const { server, version } of servers) yield* Console.log(`${server.padEnd(15)} ${version}`)
  const errors = new Set(preparations.flatMap((one) => (one.state === "unavailable" ? one.reasons : [])))
  for (const reason of errors) yield* Console.error(`error: ${reason}`)

  const environment: Record<string, string> = Object.assign({}, ...servers.map((one) => one.environment))
  const suiteNames = ready.map(({ name }) => name)
  const status = ready.length === 0 ? 0 : yield* vitest(suiteNames, environment)
  for (const one of preparations) yield* Console.log(`suite ${one.name}: ${yield* outcomeOf(one)}`)
  yield* status !== 0 || errors.size > 0 ? new RunFailed() : Effect.void
})

const outcomeOf = (one: Preparation) =>
  one.state === "ready"
    ? Effect.orElseSucceed(countOf(one.name), () => "failed, vitest left no report")
    : Effect.succeed(one.state === "skipped" ? `skipped, ${one.reasons.join(" ")}` : "not run, a server can't be had")

const command = Command.make(
  "test:servers",
  {
    suites: Argument.Literals(
      "suite",
      suites.map(({ name }) => name)
    ).pipe(Argument.withDescription("A suite to run; all of them unless one is named."), Argument.variadic())
  },
  ({ suites: names }) => testServers(names)
).pipe(Command.withDescription("Runs the tests against real servers."))

Command.run(command, { version: "0.1.0" }).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain)
