import { errorFile } from "../resource/errorFile.ts"
import { sectionGrammar } from "../SectionGrammar.ts"
import { entries } from "../ValueLine.ts"

/**
 * The grammar of `http-errors`.
 *
 * @category sections
 * @since 0.1.0
 */
export const httpErrors = sectionGrammar("http-errors", [entries("errorfile", "error_files", errorFile)])
