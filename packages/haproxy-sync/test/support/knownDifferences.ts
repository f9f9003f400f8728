import type { Difference } from "./compareModels.ts"
import type { RecordedVersion } from "./corpus.ts"

/** A difference between our model and a recorded server's that has to be there, with its cause upstream. */
export interface KnownDifference {
  readonly versions: ReadonlyArray<RecordedVersion>
  readonly kind: string
  /** The fields that may differ; absent where one side has no such resource. */
  readonly fields?: ReadonlyArray<string>
  readonly matches?: (difference: Difference) => boolean
  readonly because: string
}

/** Reports whether an entry is about this difference. */
export const explains = (known: KnownDifference, version: RecordedVersion, difference: Difference): boolean =>
  known.versions.includes(version) &&
  known.kind === difference.kind &&
  (known.fields === undefined
    ? difference.fields.length === 0
    : difference.fields.length > 0 && difference.fields.every((field) => known.fields?.includes(field))) &&
  known.matches?.(difference) !== false

/** The differences that no entry of a table explains. */
export const unexplained = (
  table: ReadonlyArray<KnownDifference>,
  version: RecordedVersion,
  differences: ReadonlyArray<Difference>
): ReadonlyArray<Difference> =>
  differences.filter((difference) => !table.some((known) => explains(known, version, difference)))
