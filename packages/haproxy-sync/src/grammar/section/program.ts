import { toggle } from "../Line.ts"
import { sectionGrammar } from "../SectionGrammar.ts"
import { text } from "../ValueLine.ts"

/**
 * The grammar of `program`.
 *
 * @category sections
 * @since 0.1.0
 */
export const program = sectionGrammar("program", [
  text("command", "command"),
  text("user", "user"),
  text("group", "group"),
  toggle("option start-on-reload", "start-on-reload")
])
