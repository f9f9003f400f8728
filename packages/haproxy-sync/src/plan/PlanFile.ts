import { Result, Schema } from "effect"
import { parse } from "../model/StructuredConfig.ts"
import { haproxyVersions } from "../text/HaproxyVersion.ts"
import { sha256 } from "./digest.ts"
import { Guards } from "./Guards.ts"

/**
 * A plan as it is saved to be applied later: what it starts from, and the text it leads to.
 *
 * **Details**
 *
 * The operations are not saved: the same two texts always give the same plan, so they are worked out again, and can't have been
 * tampered with.
 *
 * **Gotchas**
 *
 * It holds the whole desired configuration, passwords included: keep it as safe as the configuration itself.
 *
 * @category plan files
 * @since 0.1.0
 */
export const PlanFile = Schema.Struct({
  apiVersion: Schema.Literal("lockstep/v1"),
  kind: Schema.Literal("Plan"),
  haproxy: Schema.Literals(haproxyVersions),
  order: Schema.Literals(["strict", "ignore", "auto"]),
  /** They hold again when the plan is applied. */
  guards: Schema.optionalKey(Guards),
  base: Schema.Struct({ sha256: Schema.String }),
  desired: Schema.Struct({ sha256: Schema.String, text: Schema.String })
})

/**
 * A plan as it is saved to be applied later.
 *
 * @category plan files
 * @since 0.1.0
 */
export type PlanFile = typeof PlanFile.Type

const decode = Schema.decodeUnknownResult(PlanFile)

/**
 * Reports whether a text is meant to be a plan file rather than a configuration: no configuration begins with a brace.
 *
 * @category plan files
 * @since 0.1.0
 */
export const looksLikePlanFile = (text: string): boolean => /^\s*\{/.test(text)

/**
 * Reads a plan file; fails with a sentence on what is wrong with it.
 *
 * @category plan files
 * @since 0.1.0
 */
export const decodePlanFile = (text: string): Result.Result<PlanFile, string> => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    return Result.fail(`it is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
  return Result.flatMap(
    Result.mapError(decode(json), (issue) => `it is no plan file of this version: ${issue.message}`),
    (file) => {
      if (sha256(file.desired.text) !== file.desired.sha256)
        return Result.fail("its configuration was changed after it was written")
      return Result.isFailure(parse(file.desired.text, { version: file.haproxy }))
        ? Result.fail("its configuration can't be understood")
        : Result.succeed(file)
    }
  )
}
