import { type Drift, driftFrom, formatPlan, hasDrifted, haproxyOf, planToJson } from "@lockstep/haproxy-sync"
import { Effect, Stdio } from "effect"
import { Argument, Command } from "effect/cli"
import { Exit, exitCodes } from "../../ExitCode.ts"
import { guardFlags, guardsOf } from "../../guards.ts"
import { output, reported, write, writeDocument } from "../../Output.ts"
import { detailedExitcode, order, readDesired } from "../../planning.ts"
import { infoOf, serverFlags, withServer } from "../../server.ts"

export const commandHaproxyDrift = Command.make(
  "drift",
  {
    desired: Argument.String("desired").pipe(
      Argument.withDescription("What should be there: a file, a folder, or - for stdin")
    ),
    order,
    ...guardFlags,
    detailedExitcode,
    output,
    ...serverFlags
  },
  Effect.fnUntraced(function* (options) {
    const { drift, info } = yield* withServer(options)(
      Effect.gen(function* () {
        const server = yield* infoOf
        const { config, plan } = yield* readDesired(options.desired, haproxyOf(server.api))
        const guards = yield* guardsOf(options, plan)
        return { info: server, drift: yield* driftFrom(config, { order: options.order, guards }) }
      })
    )
    if (options.output === "human") {
      const stdio = yield* Stdio.Stdio
      yield* write(formatDrift(drift, yield* stdio.stdoutIsTerminal))
    } else {
      const server = { url: info.url, version: drift.held.raw.version, haproxy: info.api }
      yield* writeDocument("Drift", { server, ...toJson(drift) }, options.output)
    }
    if (options.detailedExitcode && hasDrifted(drift)) return yield* new Exit({ code: exitCodes.pending })
  }, reported)
).pipe(
  Command.withDescription(
    "Show how a server has drifted away: what is stored otherwise than desired, and what HAProxy does otherwise than stored"
  )
)

const toJson = (drift: Drift) => ({
  drifted: hasDrifted(drift),
  configuration: planToJson(drift.configuration),
  running: drift.running ?? null,
  apart: drift.apart
})

const formatDrift = ({ apart, configuration, running }: Drift, colors: boolean): string => {
  const servers = running?.map(
    ({ backend, difference, server }) => `  ! server '${server}' in backend '${backend}': ${difference}`
  )
  return [
    "Configuration",
    formatPlan(configuration, { colors }).trimEnd(),
    ...(apart
      ? ["The server has another configuration in memory than on disk; applying any configuration mends that."]
      : []),
    "",
    "Running",
    ...(servers === undefined
      ? ["HAProxy can't be asked: its configuration opens no runtime socket."]
      : servers.length === 0
        ? ["In step: HAProxy does what is stored."]
        : [...servers, "HAProxy was changed by hand, or has not loaded what is stored. A reload ends that."]),
    ""
  ].join("\n")
}
