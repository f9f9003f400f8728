import { rest } from "../Args.ts"
import { each } from "../Line.ts"
import { sectionGrammar } from "../SectionGrammar.ts"

/**
 * The grammar of `traces`.
 *
 * @category sections
 * @since 0.1.0
 */
export const traces = sectionGrammar("traces", [each("trace", "entries", rest("trace"))])
