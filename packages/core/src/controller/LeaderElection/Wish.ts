import type { Lease } from "../../kubernetes/Lease.ts"

const annotation = "lockstep.dev/wanted-by"

/** That a replica wants a lease which another one holds: it has less than its share. */
export interface Wish {
  readonly replica: string
  /** Tells one wish of a replica from the next. */
  readonly number: number
}

/** The wish that is written on a lease. */
export const wishOf = ({ metadata }: Lease): Wish | undefined => {
  const [, replica, number] = /^(.+)#(\d+)$/u.exec(metadata.annotations?.[annotation] ?? "") ?? []
  return replica === undefined ? undefined : { replica, number: Number(number) }
}

/** Writes a wish on a lease. Nothing else of it is touched, its times above all. */
export const withWish = (lease: Lease, { number, replica }: Wish): Lease => ({
  ...lease,
  metadata: {
    ...lease.metadata,
    annotations: { ...lease.metadata.annotations, [annotation]: `${replica}#${number}` }
  }
})

/** The lease without a wish. */
export const withoutWish = (lease: Lease): Lease => {
  const { [annotation]: _, ...annotations } = lease.metadata.annotations ?? {}
  return { ...lease, metadata: { ...lease.metadata, annotations } }
}
