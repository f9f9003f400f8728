import type { Difference } from "../../support/compareModels.ts"
import type { KnownDifference } from "../../support/knownDifferences.ts"

const fieldsOf = (resource: unknown): Readonly<Record<string, unknown>> =>
  typeof resource === "object" && resource !== null ? (resource as Readonly<Record<string, unknown>>) : {}

const their = ({ theirs }: Difference) => fieldsOf(theirs)
const our = ({ ours }: Difference) => fieldsOf(ours)

const rejectedSession = (difference: Difference): boolean =>
  our(difference)["type"] === "session" &&
  our(difference)["action"] === "reject" &&
  their(difference)["action"] === "accept"

const lostCondition = (difference: Difference): boolean =>
  our(difference)["type"] === "wait-for-body" && their(difference)["cond"] === undefined

const waitWithoutValue = ({ ours, where }: Difference): boolean =>
  where.startsWith('"balance url_param max_wait"') && fieldsOf(ours)["balance"] === undefined

/** Where a recorded server shows of lines that HAProxy takes something else than what they say. */
export const knownDifferences: ReadonlyArray<KnownDifference> = [
  {
    versions: ["3.0", "3.2", "3.4"],
    kind: "backend/tcp_response_rule_list",
    fields: ["type"],
    matches: (difference) => their(difference)["type"] === "" && our(difference)["type"] === "content",
    because: "The server gives set-var and set-var-fmt in tcp-response content an empty type."
  },
  {
    versions: ["3.0", "3.2", "3.4"],
    kind: "frontend/tcp_request_rule_list",
    fields: ["action"],
    matches: rejectedSession,
    because: "The server takes tcp-request session reject for accept."
  },
  {
    versions: ["3.2", "3.4"],
    kind: "defaults/tcp_request_rule_list",
    fields: ["action"],
    matches: rejectedSession,
    because: "The server takes tcp-request session reject for accept."
  },
  {
    versions: ["3.0"],
    kind: "frontend/http_response_rule_list",
    fields: ["cond", "cond_test"],
    matches: lostCondition,
    because: "The server loses the condition of http-response wait-for-body."
  },
  {
    versions: ["3.0"],
    kind: "backend/http_response_rule_list",
    fields: ["cond", "cond_test"],
    matches: lostCondition,
    because: "The server loses the condition of http-response wait-for-body."
  },
  {
    versions: ["3.0"],
    kind: "defaults",
    fields: ["balance"],
    matches: waitWithoutValue,
    because: "The server passes over max_wait without a value in balance url_param; the line is opaque here."
  },
  {
    versions: ["3.0"],
    kind: "backend",
    fields: ["balance"],
    matches: waitWithoutValue,
    because: "The server passes over max_wait without a value in balance url_param; the line is opaque here."
  },
  {
    versions: ["3.0"],
    kind: "frontend/binds",
    matches: ({ ours, theirs }) => ours === undefined && fieldsOf(theirs)["user"] === "mode",
    because: "The server passes over words of a bind that it doesn't know; the line is opaque here."
  }
]
