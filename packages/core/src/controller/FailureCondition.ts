/**
 * Says on the object itself that its reconcile fails, in the form of a condition.
 *
 * @since 0.1.0
 */
import { Effect } from "effect"
import * as Conditions from "../resource/Conditions.ts"
import { formatKey, type Resource } from "../resource/Resource.ts"
import { ResourceStore } from "../resource/ResourceStore.ts"
import type { Reporter, Verdict } from "./Verdict.ts"

/**
 * A status that has conditions.
 *
 * @category models
 * @since 0.1.0
 */
export interface WithConditions {
  readonly conditions?: Conditions.Conditions
}

/** Of so many objects it is remembered that they have nothing to be put right. */
const remembered = 10_000

/**
 * Creates the reporter that keeps a condition of an object in step with how its reconciles end.
 *
 * **When to use**
 *
 * Give it to a controller, so that `kubectl describe` and `kubectl wait` show what otherwise only the log and the metrics
 * know: a reconcile that failed, took too long, or ended by a mistake in the program.
 *
 * **Details**
 *
 * The condition is `Reconciled` if no type is given. It is false while reconciles fail, with the reason `Retrying`,
 * `Stalled`, `TimedOut` or `Defect`, and becomes true by the next success. An object that never failed doesn't get it.
 * Nothing is written when nothing changed.
 *
 * **Gotchas**
 *
 * An object that can't be read gets none: it could not be written without losing what is not understood.
 *
 * A status without any other field is created for an object that has none. Where a kind demands more of a status, the
 * store refuses that, which is logged.
 *
 * **Example** (A controller that says when it fails)
 *
 * ```ts
 * import { Controller, FailureCondition, Outcome, Source, type Resource } from "@lockstep/core"
 * import { Effect } from "effect"
 *
 * const start = (kind: Resource.Resource<"Parcel", unknown, FailureCondition.WithConditions>) =>
 *   Controller.make({
 *     name: "parcel",
 *     sources: [Source.resource(kind)],
 *     reconcile: () => Effect.succeed(Outcome.done),
 *     report: FailureCondition.make(kind)
 *   })
 * ```
 *
 * @category reporters
 * @since 0.1.0
 */
export const make = <Kind extends string, Spec, Status extends WithConditions>(
  kind: Resource<Kind, Spec, Status>,
  options: { readonly type?: string } = {}
): Reporter<ResourceStore> => {
  const type = options.type ?? "Reconciled"
  const clean = new Set<string>()

  return Effect.fnUntraced(
    function* (key, verdict) {
      const place = formatKey(key)
      if (verdict._tag !== "Succeeded") clean.delete(place)
      else if (clean.has(place)) return
      const store = yield* ResourceStore
      const object = yield* store.get(kind, key)
      const before = object.status?.conditions
      const finding = findingOf(type, verdict, object.metadata.generation)
      const needed = verdict._tag !== "Succeeded" || Conditions.get(before, type) !== undefined
      const after = needed ? yield* Conditions.set(before, [finding]) : before
      if (after !== before)
        yield* store.updateStatus(kind, { ...object, status: { ...object.status, conditions: after } as Status })
      if (verdict._tag !== "Succeeded") return
      if (clean.size >= remembered) clean.clear()
      clean.add(place)
    },
    Effect.catchReasons("StoreError", {
      NotFound: () => Effect.void,
      // It can't be written without being read. Its source has told of it as an event.
      Unreadable: () => Effect.void
    })
  )
}

const findingOf = (type: string, verdict: Verdict, observedGeneration: number): Conditions.Finding =>
  verdict._tag === "Succeeded"
    ? { type, status: "True", reason: "Succeeded", message: "The last reconcile came to its end", observedGeneration }
    : {
        type,
        status: "False",
        reason: verdict._tag,
        message: Array.from(verdict.message).slice(0, 1024).join(""),
        observedGeneration
      }
