import { Command } from "effect/cli"
import { commandHaproxyApply } from "./haproxy/apply.ts"
import { commandHaproxyCheck } from "./haproxy/check.ts"
import { commandHaproxyDiff } from "./haproxy/diff.ts"
import { commandHaproxyDrift } from "./haproxy/drift.ts"
import { commandHaproxyEmulator } from "./haproxy/emulator.ts"
import { commandHaproxyFleet } from "./haproxy/fleet.ts"
import { commandHaproxyFields } from "./haproxy/fields.ts"
import { commandHaproxyFmt } from "./haproxy/fmt.ts"
import { commandHaproxyModel } from "./haproxy/model.ts"
import { commandHaproxyPlan } from "./haproxy/plan.ts"
import { commandHaproxyPrint } from "./haproxy/print.ts"
import { commandHaproxyRollback } from "./haproxy/rollback.ts"
import { commandHaproxyShow } from "./haproxy/show.ts"
import { commandHaproxySimulate } from "./haproxy/simulate.ts"
import { commandHaproxyTokens } from "./haproxy/tokens.ts"

export const commandHaproxy = Command.make("haproxy").pipe(
  Command.withDescription("Work with HAProxy configurations and with a running HAProxy"),
  Command.withSubcommands([
    commandHaproxyCheck,
    commandHaproxyPrint,
    commandHaproxyFmt,
    commandHaproxyTokens,
    commandHaproxyModel,
    commandHaproxyFields,
    commandHaproxyDiff,
    commandHaproxySimulate,
    commandHaproxyPlan,
    commandHaproxyApply,
    commandHaproxyDrift,
    commandHaproxyRollback,
    commandHaproxyFleet,
    commandHaproxyShow,
    commandHaproxyEmulator
  ])
)
