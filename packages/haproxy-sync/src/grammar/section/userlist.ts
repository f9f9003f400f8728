import { named } from "../Line.ts"
import { group, user } from "../resource/user.ts"
import { sectionGrammar } from "../SectionGrammar.ts"

/**
 * The grammar of `userlist`.
 *
 * @category sections
 * @since 0.1.0
 */
export const userlist = sectionGrammar("userlist", [
  named("group", "groups", "name", group),
  named("user", "users", "username", user)
])
