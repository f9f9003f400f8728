import type { SyncOptions } from "@lockstep/haproxy-sync"
import { Flag } from "effect/cli"

/** `--on-mismatch`. */
export const onMismatch = Flag.Literals("on-mismatch", ["rollback", "report"]).pipe(
  Flag.withDescription(
    "Where the server holds something else than it was given: put the configuration before back, or leave it and report that it is not verified"
  ),
  Flag.withDefault("rollback" as "rollback" | "report")
)

/** What the flag stands for. */
export const verificationOf = (flag: "rollback" | "report"): NonNullable<SyncOptions["verification"]> =>
  flag === "report" ? "warn" : "rollback"
