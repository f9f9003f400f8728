import { Effect, Option } from "effect"
import { formatRef, formatRepository } from "../../domain/PullRequest.ts"
import type { GitHubClient } from "../GitHubClient.ts"
import type { Transport } from "../Transport.ts"
import * as Wire from "../Wire.ts"
import { all, at, of, perPage } from "./paging.ts"

/** What people are told on a pull request, and what happened to it in the past. */
export const comments = (
  transport: Transport
): Pick<GitHubClient, "listComments" | "createComment" | "updateComment" | "listLabelEvents"> => {
  const { issues } = transport.octokit.rest
  const read = transport.reading(Wire.Comments)
  const write = transport.writing(Wire.Comment)
  const readTimeline = transport.reading(Wire.Timeline)

  return {
    listComments: Effect.fn("GitHub.listComments")((ref) =>
      Effect.map(
        all(
          read,
          `read the comments of ${formatRef(ref)}`,
          issues.listComments.endpoint({ ...at(ref), issue_number: ref.number, per_page: perPage })
        ),
        (found) => found.map(Wire.toComment)
      )
    ),

    createComment: Effect.fn("GitHub.createComment")((ref, body) =>
      Effect.map(
        write(
          `comment on ${formatRef(ref)}`,
          issues.createComment.endpoint({ ...at(ref), issue_number: ref.number, body })
        ),
        Wire.toComment
      )
    ),

    updateComment: Effect.fn("GitHub.updateComment")((repository, id, body) =>
      Effect.map(
        write(
          `change the comment ${id} in ${formatRepository(repository)}`,
          issues.updateComment.endpoint({ ...of(repository), comment_id: id, body })
        ),
        Wire.toComment
      )
    ),

    listLabelEvents: Effect.fn("GitHub.listLabelEvents")((ref) =>
      Effect.map(
        all(
          readTimeline,
          `read the timeline of ${formatRef(ref)}`,
          issues.listEventsForTimeline.endpoint({ ...at(ref), issue_number: ref.number, per_page: perPage })
        ),
        (events) => events.flatMap((event) => Option.toArray(Wire.toLabelEvent(event)))
      )
    )
  }
}
