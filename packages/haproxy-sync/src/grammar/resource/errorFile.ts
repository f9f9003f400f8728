import { mapped, sequence, word } from "../Args.ts"

/** The statuses that HAProxy answers by itself. */
const codes = [200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 425, 429, 500, 501, 502, 503, 504]

/**
 * `errorfile CODE FILE`.
 *
 * @category resources
 * @since 0.1.0
 */
export const errorFile = sequence(
  mapped("code", Object.fromEntries(codes.map((code) => [String(code), code]))),
  word("file")
)
