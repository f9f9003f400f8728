import { type Args, choice, mapped, unmodelled, versioned } from "../Args.ts"

const codes = [200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 425, 429, 500, 501, 502, 503, 504]

/** HAProxy knows these too, and the API has no model of a line with one of them. */
const others = choice(
  mapped("code", { 421: 421, 422: 422 }),
  versioned({ since: "3.2" }, mapped("code", { 414: 414, 431: 431 }))
)

/**
 * One of the statuses that HAProxy answers by itself.
 *
 * @category resources
 * @since 0.1.0
 */
export const errorCode = <const F extends string>(field: F): Args<{ readonly [K in F]?: number }> =>
  choice(mapped(field, Object.fromEntries(codes.map((code) => [String(code), code]))), unmodelled(others)) as Args<{
    readonly [K in F]?: number
  }>
