import { each } from "../Line.ts"
import { logProfileStep } from "../resource/logProfileStep.ts"
import { sectionGrammar } from "../SectionGrammar.ts"
import { value } from "../ValueLine.ts"

/**
 * The grammar of `log-profile`.
 *
 * @category sections
 * @since 0.1.0
 */
export const logProfile = sectionGrammar("log-profile", [
  value("log-tag", "log_tag"),
  each("on", "steps", logProfileStep)
])
