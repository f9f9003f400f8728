/**
 * Differences as data: what would be done, before it is done.
 *
 * A plan is a list of changes in the order in which they are to be carried out, with a forecast of what that will cause.
 * It holds values only, so it can be shown, saved, compared and applied later.
 *
 * @since 0.1.0
 */

/**
 * One difference between what is there and what should be there. Every kind of change carries the value before and
 * after, so that a reader never has to look anything up.
 *
 * @category models
 * @since 0.1.0
 */
export type Change<A> =
  | { readonly _tag: "create"; readonly id: string; readonly after: A }
  | { readonly _tag: "update"; readonly id: string; readonly before: A; readonly after: A }
  | { readonly _tag: "delete"; readonly id: string; readonly before: A }
  | {
      readonly _tag: "move"
      readonly id: string
      readonly before: A
      readonly after: A
      readonly from: number
      readonly to: number
    }
  | { readonly _tag: "noop"; readonly id: string; readonly before: A; readonly after: A }

/**
 * What carrying out a plan will cause: how many requests, how many disturbances of a running system, about how long,
 * and which change is to blame for each disturbance.
 *
 * @category models
 * @since 0.1.0
 */
export interface Forecast {
  readonly requests: number
  readonly reloads: number
  readonly reloadBecause: ReadonlyArray<string>
  readonly seconds: number
}

/**
 * Changes in the order in which they are to be carried out, and their forecast.
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan<A> {
  readonly changes: ReadonlyArray<Change<A>>
  readonly forecast: Forecast
}

/**
 * How many changes of each kind a plan holds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Summary {
  readonly creates: number
  readonly updates: number
  readonly deletes: number
  readonly moves: number
}

/**
 * Creates the change that brings a new item.
 *
 * @category constructors
 * @since 0.1.0
 */
export const create = <A>(id: string, after: A): Change<A> => ({ _tag: "create", id, after })

/**
 * Creates the change that gives an item a new value in its place.
 *
 * @category constructors
 * @since 0.1.0
 */
export const update = <A>(id: string, before: A, after: A): Change<A> => ({ _tag: "update", id, before, after })

/**
 * Creates the change that takes an item away.
 *
 * @category constructors
 * @since 0.1.0
 */
export const remove = <A>(id: string, before: A): Change<A> => ({ _tag: "delete", id, before })

/**
 * Creates the change that gives an item another place in an ordered list, with or without a new value.
 *
 * @category constructors
 * @since 0.1.0
 */
export const move = <A>(id: string, before: A, after: A, from: number, to: number): Change<A> => ({
  _tag: "move",
  id,
  before,
  after,
  from,
  to
})

/**
 * Creates the change that is none: the item is as it should be.
 *
 * @category constructors
 * @since 0.1.0
 */
export const noop = <A>(id: string, before: A, after: A = before): Change<A> => ({ _tag: "noop", id, before, after })

/**
 * A forecast in which nothing happens.
 *
 * @category forecasts
 * @since 0.1.0
 */
export const nothing: Forecast = { requests: 0, reloads: 0, reloadBecause: [], seconds: 0 }

/**
 * Returns the changes that do something, in order.
 *
 * @category queries
 * @since 0.1.0
 */
export const effective = <A>(
  plan: Pick<Plan<A>, "changes">
): ReadonlyArray<Exclude<Change<A>, { readonly _tag: "noop" }>> =>
  plan.changes.filter((change): change is Exclude<Change<A>, { readonly _tag: "noop" }> => change._tag !== "noop")

/**
 * Reports whether carrying out the plan changes nothing.
 *
 * @category queries
 * @since 0.1.0
 */
export const isEmpty = <A>(plan: Pick<Plan<A>, "changes">): boolean => effective(plan).length === 0

/**
 * Counts the changes of each kind; those that do nothing are not counted.
 *
 * @category queries
 * @since 0.1.0
 */
export const summarize = <A>(plan: Pick<Plan<A>, "changes">): Summary => {
  const count = (tag: Change<A>["_tag"]) => plan.changes.filter((change) => change._tag === tag).length
  return { creates: count("create"), updates: count("update"), deletes: count("delete"), moves: count("move") }
}
