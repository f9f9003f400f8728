/**
 * Objects as YAML, as people and `kubectl` read them.
 *
 * @since 0.1.0
 */
import { stringify } from "yaml"

/**
 * Writes objects as one YAML stream; each begins with `---`.
 *
 * @category encoding
 * @since 0.1.0
 */
export const stream = (objects: ReadonlyArray<object>): string =>
  objects.map((object) => `---\n${stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })}`).join("")
