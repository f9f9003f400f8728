import { Clock, Effect, Predicate, Random, Result, Schema, Stream } from "effect"
import type { Instance, Resource } from "../../resource/Resource.ts"
import type { WatchEvent, WatchOptions } from "../../resource/ResourceStore.ts"
import { BadRequest, Expired, StoreError, Unavailable } from "../../resource/StoreError.ts"
import type { Transport } from "../Transport.ts"
import { refusal } from "../Transport/status.ts"
import { readAmongOthers } from "./objects.ts"
import { collectionOf } from "./paths.ts"
import { toStoreError } from "./toStoreError.ts"

/** What a server says in a watch. */
const Told = Schema.Struct({
  type: Schema.Literals(["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]),
  object: Schema.Struct({
    code: Schema.optionalKey(Schema.Int),
    metadata: Schema.optionalKey(Schema.Struct({ resourceVersion: Schema.optionalKey(Schema.String) }))
  })
})

const readTold = Schema.decodeUnknownResult(Told)

const tags = { ADDED: "added", MODIFIED: "modified", DELETED: "deleted" } as const

/** How long the server lets a watch go on: at random, so that not all end together. */
const seconds = Random.nextIntBetween(290, 590)

/** What goes on beside the request itself: a server that is late with the end of a watch is taken for gone. */
const grace = 15

/**
 * Follows the changes of a kind after a version.
 *
 * A server ends each watch after some minutes; it is then asked to go on from the last version it told. Anything else that
 * ends a watch is an error: who listens decides when to try again.
 */
export const follow = <Kind extends string, Spec, Status>(
  transport: Transport["Service"],
  resource: Resource<Kind, Spec, Status>,
  options: WatchOptions,
  from: string
): Stream.Stream<WatchEvent<Instance<Kind, Spec, Status>>, StoreError> => {
  if (!/^\d+$/u.test(from)) {
    const because = `'${from}' is no version of a server; take one from an object or a list`
    return Stream.fail(new StoreError({ reason: new BadRequest({ subject: resource.plural, because }) }))
  }
  return Stream.suspend(() => {
    let version = from
    const round = Stream.unwrap(
      Effect.map(Clock.currentTimeMillis, (began) => {
        const before = version
        let told = false
        const watch = Stream.tap(oneWatch(transport, resource, options, version), ({ resourceVersion }) =>
          Effect.sync(() => {
            version = resourceVersion
            told = true
          })
        )
        const afterSilence = Effect.suspend(() =>
          told ? Effect.void : checkSilence(transport, resource, before, began)
        )
        return Stream.concat(watch, Stream.fromEffectDrain(afterSilence))
      })
    )
    return Stream.forever(round).pipe(
      Stream.flatMap(({ event }) => (event === undefined ? Stream.empty : Stream.succeed(event)))
    )
  })
}

/** What comes before a watch is asked for again that told nothing. */
const checkSilence = (
  transport: Transport["Service"],
  resource: Resource<string, unknown, unknown>,
  version: string,
  began: number
): Effect.Effect<void, StoreError> =>
  Effect.gen(function* () {
    yield* checkNotAhead(transport, resource, version)
    // Whatever ends watches at once must not be asked without a pause.
    const ended = yield* Clock.currentTimeMillis
    if (ended - began < 1000) yield* Effect.sleep("1 second")
  })

interface Step<Event> {
  readonly resourceVersion: string
  readonly event: Event | undefined
}

const oneWatch = <Kind extends string, Spec, Status>(
  transport: Transport["Service"],
  resource: Resource<Kind, Spec, Status>,
  options: WatchOptions,
  version: string
): Stream.Stream<Step<WatchEvent<Instance<Kind, Spec, Status>>>, StoreError> =>
  Stream.unwrap(
    Effect.map(seconds, (timeoutSeconds) =>
      transport
        .follow({
          method: "GET",
          path: collectionOf(resource, options.namespace),
          query: {
            watch: true,
            resourceVersion: version,
            allowWatchBookmarks: true,
            timeoutSeconds,
            labelSelector: options.labelSelector,
            fieldSelector: options.fieldSelector
          }
        })
        .pipe(
          Stream.mapError(toStoreError({ subject: resource.plural, version })),
          Stream.mapEffect((line) => stepOf(resource, options, version, line)),
          Stream.interruptWhen(
            Effect.andThen(
              Effect.sleep(`${timeoutSeconds + grace} seconds`),
              Effect.fail(broken(resource, "the watch goes on after its end; the connection is dead"))
            )
          )
        )
    )
  )

const broken = (resource: Pick<Resource<string, unknown, unknown>, "plural">, because: string) =>
  new StoreError({ reason: new Unavailable({ subject: resource.plural, because }) })

const stepOf = <Kind extends string, Spec, Status>(
  resource: Resource<Kind, Spec, Status>,
  options: WatchOptions,
  from: string,
  line: unknown
): Effect.Effect<Step<WatchEvent<Instance<Kind, Spec, Status>>>, StoreError> =>
  Effect.gen(function* () {
    const said = readTold(line)
    if (Result.isFailure(said)) return yield* broken(resource, "the watch told something that is no event")
    const { object, type } = said.success
    const sent: unknown = Predicate.hasProperty(line, "object") ? line.object : undefined
    if (type === "ERROR") {
      const request = `watch ${resource.plural}`
      return yield* toStoreError({ subject: resource.plural, version: from })(
        refusal(request, object.code ?? 500, sent)
      )
    }
    const resourceVersion = object.metadata?.resourceVersion
    if (resourceVersion === undefined) return yield* broken(resource, "the watch told an event without a version")
    if (type === "BOOKMARK") {
      const bookmark = { _tag: "bookmark" as const, resourceVersion, initialEventsEnd: false }
      return { resourceVersion, event: options.bookmarks === true ? bookmark : undefined }
    }
    const read = yield* Effect.fromResult(readAmongOthers(resource, sent))
    return {
      resourceVersion,
      event: Result.match(read, {
        onSuccess: (object) => ({ _tag: tags[type], object }),
        onFailure: (unreadable) => ({ _tag: "unreadable", unreadable, gone: type === "DELETED" })
      })
    }
  })

/**
 * A server whose storage was set back lets a watch from its future wait in silence for ever. So after a watch that told
 * nothing, it is asked whether it has come as far as the version at all.
 */
const checkNotAhead = (
  transport: Transport["Service"],
  resource: Resource<string, unknown, unknown>,
  version: string
): Effect.Effect<void, StoreError> =>
  transport
    .call({
      method: "GET",
      path: collectionOf(resource, undefined),
      query: { limit: 1, resourceVersion: version, resourceVersionMatch: "NotOlderThan" }
    })
    .pipe(
      Effect.asVoid,
      Effect.mapError((error) =>
        error.reason._tag === "ServerFailed" && error.reason.status === 504
          ? new StoreError({ reason: new Expired({ subject: resource.plural, version }) })
          : toStoreError({ subject: resource.plural, version })(error)
      )
    )
