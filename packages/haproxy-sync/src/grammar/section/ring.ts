import { named } from "../Line.ts"
import { server } from "../resource/server.ts"
import { sectionGrammar } from "../SectionGrammar.ts"
import { bytes, positive, text, time } from "../ValueLine.ts"

/**
 * The grammar of `ring`.
 *
 * @category sections
 * @since 0.1.0
 */
export const ring = sectionGrammar("ring", [
  text("description", "description"),
  text("format", "format"),
  positive("maxlen", "maxlen"),
  bytes("size", "size"),
  time("timeout connect", "timeout_connect"),
  time("timeout server", "timeout_server"),
  named("server", "servers", "name", server)
])
