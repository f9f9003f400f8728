import { compare, type CompareOptions } from "../diff/Comparator.ts"
import { unifiedDiff, type UnifiedDiffOptions } from "../diff/unifiedDiff.ts"
import { sectionKey } from "../model/sectionKey.ts"
import type { StructuredConfig } from "../model/StructuredConfig.ts"
import type { Plan } from "./Plan.ts"
import { redactText } from "../diff/redact.ts"
import { targetOf } from "./target.ts"
import { withSections } from "./withSections.ts"

/**
 * Returns a plan as a unified diff of the text: what `patch` makes of the current text means what the plan leads to, unless a secret is
 * in the way, which is not shown.
 *
 * **Details**
 *
 * Sections that the plan touches are written as they are desired, comments included; all others stay as they are, also where the desired
 * text says the same in other words. The empty string where there is nothing to do.
 *
 * @category views
 * @since 0.1.0
 */
export const formatTextDiff = (
  plan: Plan,
  current: StructuredConfig,
  desired: StructuredConfig,
  options: CompareOptions & Pick<UnifiedDiffOptions, "names" | "context">
): string =>
  plan.operations.length === 0
    ? ""
    : unifiedDiff(current.document.text, spelled(plan, current, targetOf(plan, desired), options), {
        ...options,
        show: redactText
      })

/** The current text with the sections that change as they are desired; the desired text where the place of sections counts. */
const spelled = (
  { operations }: Plan,
  current: StructuredConfig,
  desired: StructuredConfig,
  options: CompareOptions
): string => {
  const touched = new Set(operations.map(({ keyword, owner }) => sectionKey(keyword, owner)))
  const { config } = withSections(current, desired, ({ keyword, name }) => touched.has(sectionKey(keyword, name)))
  return compare(config, desired, options).operations.length === 0 ? config.document.text : desired.document.text
}
