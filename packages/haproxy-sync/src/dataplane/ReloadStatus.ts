import { Schema } from "effect"

/**
 * How a reload ended, or that it has not yet.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReloadStatus {
  readonly status: "in_progress" | "succeeded" | "failed"
  readonly response: string
  /** Its id, where the server tells: of one that is under way it may not. */
  readonly id?: string
}

/** A reload, as a server answers it. */
export const Reload = Schema.Struct({
  id: Schema.optionalKey(Schema.String),
  status: Schema.Literals(["in_progress", "succeeded", "failed"]),
  response: Schema.optionalKey(Schema.String)
})

/** All that a server remembers. */
export const Reloads = Schema.NullOr(Schema.Array(Reload))

/** What an answer says of a reload. */
export const statusOf = ({ id, response, status }: typeof Reload.Type): ReloadStatus => ({
  status,
  response: response ?? "",
  ...(id === undefined ? {} : { id })
})
