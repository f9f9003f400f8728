import type { ResourceStore } from "@lockstep/core"
import {
  Coordinator,
  LabelManager,
  type CoordinatorOptions,
  type GitHub,
  type LabelManagerOptions
} from "@lockstep/github-sync"
import { Layer } from "effect"
import { layerFencedGitHub } from "./FencedGitHub.ts"

/** The policies that trackers and labels are kept in step by. */
export interface ServicesOptions extends CoordinatorOptions, LabelManagerOptions {}

/** Provides what an operator needs, over a store that stands behind a fence. */
export const layerServices = <E, R>(
  options: ServicesOptions,
  store: Layer.Layer<ResourceStore, E, R>
): Layer.Layer<Coordinator | LabelManager | ResourceStore, E, R | GitHub> =>
  Coordinator.layerWith(options).pipe(
    Layer.provideMerge(LabelManager.layerWith(options)),
    Layer.provide(layerFencedGitHub),
    Layer.provideMerge(store)
  )
