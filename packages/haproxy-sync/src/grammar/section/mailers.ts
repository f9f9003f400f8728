import { sequence, word } from "../Args.ts"
import { named } from "../Line.ts"
import { hostPort } from "../resource/hostPort.ts"
import { sectionGrammar } from "../SectionGrammar.ts"
import { time } from "../ValueLine.ts"

/**
 * The grammar of `mailers`.
 *
 * @category sections
 * @since 0.1.0
 */
export const mailers = sectionGrammar("mailers", [
  time("timeout mail", "timeout"),
  named("mailer", "mailer_entries", "name", sequence(word("name"), hostPort))
])
