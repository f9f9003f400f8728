import type { runKubernetesOperator, runLocalOperator } from "@lockstep/operator"
import type { Effect } from "effect"
import { CommandError } from "../../CommandError.ts"

type Failure = Effect.Error<ReturnType<typeof runKubernetesOperator> | ReturnType<typeof runLocalOperator>>

/** Says why an operator ended, and what to do now. */
export const toCommandError = (error: Failure): CommandError =>
  new CommandError({ kind: "Operator", message: messageOf(error), hint: hintOf(error), ...placeOf(error) })

const placeOf = (error: Failure) => {
  if (error._tag !== "ConfigFileError") return {}
  const { column, file, line } = error
  return { file, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) }
}

const messageOf = (error: Failure): string => {
  if (error._tag === "ConfigFileError") return error.because
  if (error._tag !== "KubernetesError") return error.message
  const { reason } = error
  // The connection's own words promise another attempt, which whoever starts the command has to make.
  if (reason._tag === "Unreachable") return `the cluster can't be reached: ${reason.because}`
  return error.message
}

const environment =
  "check the environment: LOCKSTEP_GITHUB_TOKEN, LOCKSTEP_GITHUB_URL, LOCKSTEP_LOG_LEVEL, OTEL_EXPORTER_OTLP_ENDPOINT"

const hintOf = (error: Failure): string => {
  switch (error._tag) {
    case "KubernetesError":
      return error.reason._tag === "NotFound"
        ? "lockstep crd install, with the same --kubeconfig and --context"
        : "check the kubeconfig, its context, and the user's rights on the kinds of lockstep.dev and on leases"
    case "LeadershipLost":
      return "start it again; another replica works in the meantime"
    case "ConfigFileError":
      return "lockstep config check FILE tells all that is wrong with it"
    default:
      return environment
  }
}
