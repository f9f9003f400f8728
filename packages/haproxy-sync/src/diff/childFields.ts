import type { Field } from "../grammar/Args.ts"
import { grammars } from "../grammar/grammars.ts"
import type { SectionKeyword } from "../text/SectionKind.ts"
import { isChildField } from "./Vocabulary.ts"

/**
 * Returns the fields of a kind of section that hold collections of children.
 *
 * @category vocabulary
 * @since 0.1.0
 */
export const childFieldsOf = (keyword: SectionKeyword): ReadonlyArray<Field> =>
  (grammars.get(keyword)?.fields ?? []).filter(isChildField)
