import { Effect } from "effect"
import { formatRef, type PullRequestRef } from "../../domain/PullRequest.ts"
import type { GitHubClient } from "../GitHubClient.ts"
import type { Transport } from "../Transport.ts"
import * as Wire from "../Wire.ts"
import { all, at, perPage } from "./paging.ts"

/** The labels of pull requests. */
export const labels = (transport: Transport): Pick<GitHubClient, "listLabels" | "addLabel" | "removeLabel"> => {
  const { issues } = transport.octokit.rest
  const read = transport.reading(Wire.Labels)

  const listLabels = (ref: PullRequestRef) =>
    all(
      read,
      `read the labels of ${formatRef(ref)}`,
      issues.listLabelsOnIssue.endpoint({ ...at(ref), issue_number: ref.number, per_page: perPage })
    )

  return {
    listLabels: Effect.fn("GitHub.listLabels")((ref) =>
      Effect.map(listLabels(ref), (found) => found.map(Wire.toLabel))
    ),

    addLabel: Effect.fn("GitHub.addLabel")((ref, label) =>
      Effect.asVoid(
        transport.write(
          `add the label ${label} to ${formatRef(ref)}`,
          issues.addLabels.endpoint({ ...at(ref), issue_number: ref.number, labels: [label] })
        )
      )
    ),

    removeLabel: Effect.fn("GitHub.removeLabel")((ref, label) =>
      transport
        .write(
          `take the label ${label} from ${formatRef(ref)}`,
          issues.removeLabel.endpoint({ ...at(ref), issue_number: ref.number, name: label })
        )
        .pipe(
          Effect.asVoid,
          // GitHub answers 404 for a label that isn't there as well as for a pull request that isn't; the list tells them apart.
          Effect.catchReason("GitHubError", "NotFound", () => Effect.asVoid(listLabels(ref)))
        )
    )
  }
}
