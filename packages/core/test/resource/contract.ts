import type { ResourceStore } from "@lockstep/core"
import { it } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { contractOfApply } from "./contract/apply.ts"
import { contractOfCreate } from "./contract/create.ts"
import { contractOfDelete } from "./contract/delete.ts"
import { contractOfInvalid } from "./contract/invalid.ts"
import { contractOfList } from "./contract/list.ts"
import { contractOfStatus } from "./contract/status.ts"
import { contractOfUnreadable } from "./contract/unreadable.ts"
import { contractOfUpdate } from "./contract/update.ts"
import { contractOfWatch } from "./contract/watch.ts"
import type { Abilities, Suite } from "./contract/Suite.ts"

const parts = [
  contractOfCreate,
  contractOfInvalid,
  contractOfUpdate,
  contractOfStatus,
  contractOfApply,
  contractOfDelete,
  contractOfList,
  contractOfWatch,
  contractOfUnreadable
]

/** Everything reconcilers may rely on, whatever store is behind `ResourceStore`. */
export const contract = (name: string, layer: Layer.Layer<ResourceStore>, abilities: Abilities): void => {
  const suite: Suite = {
    name,
    abilities,
    test: (title, effect) => it.effect(title, () => Effect.provide(effect, layer)),
    testWhere: (able, title, effect) => it.effect.skipIf(!able)(title, () => Effect.provide(effect, layer))
  }
  for (const part of parts) part(suite)
}
