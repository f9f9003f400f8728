/**
 * How an operation travels to the server.
 *
 * **Details**
 *
 * - `runtime`: the running HAProxy takes it; the stored configuration is changed without a reload.
 * - `item`: one request for the resource, in the transaction.
 * - `list`: one request that replaces a whole ordered list, in the transaction.
 * - `section`: one request for a whole section with its children, in the transaction.
 * - `raw`: the whole configuration as text, in one request.
 *
 * @category routes
 * @since 0.1.0
 */
export type Route = "runtime" | "item" | "list" | "section" | "raw"
