/**
 * How a synchronization is done.
 *
 * **Details**
 *
 * - `dry-run`: compares and validates, and changes nothing.
 * - `apply`: applies all changes; tries again up to three times when somebody else was faster.
 * - `apply-force`: applies all changes and tries again for as long as somebody else is faster; it can be interrupted.
 *
 * @category policies
 * @since 0.1.0
 */
export type SyncPolicy = "dry-run" | "apply" | "apply-force"

/**
 * All policies.
 *
 * @category policies
 * @since 0.1.0
 */
export const syncPolicies = ["dry-run", "apply", "apply-force"] as const satisfies ReadonlyArray<SyncPolicy>

/**
 * Reports whether a policy changes nothing.
 *
 * @category policies
 * @since 0.1.0
 */
export const isDryRun = (policy: SyncPolicy): boolean => policy === "dry-run"

/**
 * Reports whether a policy applies changes. A policy that is none applies nothing.
 *
 * @category policies
 * @since 0.1.0
 */
export const shouldApply = (policy: SyncPolicy): boolean => policy === "apply" || policy === "apply-force"

/**
 * Returns how many attempts may follow the first one; -1 means that there is no limit.
 *
 * @category policies
 * @since 0.1.0
 */
export const maxRetries = (policy: SyncPolicy): number => ({ "dry-run": 0, apply: 3, "apply-force": -1 })[policy]

/**
 * Returns a policy as text.
 *
 * @category policies
 * @since 0.1.0
 */
export const policyToString = (policy: SyncPolicy): string => policy
