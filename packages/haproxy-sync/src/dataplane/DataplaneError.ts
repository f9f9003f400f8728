import { Treatment } from "@lockstep/core"
import { Schema } from "effect"

/**
 * Why a request to a Data Plane API failed, in the terms of what can be done about it.
 *
 * @category errors
 * @since 0.1.0
 */
export type DataplaneReason = keyof typeof reasons

const reasons = {
  Unreachable: [Treatment.retry(), "check the address, and that the Data Plane API runs there"],
  Timeout: [Treatment.retry(), "the server is slow or stuck: look at its log, or raise the time limit"],
  Unauthorized: [Treatment.terminal, "check user and password"],
  NotFound: [Treatment.terminal, "it was removed, or the server is older than this needs"],
  VersionConflict: [Treatment.conflict, "somebody else changed the configuration: read it again and decide again"],
  TransactionGone: [Treatment.conflict, "the transaction was outdated or removed by somebody else: begin again"],
  TooManyTransactions: [
    Treatment.retry("2 seconds"),
    "delete transactions that nobody finishes, or raise max_open_transactions"
  ],
  Refused: [Treatment.terminal, "the server or HAProxy does not accept this configuration: see its message"],
  ReloadFailed: [Treatment.terminal, "HAProxy could not be reloaded: see its message and its log"],
  ServerFailure: [Treatment.retry(), "look at the server's log"],
  Unsupported: [Treatment.terminal, "the server's version does not offer this"],
  UnknownOutcome: [
    Treatment.conflict,
    "the connection broke after the request was sent: read the configuration to see whether it took effect"
  ],
  Unexpected: [Treatment.terminal, "this is not what a Data Plane API answers: check the address"]
} as const satisfies Record<string, readonly [Treatment.Treatment, string]>

/**
 * A failed request to a Data Plane API.
 *
 * **Details**
 *
 * `request` is its method and path, `status` and `serverMessage` are what the server answered. Credentials are never part of it.
 *
 * @category errors
 * @since 0.1.0
 */
export class DataplaneError extends Schema.TaggedError<DataplaneError>()("DataplaneError", {
  reason: Schema.Literals(Object.keys(reasons) as ReadonlyArray<DataplaneReason>),
  request: Schema.String,
  status: Schema.optionalKey(Schema.Number),
  serverMessage: Schema.optionalKey(Schema.String),
  /** Transactions that the request may have begun: nothing tells whether they are ours, so they are left alone. */
  perhapsOurs: Schema.optionalKey(Schema.Array(Schema.String))
}) {
  /** What is to be done about it. */
  get treatment(): Treatment.Treatment {
    return reasons[this.reason][0]
  }

  /** What a person does next. */
  get hint(): string {
    return reasons[this.reason][1]
  }

  override get message(): string {
    const status = this.status === undefined ? "" : ` (${this.status})`
    const said = this.serverMessage === undefined || this.serverMessage === "" ? "" : `: ${this.serverMessage}`
    return `${this.request} failed${status}${said}; ${this.hint}`
  }
}

/** What a request was for, where the same status means different things. */
export type RequestKind = "read" | "write" | "begin" | "commit" | "abort" | "raw"

/**
 * Returns the reason that a status and a message stand for. Statuses are overloaded: 409 is a stale version or a name that is
 * taken, 406 an outdated transaction or content that can't be served, 400 a vanished transaction or a refused configuration.
 *
 * @category errors
 * @since 0.1.0
 */
export const reasonOf = (kind: RequestKind, status: number, message: string): DataplaneReason => {
  if (status === 401) return "Unauthorized"
  if (/transaction does not exist/.test(message)) return "TransactionGone"
  if (status === 404) return kind === "commit" ? "TransactionGone" : "NotFound"
  if (status === 406 && kind === "commit") return /failed/.test(message) ? "Refused" : "TransactionGone"
  if (status === 409)
    return kind === "begin" || kind === "commit" || message.startsWith("version mismatch")
      ? "VersionConflict"
      : "Refused"
  if (status === 429) return "TooManyTransactions"
  if (status === 400 && message.startsWith("Reload failed")) return "ReloadFailed"
  if (status === 405 || status === 501) return "Unsupported"
  if (status >= 500) return "ServerFailure"
  return status >= 400 ? "Refused" : "Unexpected"
}
