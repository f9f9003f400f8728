import { Effect } from "effect"
import { configurationPath } from "../api/Routes.ts"
import { unexpected } from "./answers.ts"
import type { DataplaneError } from "./DataplaneError.ts"
import type { ApiResponse } from "./Transport.ts"

/**
 * The configuration as it lies on the server's disk.
 *
 * @category models
 * @since 0.1.0
 */
export interface RawConfiguration {
  readonly text: string
  /** The version the server has in memory; after a failed reload the text on disk may name another one. */
  readonly version: number
  /** The server's MD5 of the text, where it gives one. */
  readonly checksum?: string
}

/** A configuration, as a server answers it. */
export const rawOf = ({ headers, status, text }: ApiResponse): Effect.Effect<RawConfiguration, DataplaneError> => {
  const version = Number(headers["configuration-version"] ?? Number.NaN)
  const checksum = headers["configuration-checksum"]
  return Number.isNaN(version)
    ? Effect.fail(unexpected({ kind: "read", method: "GET", path: `${configurationPath}/raw` }, status, text))
    : Effect.succeed({ text, version, ...(typeof checksum === "string" ? { checksum } : {}) })
}

/** A text without the lines at its head that the server counts versions in. */
export const bodyOf = (text: string): string => text.replace(/^(#.*\n)*\n*/, "").trimEnd()
