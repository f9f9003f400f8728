import { Version, type Resource, ResourceStore, type WatchEvent } from "@lockstep/core"
import { Effect, Random, Stream, type Scope } from "effect"

/** What somebody was told who listened to a store. */
export interface Witness {
  readonly told: ReadonlySet<string>
  /** Those of some versions that should have been told, being between others that were, and were not. */
  readonly missed: (versions: ReadonlyArray<string>) => ReadonlyArray<string>
  /** How many there were that should have been told. */
  readonly due: (versions: ReadonlyArray<string>) => number
}

/**
 * Listens to a kind for the scope: whatever a watch tells after the version it was begun at must be everything, up to the
 * last it told. Where one breaks off, another goes on from there.
 */
export const witness = (kind: Resource.Any): Effect.Effect<Witness, never, ResourceStore | Scope.Scope> =>
  Effect.gen(function* () {
    const store = yield* ResourceStore
    const told = new Set<string>()
    const stretches: Array<{ readonly from: string; to: string }> = []
    let position: string | undefined

    const listen = Effect.gen(function* () {
      const from = position ?? (yield* store.list(kind, { limit: 1 })).resourceVersion
      position = from
      const stretch = { from, to: from }
      stretches.push(stretch)
      const patience = yield* Random.nextIntBetween(1000, 4000)
      yield* store.watch(kind, { from, bookmarks: true }).pipe(
        Stream.interruptWhen(Effect.sleep(patience)),
        Stream.runForEach((event) =>
          Effect.sync(() => {
            if ("object" in event) told.add(event.object.metadata.resourceVersion)
            const version = event._tag === "bookmark" ? event.resourceVersion : metadataOf(event).resourceVersion
            if (!Version.isNewer(version, stretch.to)) return
            stretch.to = version
            position = version
          })
        )
      )
    }).pipe(
      Effect.catch(({ reason }) => {
        if (reason._tag === "Expired") position = undefined
        return Effect.sleep("50 millis")
      }),
      Effect.forever
    )
    yield* Effect.forkScoped(listen)

    const due = (versions: ReadonlyArray<string>) =>
      versions.filter((version) =>
        stretches.some(({ from, to }) => Version.isNewer(version, from) && Version.isNotNewer(version, to))
      )
    return {
      told,
      due: (versions) => due(versions).length,
      missed: (versions) => due(versions).filter((version) => !told.has(version))
    }
  })

const metadataOf = (
  event: Exclude<WatchEvent<Resource.Instance<string, unknown, unknown>>, { readonly _tag: "bookmark" }>
) => ("object" in event ? event.object : event.unreadable).metadata
