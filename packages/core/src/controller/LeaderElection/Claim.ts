import { Equal } from "effect"
import type { Lease } from "../../kubernetes/Lease.ts"
import { wishOf } from "./Wish.ts"

/** A lease as it was seen last, and when its last change was seen, by our own clock that never jumps. */
export interface Sighting {
  readonly lease: Lease
  readonly since: number
}

/** What to do about a lease. */
export type Claim =
  /** It is ours: renew it. */
  | { readonly _tag: "renew" }
  /** It is free or has run out: take it. */
  | { readonly _tag: "take" }
  /** Another one holds it, until then at least. */
  | { readonly _tag: "wait"; readonly until: number }

/**
 * Keeps when a lease was last seen to change.
 *
 * Only a change that we saw counts, never a time in the lease: the clocks of two machines needn't agree. `seen` is the time
 * after the read was answered, so that a lease never seems older than it is. That another replica wrote a wish on it is no
 * sign of life of its holder.
 */
export const sight = (before: Sighting | undefined, lease: Lease, seen: number): Sighting => {
  if (before === undefined) return { lease, since: seen }
  if (before.lease.metadata.resourceVersion === lease.metadata.resourceVersion) return before
  const isWish = Equal.equals(before.lease.spec, lease.spec) && !Equal.equals(wishOf(before.lease), wishOf(lease))
  return { lease, since: isWish ? before.since : seen }
}

/** Decides by what was seen. `asked` is the time before the read was sent, so that nothing that happened later is missed. */
export const decide = ({ lease, since }: Sighting, identity: string, standard: number, asked: number): Claim => {
  const { holderIdentity, leaseDurationSeconds } = lease.spec
  if (holderIdentity === undefined || holderIdentity === "") return { _tag: "take" }
  if (holderIdentity === identity) return { _tag: "renew" }
  const until = since + (leaseDurationSeconds === undefined ? standard : leaseDurationSeconds * 1000)
  return asked >= until ? { _tag: "take" } : { _tag: "wait", until }
}
