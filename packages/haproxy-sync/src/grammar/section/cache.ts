import { mapped } from "../Args.ts"
import { directive } from "../Line.ts"
import { sectionGrammar } from "../SectionGrammar.ts"
import { positive } from "../ValueLine.ts"

/**
 * The grammar of `cache`.
 *
 * @category sections
 * @since 0.1.0
 */
export const cache = sectionGrammar("cache", [
  positive("total-max-size", "total_max_size"),
  positive("max-object-size", "max_object_size"),
  positive("max-age", "max_age"),
  positive("max-secondary-entries", "max_secondary_entries"),
  directive("process-vary", mapped("process_vary", { on: true, off: false }))
])
