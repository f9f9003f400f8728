import type { Happening } from "@lockstep/core"
import type { Pass } from "@lockstep/github-sync"

const kinds: { readonly [Tag in Pass["result"]["_tag"]]: Pick<Happening, "type" | "reason"> | undefined } = {
  unchanged: undefined,
  applied: { type: "Normal", reason: "Synced" },
  partial: { type: "Warning", reason: "PartlySynced" },
  deferred: { type: "Warning", reason: "SyncDeferred" },
  refused: { type: "Warning", reason: "SyncRefused" }
}

/** What people are told of a pass over a tracker; nothing where nothing was to do. */
export const passEvent = ({ result }: Pass): Happening | undefined => {
  const kind = kinds[result._tag]
  return kind === undefined ? undefined : { ...kind, action: "SyncLabels", note: result.reason }
}
