import { after, integer, sequence, type TypeOf } from "../Args.ts"
import { actions } from "../Action.ts"
import { errorContent } from "./returnContent.ts"

/**
 * `http-error status CODE …`: what HAProxy answers with instead of its own error.
 *
 * @category resources
 * @since 0.1.0
 */
export const httpError = actions("type", {
  status: after("status", sequence(integer("status", { min: 200, max: 599 }), errorContent))
})

/**
 * What HAProxy answers with instead of its own error.
 *
 * @category resources
 * @since 0.1.0
 */
export type HttpErrorRule = TypeOf<typeof httpError>
