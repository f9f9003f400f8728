import { Effect, Result } from "effect"
import { haproxyOf } from "../api/ApiVersion.ts"
import { DataplaneClient, type RawConfiguration } from "../dataplane/DataplaneClient.ts"
import { DataplaneError } from "../dataplane/DataplaneError.ts"
import { compare, type CompareOptions } from "../diff/Comparator.ts"
import { describe } from "../diff/Operation.ts"
import { parse, type StructuredConfig } from "../model/StructuredConfig.ts"

/**
 * A configuration as the server holds it, read and understood.
 *
 * @category reading
 * @since 0.1.0
 */
export interface HeldConfiguration {
  readonly raw: RawConfiguration
  readonly config: StructuredConfig
}

/**
 * Reads what the server holds.
 *
 * @category reading
 * @since 0.1.0
 */
export const readHeld = Effect.gen(function* () {
  const client = yield* DataplaneClient
  const { api, url } = yield* client.info
  const raw = yield* client.raw
  const parsed = parse(raw.text, { file: url, version: haproxyOf(api), side: "current" })
  if (Result.isFailure(parsed)) {
    return yield* new DataplaneError({
      reason: "Unexpected",
      request: "GET raw",
      serverMessage: `the server's configuration can't be understood: ${parsed.failure.message}`
    })
  }
  return { raw, config: parsed.success } satisfies HeldConfiguration
})

/**
 * Answers what still differs between what the server holds and what is desired, in a sentence; undefined where nothing does.
 *
 * **Details**
 *
 * The order of named things is not looked at: the server has its own.
 *
 * @category reading
 * @since 0.1.0
 */
export const differenceOf = (
  held: StructuredConfig,
  desired: StructuredConfig,
  options: CompareOptions = {}
): string | undefined => {
  const [first, ...rest] = compare(held, desired, { ...options, order: "ignore" }).operations
  if (first === undefined) return undefined
  return `${describe(first)} is left${rest.length === 0 ? "" : `, and ${rest.length} more`}`
}
