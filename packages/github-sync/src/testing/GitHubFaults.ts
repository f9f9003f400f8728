/**
 * What can be made to go wrong with an in-process GitHub.
 *
 * @since 0.1.0
 */
import type { GitHubWorld } from "./GitHubWorld.ts"

/**
 * Something that goes wrong with a request, or happens in between.
 *
 * **Details**
 *
 * `applied` says whether GitHub did what it was asked to before it failed: both happen.
 *
 * @category models
 * @since 0.1.0
 */
export type Fault =
  | {
      readonly _tag: "answer"
      readonly status: number
      readonly headers?: { readonly [name: string]: string }
      readonly message: string
      readonly applied: boolean
    }
  /** The connection breaks without an answer. */
  | { readonly _tag: "drop"; readonly applied: boolean }
  /** No answer comes until the caller gives up. */
  | { readonly _tag: "silence"; readonly applied: boolean }
  /** Somebody else does something just before the request arrives. */
  | { readonly _tag: "meanwhile"; readonly act: (world: GitHubWorld) => void }

/**
 * A fault and the requests it hits.
 *
 * @category models
 * @since 0.1.0
 */
export interface PlannedFault {
  readonly fault: Fault
  readonly method?: string
  /** A part of the path. */
  readonly path?: string
  /** How often; once if left out. */
  readonly times?: number
}

/**
 * Too many requests in too short a time, as GitHub tells it.
 *
 * @category faults
 * @since 0.1.0
 */
export const secondaryLimit = (retryAfterSeconds: number): Fault => ({
  _tag: "answer",
  status: 403,
  headers: { "retry-after": String(retryAfterSeconds) },
  message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
  applied: false
})

/**
 * An overloaded GitHub, that may or may not have done what it was asked to.
 *
 * @category faults
 * @since 0.1.0
 */
export const badGateway = (options: { readonly applied: boolean }): Fault => ({
  _tag: "answer",
  status: 502,
  message: "Server Error",
  applied: options.applied
})

/**
 * A connection that breaks, before or after GitHub did what it was asked to.
 *
 * @category faults
 * @since 0.1.0
 */
export const drop = (options: { readonly applied: boolean }): Fault => ({ _tag: "drop", applied: options.applied })

/**
 * A GitHub that doesn't answer, before or after it did what it was asked to.
 *
 * @category faults
 * @since 0.1.0
 */
export const silence = (options: { readonly applied: boolean }): Fault => ({
  _tag: "silence",
  applied: options.applied
})

/**
 * Somebody else, who does something just before a request arrives.
 *
 * @category faults
 * @since 0.1.0
 */
export const meanwhile = (act: (world: GitHubWorld) => void): Fault => ({ _tag: "meanwhile", act })
