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
export * as Conditions from "./resource/Conditions.ts"
export * as MemoryStore from "./resource/MemoryStore.ts"
export * as Metadata from "./resource/Metadata.ts"
export * as Resource from "./resource/Resource.ts"
export * as Selector from "./resource/Selector.ts"
export * as SqliteStore from "./resource/SqliteStore.ts"
export * as StructuralSchema from "./resource/StructuralSchema.ts"
export * as Timestamp from "./resource/Timestamp.ts"
export { findOrCreate } from "./resource/findOrCreate.ts"
export type { NamedDraft } from "./resource/findOrCreate.ts"
export { ResourceStore } from "./resource/ResourceStore.ts"
export type {
  ApplyOptions,
  DeleteOptions,
  Deletion,
  ListOptions,
  Page,
  Selection,
  UnreadableObject,
  WatchEvent,
  WatchOptions,
  WriteOptions
} from "./resource/ResourceStore.ts"
export { StoreError } from "./resource/StoreError.ts"
export type { StoreErrorReason } from "./resource/StoreError.ts"
export * as Cache from "./controller/Cache.ts"
export * as CachedStore from "./controller/CachedStore.ts"
export * as Controller from "./controller/Controller.ts"
export { EventRecorder } from "./controller/EventRecorder.ts"
export type { EventRecorderOptions, EventSubject, Happening } from "./controller/EventRecorder.ts"
export { EventSink } from "./controller/EventSink.ts"
export type { EventCall, EventDocument, ObjectReference } from "./controller/EventSink.ts"
export * as FailureCondition from "./controller/FailureCondition.ts"
export * as Fence from "./controller/Fence.ts"
export { Health } from "./controller/Health.ts"
export type { HealthCheck, HealthReport } from "./controller/Health.ts"
export * as Index from "./controller/Index.ts"
export * as LeaderElection from "./controller/LeaderElection.ts"
export * as Manager from "./controller/Manager.ts"
export * as Predicate from "./controller/Predicate.ts"
export * as Outcome from "./controller/Outcome.ts"
export * as Sharding from "./controller/Sharding.ts"
export * as Source from "./controller/Source.ts"
export * as TracedStore from "./controller/TracedStore.ts"
export type { Reporter, Verdict } from "./controller/Verdict.ts"
export * as WorkQueue from "./controller/WorkQueue.ts"
export { Lease } from "./kubernetes/Lease.ts"
export * as Reflector from "./kubernetes/Reflector.ts"
export * as Version from "./kubernetes/Version.ts"
