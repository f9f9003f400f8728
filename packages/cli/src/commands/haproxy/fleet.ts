import {
  defaultSyncOptions,
  type FleetReport,
  type FleetState,
  fleetState,
  type InstanceReport,
  syncFleet,
  syncPolicies,
  type SyncPolicy
} from "@lockstep/haproxy-sync"
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Exit, exitCodes } from "../../ExitCode.ts"
import { instances, readFleet } from "../../fleetFile.ts"
import { guardFlags, guardsOf } from "../../guards.ts"
import { haproxyVersion } from "../../haproxyFiles.ts"
import { journalIn } from "../../journal.ts"
import { onMismatch, verificationOf } from "../../onMismatch.ts"
import { output, reported, writeDocument, writeLine } from "../../Output.ts"
import { detailedExitcode, order, readDesired } from "../../planning.ts"
import { fromDataplaneError, serverFlags } from "../../server.ts"
import { syncResultToJson } from "../../syncResult.ts"

const apply = Command.make(
  "apply",
  {
    desired: Argument.String("desired").pipe(
      Argument.withDescription("What should be there: a file, a folder, or - for stdin")
    ),
    instances,
    canaries: Flag.Int("canaries").pipe(
      Flag.withDescription("How many go first, one after another; all end where one of them fails"),
      Flag.withDefault(1)
    ),
    batch: Flag.Int("batch").pipe(
      Flag.withDescription("How many are changed side by side after that; a quarter of them if left out"),
      Flag.optional
    ),
    continueOnFailure: Flag.Boolean("continue-on-failure").pipe(
      Flag.withDescription("Go on with the next batch although one has failed"),
      Flag.withDefault(false)
    ),
    policy: Flag.Literals("policy", syncPolicies).pipe(
      Flag.withDescription("What is done to each; dry-run changes nothing"),
      Flag.withDefault("apply" as SyncPolicy)
    ),
    onMismatch,
    order,
    ...guardFlags,
    haproxyVersion,
    output,
    ...serverFlags
  },
  Effect.fnUntraced(function* (options) {
    const fleet = yield* readFleet(options.instances, options)
    const { config, plan } = yield* readDesired(options.desired, options.haproxyVersion)
    const report = yield* syncFleet(fleet, config, {
      ...defaultSyncOptions,
      policy: options.policy,
      verification: verificationOf(options.onMismatch),
      order: options.order,
      guards: yield* guardsOf(options, plan),
      canaries: options.canaries,
      continueOnFailure: options.continueOnFailure,
      ...(Option.isSome(options.batch) ? { batch: Math.max(1, options.batch.value) } : {})
    }).pipe(Effect.provide(journalIn(options.stateDir)))
    yield* options.output === "human"
      ? writeLine(formatReport(report))
      : writeDocument("FleetReport", reportToJson(report), options.output)
    if (report.success) return
    const some = report.instances.some(({ outcome, result }) => outcome === "done" && result?.status === "applied")
    return yield* new Exit({ code: some ? exitCodes.partial : exitCodes.failed })
  }, reported)
).pipe(Command.withDescription("Bring the desired configuration to all servers, canaries first, then in batches"))

const status = Command.make(
  "status",
  { instances, detailedExitcode, output, ...serverFlags },
  Effect.fnUntraced(function* (options) {
    const state = yield* fleetState(yield* readFleet(options.instances, options))
    yield* options.output === "human"
      ? writeLine(formatState(state))
      : writeDocument("Fleet", stateToJson(state), options.output)
    if (state.instances.some(({ error }) => error !== undefined)) return yield* new Exit({ code: exitCodes.failed })
    if (options.detailedExitcode && !state.consistent) return yield* new Exit({ code: exitCodes.pending })
  }, reported)
).pipe(Command.withDescription("Show whether all servers hold the same configuration"))

export const commandHaproxyFleet = Command.make("fleet").pipe(
  Command.withDescription("Work with many servers that are to hold the same configuration"),
  Command.withSubcommands([apply, status])
)

const told = ({ error, result }: InstanceReport): string =>
  error === undefined ? (result?.message ?? "") : fromDataplaneError(error).message

const formatReport = ({ instances: all, stopped, success }: FleetReport): string =>
  [
    ...all.map((one) =>
      one.outcome === "skipped"
        ? `- ${one.name}: skipped`
        : `${one.outcome === "done" ? "✓" : "✗"} ${one.name}: ${one.result?.status ?? "not reached"}: ${told(one)}`
    ),
    success
      ? `All ${all.length} are in step.`
      : `${all.filter(({ outcome }) => outcome === "done").length} of ${all.length} are in step${stopped ? "; the others were left alone. Called again, it goes on from there" : ""}.`
  ].join("\n")

const reportToJson = ({ instances: all, stopped, success }: FleetReport) => ({
  success,
  stopped,
  instances: all.map(({ error, name, outcome, result, url }) => ({
    name,
    url,
    outcome,
    ...(result === undefined ? {} : { result: syncResultToJson(result) }),
    ...(error === undefined ? {} : { error: fromDataplaneError(error).message })
  }))
})

const formatState = ({ consistent, groups, instances: all }: FleetState): string =>
  [
    ...all.map(({ error, name, sha256, version }) =>
      error === undefined
        ? `${name}: version ${version}, ${sha256?.slice(0, 12)}`
        : `${name}: ${fromDataplaneError(error).message}`
    ),
    consistent
      ? "All hold the same configuration."
      : groups.length > 1
        ? `They hold ${groups.length} different configurations: ${groups.map((names) => names.join(", ")).join(" | ")}`
        : "Not all could be read."
  ].join("\n")

const stateToJson = ({ consistent, groups, instances: all }: FleetState) => ({
  consistent,
  groups,
  instances: all.map(({ error, ...one }) => ({
    ...one,
    ...(error === undefined ? {} : { error: fromDataplaneError(error).message })
  }))
})
