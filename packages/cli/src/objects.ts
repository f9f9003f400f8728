import { Resource, ResourceStore, SqliteStore, type StoreError } from "@lockstep/core"
import { Clock, Effect, FileSystem, Schema } from "effect"
import { CommandError } from "./CommandError.ts"
import { type OutputFormat, writeDocument, writeLine } from "./Output.ts"
import { tableOf } from "./table.ts"

interface Where {
  readonly store: string
  readonly output: OutputFormat
}

/** Writes the objects of a kind that a store holds: as a table with the kind's columns, or as a document. */
export const listObjects = Effect.fnUntraced(function* <Spec, Status>(
  kind: Resource.Resource<string, Spec, Status>,
  { output, store: path }: Where
) {
  const { items } = yield* onStore(path, (store) => store.list(kind))
  if (output !== "human") {
    const found = yield* Effect.forEach(items, (item) => encoded(kind, item))
    return yield* writeDocument(`${kind.kind}List`, { items: found }, output)
  }
  const shown = yield* Effect.forEach(items, (item) => encoded(kind, item))
  yield* writeLine(tableOf(kind, shown, yield* Clock.currentTimeMillis))
})

/** Writes one object that a store holds, as a document. */
export const getObject = Effect.fnUntraced(function* <Spec, Status>(
  kind: Resource.Resource<string, Spec, Status>,
  name: string,
  { output, store: path }: Where
) {
  const key = Resource.key(name, "default")
  const found = yield* onStore(path, (store) => store.get(kind, key))
  const object = yield* encoded(kind, found)
  // For people it is the same: what isn't shown in a list is structured.
  yield* writeDocument(kind.kind, { object }, output)
})

const onStore = Effect.fnUntraced(function* <A>(
  path: string,
  run: (store: ResourceStore["Service"]) => Effect.Effect<A, StoreError>
) {
  const fs = yield* FileSystem.FileSystem
  const failure = (message: string) =>
    new CommandError({ kind: "Store", message, hint: "name the file of a local operator: operator run --store FILE" })
  // To look must not make one.
  if (!(yield* Effect.orElseSucceed(fs.exists(path), () => false))) return yield* failure(`there is no file ${path}`)
  return yield* ResourceStore.use(run).pipe(
    Effect.provide(SqliteStore.layer({ path })),
    Effect.mapError(({ message }) => failure(message))
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
