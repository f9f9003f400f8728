/**
 * What both domains of Lockstep stand on: resources and their stores, the controller runtime, plans as data, and the
 * vocabulary of trying again.
 *
 * @since 0.1.0
 */
export * as Backoff from "./Backoff.ts"
export * as Conflict from "./Conflict.ts"
export * as Plan from "./Plan.ts"
export * as Telemetry from "./Telemetry.ts"
export * as Treatment from "./Treatment.ts"
