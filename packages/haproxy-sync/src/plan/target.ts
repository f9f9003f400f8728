import { Result } from "effect"
import { parse, type StructuredConfig } from "../model/StructuredConfig.ts"
import type { Plan } from "./Plan.ts"

/**
 * Returns the configuration that a plan leads to: the desired one it was made from, or, where not all sections are owned, what of it is
 * owned among the sections of the current one.
 *
 * @category planning
 * @since 0.1.0
 */
export const targetOf = ({ desired: { text } }: Pick<Plan, "desired">, desired: StructuredConfig): StructuredConfig =>
  text === desired.document.text
    ? desired
    : Result.getOrThrow(parse(text, { file: desired.document.file, version: desired.version, side: "desired" }))
