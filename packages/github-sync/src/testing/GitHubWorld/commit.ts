import { createHash } from "node:crypto"
import type { Repository } from "../../domain/PullRequest.ts"

/** The name of a commit, always the same for the same thing; `count` tells the commits of a branch apart. */
export const commit = (at: Repository, what: string, count = 0): string =>
  createHash("sha1").update(`${at.owner}/${at.name} ${what} ${count}`).digest("hex")
