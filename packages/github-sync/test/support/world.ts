import { MemoryStore, Resource, ResourceStore } from "@lockstep/core"
import {
  Coordinator,
  Discovery,
  LabelManager,
  type CoordinatorOptions,
  PullRequestTracker,
  type GitHub
} from "@lockstep/github-sync"
import { GitHubEmulator, type GitHubEmulatorOptions } from "@lockstep/github-sync/testing"
import { Effect, Layer } from "effect"
import { pr, seed } from "../fixtures/acme.ts"

export type World = Coordinator | LabelManager | GitHub | GitHubEmulator | ResourceStore

/** The whole of github-sync over an in-process GitHub and a store in memory. */
export const world = (options: CoordinatorOptions & GitHubEmulatorOptions = {}): Layer.Layer<World> =>
  Coordinator.layerWith(options).pipe(
    Layer.provideMerge(LabelManager.layer),
    Layer.provideMerge(GitHubEmulator.layerGitHub({ seed, ...options })),
    Layer.provideMerge(MemoryStore.layer())
  )

export const track = (number: number): Effect.Effect<PullRequestTracker, never, ResourceStore> =>
  Effect.orDie(Discovery.track(pr(number)))

/** The tracker as it is now. */
export const again = (tracker: PullRequestTracker) =>
  ResourceStore.use((store) => store.get(PullRequestTracker, Resource.keyOf(tracker)))

/** What people and programs do to pull requests on GitHub. */
export const onGitHub = (act: (github: (typeof GitHubEmulator)["Service"]["world"]) => unknown) =>
  Effect.map(GitHubEmulator, (emulator) => void act(emulator.world))

export const labelsOf = (number: number) =>
  Effect.map(GitHubEmulator, (emulator) => emulator.world.labelsOf(pr(number)))

export const writesSoFar = Effect.map(
  GitHubEmulator,
  ({ exchanges }) => exchanges.filter(({ method }) => method !== "GET").length
)
