import { Effect, Result, Schedule } from "effect"
import { haproxyOf } from "../api/ApiVersion.ts"
import { DataplaneClient } from "../dataplane/DataplaneClient.ts"
import { DataplaneError } from "../dataplane/DataplaneError.ts"
import type { RawConfiguration } from "../dataplane/RawConfiguration.ts"
import { compare, type CompareOptions } from "../diff/Comparator.ts"
import { describe } from "../diff/describeOperation.ts"
import { parse, type StructuredConfig } from "../model/StructuredConfig.ts"
import { formatLineDifference, textDifference } from "./textDifference.ts"

/**
 * A configuration as the server holds it, read and understood.
 *
 * @category reading
 * @since 0.1.0
 */
export interface HeldConfiguration {
  readonly raw: RawConfiguration
  readonly config: StructuredConfig
  /**
   * The server has another configuration in memory than on disk, as after a failed reload: the next transaction would bring the one
   * in memory to the disk. A whole text repairs that.
   */
  readonly apart: boolean
}

/** The version that stands in the text: a server begins with 1 where none does. */
export const writtenVersion = (text: string): number => Number(/^# _version=(\d+)/m.exec(text.slice(0, 2000))?.[1] ?? 1)

const isApart = ({ text, version }: RawConfiguration): boolean => writtenVersion(text) !== version

/** How long the two views may differ while somebody commits, or while the server takes up a file that was changed by hand. */
const settling = { schedule: Schedule.spaced("100 millis"), times: 5 }

/**
 * Reads what the server holds.
 *
 * @category reading
 * @since 0.1.0
 */
export const readHeld = Effect.gen(function* () {
  const client = yield* DataplaneClient
  const { api, url } = yield* client.info
  const raw = yield* client.raw.pipe(Effect.repeat({ ...settling, while: isApart }))
  const parsed = parse(raw.text, { file: url, version: haproxyOf(api), side: "current" })
  if (Result.isFailure(parsed)) {
    return yield* new DataplaneError({
      reason: "Unexpected",
      request: "GET raw",
      serverMessage: `the server's configuration can't be understood: ${parsed.failure.message}`
    })
  }
  return { raw, config: parsed.success, apart: isApart(raw) } satisfies HeldConfiguration
})

/**
 * What still differs between what the server holds and what is desired.
 *
 * @category reading
 * @since 0.1.0
 */
export interface Mismatch {
  /** Who found it: the comparison, which knows something to do then, or only the words. */
  readonly by: "comparison" | "words"
  /** What differs, in a sentence. */
  readonly difference: string
}

/**
 * Answers what still differs between what the server holds and what is desired; undefined where nothing does.
 *
 * **Details**
 *
 * Two things look: the comparator, and, independent of it, a comparison of the words themselves, which knows only how the server
 * reorders and respells what it is given. The order of named things is not looked at: the server has its own.
 *
 * @category reading
 * @since 0.1.0
 */
export const mismatchOf = (
  held: StructuredConfig,
  desired: StructuredConfig,
  options: CompareOptions = {}
): Mismatch | undefined => {
  const [first, ...rest] = compare(held, desired, { ...options, order: "ignore" }).operations
  if (first !== undefined) {
    const more = rest.length === 0 ? "" : `, and ${rest.length} more`
    return { by: "comparison", difference: `${describe(first)} is left${more}` }
  }
  const difference = textDifference(held.document.text, desired.document.text)
  return difference === undefined ? undefined : { by: "words", difference: formatLineDifference(difference) }
}

/**
 * Answers what {@link mismatchOf} does, as a sentence.
 *
 * @category reading
 * @since 0.1.0
 */
export const differenceOf = (
  held: StructuredConfig,
  desired: StructuredConfig,
  options: CompareOptions = {}
): string | undefined => mismatchOf(held, desired, options)?.difference
