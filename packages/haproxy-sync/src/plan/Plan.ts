import type { DiffSummary } from "../diff/DiffSummary.ts"
import type { Operation } from "../diff/Operation.ts"
import type { Draft } from "../grammar/Args.ts"
import type { SectionKeyword } from "../text/SectionKind.ts"
import type { Refusal } from "./Hazards.ts"
import type { Route } from "./Route.ts"

/**
 * An operation with the way it travels, and whether HAProxy has to be reloaded for it.
 *
 * @category plans
 * @since 0.1.0
 */
export interface PlannedOperation extends Operation {
  readonly route: Route
  readonly reload: boolean
  /** The fields that ask for the reload. */
  readonly reloadBecause: ReadonlyArray<string>
  /** The fields that are stored at once and in force from the next reload on, whenever that comes. */
  readonly deferred?: ReadonlyArray<string>
}

/**
 * One request of a plan, and the operations it carries out. Steps are sent one after another, but for those that {@link stagesOf} puts
 * into one stage.
 *
 * **Details**
 *
 * `runtime` steps come alone: with `store: "direct"` the server applies one change without a transaction; with `store: "raw"` the
 * text is stored without a reload and the operations are then carried out on the running HAProxy. `item`, `list` and `section` steps
 * go into one transaction. A `raw` step is the only one of its plan.
 *
 * @category plans
 * @since 0.1.0
 */
export type Step =
  | { readonly route: "runtime"; readonly store: "direct"; readonly operations: readonly [PlannedOperation] }
  | {
      readonly route: "runtime"
      readonly store: "raw"
      readonly text: string
      readonly operations: ReadonlyArray<PlannedOperation>
    }
  | { readonly route: "item"; readonly operations: readonly [PlannedOperation] }
  | {
      readonly route: "list"
      readonly keyword: SectionKeyword
      readonly owner: string
      readonly field: string
      readonly items: ReadonlyArray<Readonly<Draft>>
      readonly operations: ReadonlyArray<PlannedOperation>
    }
  | {
      readonly route: "section"
      /** `replace` deletes the section first: its kind can't be updated in place. */
      readonly type: "create" | "update" | "replace"
      readonly keyword: SectionKeyword
      readonly owner: string
      readonly value: Readonly<Draft>
      readonly operations: ReadonlyArray<PlannedOperation>
    }
  | { readonly route: "raw"; readonly text: string; readonly operations: ReadonlyArray<PlannedOperation> }

/**
 * What carrying out a plan will cause.
 *
 * @category plans
 * @since 0.1.0
 */
export interface ReloadForecast {
  /** Requests that change something; reading and watching not counted. */
  readonly requests: number
  readonly reloads: 0 | 1
  readonly seconds: number
}

/**
 * What will be done to turn one configuration into another: data that can be shown, saved and applied later.
 *
 * **Details**
 *
 * A plan has been proven: its operations, carried out on the base, give the desired configuration. Where `refusals` is not empty,
 * nothing of it may be sent.
 *
 * **Gotchas**
 *
 * It holds texts with their passwords: show it through `formatPlan` and `planToJson`, which have none.
 *
 * @category plans
 * @since 0.1.0
 */
export interface Plan {
  /** The SHA-256 of the text that the plan starts from. */
  readonly base: { readonly sha256: string }
  /** The text that the plan leads to; with an ownership, that is the current one in which the owned sections are as desired. */
  readonly desired: { readonly sha256: string; readonly text: string }
  readonly operations: ReadonlyArray<PlannedOperation>
  readonly summary: DiffSummary
  readonly steps: ReadonlyArray<Step>
  readonly forecast: ReloadForecast
  readonly refusals: ReadonlyArray<Refusal>
  /** What people should know beside that: sections that are desired otherwise, and not owned. */
  readonly notices: ReadonlyArray<string>
}

/**
 * Reports whether a guard forbids a plan, rather than the server.
 *
 * @category guards
 * @since 0.1.0
 */
export const violatesGuard = ({ refusals }: Pick<Plan, "refusals">): boolean =>
  refusals.some(({ guard }) => guard !== undefined)
