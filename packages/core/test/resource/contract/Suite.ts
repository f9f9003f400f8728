import type { ResourceStore } from "@lockstep/core"
import type { Effect } from "effect"

/** What a store under test can and can't do; everything else must hold for all of them. */
export interface Abilities {
  /** Deletes objects whose owners are gone. In a real cluster another program does. */
  readonly collectsGarbage: boolean
  /** Lets the suite make the store forget its history, so that old versions expire. */
  readonly forget?: Effect.Effect<void, never, ResourceStore>
  /** Runs on the test clock, so that bookmarks can be waited for. */
  readonly testClock: boolean
}

/** A store under test, and how a test of it is written. */
export interface Suite {
  readonly name: string
  readonly abilities: Abilities
  readonly test: (title: string, effect: Effect.Effect<void, unknown, ResourceStore>) => void
  /** A test of what only some stores can: where it can't hold, it is listed as skipped. */
  readonly testWhere: (able: boolean, title: string, effect: Effect.Effect<void, unknown, ResourceStore>) => void
}
