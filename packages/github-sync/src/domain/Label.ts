/**
 * Labels of a repository.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"

/**
 * A label, as a repository's catalogue holds it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Label = Schema.Struct({
  name: Schema.String,
  color: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String)
})

/**
 * A label, as a repository's catalogue holds it.
 *
 * @category models
 * @since 0.1.0
 */
export type Label = typeof Label.Type

/**
 * Reports whether two names mean the same label: GitHub keeps their case, but does not tell names apart by it.
 *
 * @category comparing
 * @since 0.1.0
 */
export const sameName = (a: string, b: string): boolean => fold(a) === fold(b)

/**
 * Returns the form of a name by which labels are compared.
 *
 * @category comparing
 * @since 0.1.0
 */
export const fold = (name: string): string => name.toLowerCase()
