/**
 * What a write leads to, by the rules of Kubernetes, as pure functions of what is stored.
 *
 * Every local store decides here and only has to keep the outcome, so that they can't drift apart.
 *
 * @since 0.1.0
 */
export { apply } from "./Semantics/apply.ts"
export { checkScope, draftKey } from "./Semantics/keys.ts"
export type { Entry, Outcome, Stamp } from "./Semantics/Outcome.ts"
export { remove } from "./Semantics/remove.ts"
export { create, update, updateStatus } from "./Semantics/write.ts"
