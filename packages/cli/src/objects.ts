import { Reflector, Resource, ResourceStore } from "@lockstep/core"
import { Clock, Effect, Schema, Stdio, Stream } from "effect"
import { type OutputFormat, tell, writeDocument, writeLine } from "./Output.ts"
import { layout, rowOf, tableOf, titlesOf } from "./table.ts"
import { onStore, type Where } from "./where.ts"

interface Options extends Where {
  readonly output: OutputFormat
}

/** Writes the objects of a kind that a store holds: as a table with the kind's columns, or as a document. */
export const listObjects = Effect.fnUntraced(function* <Spec, Status>(
  kind: Resource.Resource<string, Spec, Status>,
  options: Options
) {
  const items = yield* onStore(options, (namespace) =>
    ResourceStore.use((store) => store.list(kind, namespace === undefined ? {} : { namespace })).pipe(
      Effect.tap(({ unreadable = [] }) =>
        Effect.forEach(unreadable, ({ error }) => tell(`left out: ${error.message}`))
      ),
      Effect.flatMap((page) => Effect.forEach(page.items, (item) => encoded(kind, item)))
    )
  )
  yield* options.output === "human"
    ? writeLine(tableOf(kind, items, yield* Clock.currentTimeMillis))
    : writeDocument(`${kind.kind}List`, { items }, options.output)
})

/** Writes one object that a store holds, as a document. */
export const getObject = Effect.fnUntraced(function* <Spec, Status>(
  kind: Resource.Resource<string, Spec, Status>,
  name: string,
  options: Options
) {
  const object = yield* onStore(options, (namespace = "default") =>
    ResourceStore.use((store) => store.get(kind, Resource.key(name, namespace))).pipe(
      Effect.flatMap((found) => encoded(kind, found))
    )
  )
  // For people it is the same: what isn't shown in a list is structured.
  yield* writeDocument(kind.kind, { object }, options.output)
})

/**
 * Writes the objects of a kind, and then whatever happens to them, until it is interrupted: a row for each, or a document. It fails
 * where the store can't be looked at to begin with; later on it waits and goes on, so that what it has told adds up to what is there.
 */
export const watchObjects = Effect.fnUntraced(function* <Spec, Status>(
  kind: Resource.Resource<string, Spec, Status>,
  options: Options
) {
  type Event = Reflector.ReflectorEvent<Resource.Instance<string, Spec, Status>>
  const stdio = yield* Stdio.Stdio
  const laidOut = layout()
  let hasBegun = false

  const meet = Effect.fnUntraced(
    function* (events: ReadonlyArray<Event>) {
      const rows = hasBegun ? [] : [["EVENT", ...titlesOf(kind)]]
      const now = yield* Clock.currentTimeMillis
      for (const event of events) {
        if (event._tag === "synced") hasBegun = true
        else if (event._tag === "recovered") yield* tell(`${kind.plural} are followed again`)
        else if (event._tag === "troubled") {
          if (!hasBegun) return yield* event.error
          yield* tell(`${kind.plural} can't be followed at the moment: ${event.error.message}`)
        } else if (event._tag === "unreadable") yield* tell(`left out: ${event.unreadable.error.message}`)
        else {
          const object = yield* encoded(kind, event.object)
          if (options.output === "human") rows.push([event._tag, ...rowOf(kind, object, now)])
          else yield* writeDocument(`${kind.kind}Event`, { type: event._tag, object }, options.output)
        }
      }
      if (options.output === "human" && rows.length > 0) yield* writeLine(laidOut(rows))
    },
    Effect.provideService(Stdio.Stdio, stdio)
  )

  return yield* onStore(options, (namespace) =>
    Reflector.follow(kind, namespace === undefined ? {} : { namespace }).pipe(
      Stream.runForEachArray(meet),
      Effect.andThen(Effect.never)
    )
  )
})

// As it stands in the store: the same as what kubectl would show.
const encoded = Effect.fnUntraced(function* <Spec, Status>(
  kind: Resource.Resource<string, Spec, Status>,
  { apiVersion, kind: name, metadata, spec, status }: Resource.Instance<string, Spec, Status>
) {
  const encodedSpec = yield* Effect.orDie(Schema.encodeEffect(kind.spec)(spec))
  const encodedStatus = status === undefined ? undefined : yield* Effect.orDie(Schema.encodeEffect(kind.status)(status))
  return {
    apiVersion,
    kind: name,
    metadata,
    spec: encodedSpec,
    ...(encodedStatus === undefined ? {} : { status: encodedStatus })
  }
})
