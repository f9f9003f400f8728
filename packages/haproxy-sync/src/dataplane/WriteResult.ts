import type { ApiResponse } from "./Transport.ts"

/**
 * What a request that changes something is part of: an open transaction, or alone on top of a version.
 *
 * @category models
 * @since 0.1.0
 */
export type Scope = { readonly transaction: string } | { readonly version: number }

/** The query that says what a request is part of. */
export const scopeQuery = (scope: Scope): Readonly<Record<string, string>> =>
  "transaction" in scope ? { transaction_id: scope.transaction } : { version: String(scope.version) }

/**
 * What a change caused.
 *
 * @category models
 * @since 0.1.0
 */
export interface WriteResult {
  readonly status: number
  /** HAProxy will be reloaded, or was. */
  readonly reloadTriggered: boolean
  readonly reloadId?: string
  /** The version the configuration has now, where the server tells. */
  readonly version?: number
}

/** What a change caused, as a server answers it. */
export const resultOf = ({ headers, status }: ApiResponse): WriteResult => {
  const reloadId = headers["reload-id"]
  const version = Number(headers["configuration-version"] ?? Number.NaN)
  return {
    status,
    reloadTriggered: typeof reloadId === "string",
    ...(typeof reloadId === "string" ? { reloadId } : {}),
    ...(Number.isNaN(version) ? {} : { version })
  }
}
