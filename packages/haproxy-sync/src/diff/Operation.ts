import type { Draft } from "../grammar/Args.ts"
import type { SectionKeyword } from "../text/SectionKind.ts"

/**
 * A difference that can be sent to a server: one resource is created, updated, deleted or moved.
 *
 * **Details**
 *
 * The operations of a diff are carried out one after another; the index of an operation on a list is that of the list as the
 * operations before have left it. `after` of a created section holds the whole section; its children have operations of their own
 * as well, for people to read.
 *
 * @category operations
 * @since 0.1.0
 */
export interface Operation {
  readonly type: "create" | "update" | "delete" | "move"
  /** The kind of resource: `backend`, `server`, `http_request_rule`, … */
  readonly section: string
  /** The section the resource is in, or is. */
  readonly keyword: SectionKeyword
  readonly owner: string
  /** For a child: the field of the section's model that holds it. */
  readonly field?: string
  /** For a child known by name, and for sections: the name. */
  readonly name?: string
  /** For a child known by its place. */
  readonly index?: number
  readonly toIndex?: number
  readonly before?: Readonly<Draft>
  readonly after?: Readonly<Draft>
  readonly changed: ReadonlyArray<FieldChange>
  /** Why no structured request can carry it; absent where one can. */
  readonly onlyRaw?: string
}

/**
 * A field that differs. `before` or `after` is undefined where the field is absent on that side.
 *
 * @category operations
 * @since 0.1.0
 */
export interface FieldChange {
  readonly field: string
  readonly before: unknown
  readonly after: unknown
}
