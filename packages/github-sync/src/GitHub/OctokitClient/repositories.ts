import { Effect } from "effect"
import type { Label } from "../../domain/Label.ts"
import { formatRepository } from "../../domain/PullRequest.ts"
import type { GitHubClient } from "../GitHubClient.ts"
import type { Transport } from "../Transport.ts"
import * as Wire from "../Wire.ts"
import { all, of, one, perPage } from "./paging.ts"

/** What belongs to a repository as a whole: its catalogue of labels, and how its commits follow each other. */
export const repositories = (
  transport: Transport
): Pick<GitHubClient, "listRepositoryLabels" | "createLabel" | "updateLabel" | "compare"> => {
  const { issues, repos } = transport.octokit.rest
  const read = transport.reading(Wire.Labels)
  const write = transport.writing(Wire.Label)
  const readComparison = transport.reading(Wire.Comparison)

  return {
    listRepositoryLabels: Effect.fn("GitHub.listRepositoryLabels")((repository) =>
      Effect.map(
        all(
          read,
          `read the labels of ${formatRepository(repository)}`,
          issues.listLabelsForRepo.endpoint({ ...of(repository), per_page: perPage })
        ),
        (found) => found.map(Wire.toLabel)
      )
    ),

    createLabel: Effect.fn("GitHub.createLabel")((repository, label) =>
      Effect.map(
        write(
          `create the label ${label.name} in ${formatRepository(repository)}`,
          issues.createLabel.endpoint({ ...of(repository), name: label.name, ...looksOf(label) })
        ),
        Wire.toLabel
      )
    ),

    updateLabel: Effect.fn("GitHub.updateLabel")((repository, name, { name: newName, ...looks }) =>
      Effect.map(
        write(
          `change the label ${name} of ${formatRepository(repository)}`,
          issues.updateLabel.endpoint({
            ...of(repository),
            name,
            // A field `name` would be ignored without a word.
            ...(newName === undefined ? {} : { new_name: newName }),
            ...looksOf(looks)
          })
        ),
        Wire.toLabel
      )
    ),

    compare: Effect.fn("GitHub.compare")((repository, base, head) =>
      Effect.map(
        one(
          readComparison,
          `compare ${base} with ${head} in ${formatRepository(repository)}`,
          repos.compareCommitsWithBasehead.endpoint({ ...of(repository), basehead: `${base}...${head}`, per_page: 1 })
        ),
        Wire.toComparison
      )
    )
  }
}

const looksOf = ({ color, description }: Omit<Label, "name">) => ({
  ...(color === undefined ? {} : { color }),
  ...(description === undefined ? {} : { description })
})
