import { Array as Arr, Clock, Effect, Predicate, type Pull, Random, Result, Schema, Stream } from "effect"
import type { Instance, Resource } from "../../resource/Resource.ts"
import type { WatchEvent, WatchOptions } from "../../resource/ResourceStore.ts"
import { BadRequest, Expired, StoreError, Unavailable } from "../../resource/StoreError.ts"
import { lasting } from "../Reflector/lasting.ts"
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
        const watch = oneWatch(transport, resource, options, version, (reached) => {
          version = reached
          told = true
        })
        const afterSilence = Effect.suspend(() =>
          told ? Effect.void : checkSilence(transport, resource, before, began)
        )
        return Stream.concat(watch, Stream.fromEffectDrain(afterSilence))
      })
    )
    return Stream.forever(round)
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
  version: string,
  reach: (version: string) => void
): Stream.Stream<WatchEvent<Instance<Kind, Spec, Status>>, StoreError> => {
  type Event = WatchEvent<Instance<Kind, Spec, Status>>
  const refused = toStoreError({ subject: resource.plural, version })
  const late = Effect.fail(broken(resource, "the watch goes on after its end; the connection is dead"))

  /** What lines tell, up to the first that is wrong. What came before that is told first. */
  const readAll = (lines: ReadonlyArray<unknown>) => {
    const events: Array<Event> = []
    for (const line of lines) {
      const step = stepOf(resource, options, version, line)
      if (Result.isFailure(step)) return { events, failure: step.failure }
      reach(step.success.resourceVersion)
      if (step.success.event !== undefined) events.push(step.success.event)
    }
    return { events, failure: undefined }
  }

  let broke: StoreError | undefined
  type Lines = Arr.NonEmptyReadonlyArray<unknown>
  const readFrom = (pull: Pull.Pull<Lines, StoreError>): Pull.Pull<Arr.NonEmptyReadonlyArray<Event>, StoreError> =>
    Effect.suspend(() => {
      if (broke !== undefined) return Effect.fail(broke)
      return Effect.flatMap(pull, (lines) => {
        const { events, failure } = readAll(lines)
        broke = failure
        return Arr.isArrayNonEmpty(events) ? Effect.succeed(events) : readFrom(pull)
      })
    })

  return Stream.unwrap(
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
          Stream.mapError(refused),
          (lines) => Stream.transformPull(lines, (pull) => Effect.succeed(readFrom(pull))),
          lasting(`${timeoutSeconds + grace} seconds`, late)
        )
    )
  )
}

const broken = (resource: Pick<Resource<string, unknown, unknown>, "plural">, because: string) =>
  new StoreError({ reason: new Unavailable({ subject: resource.plural, because }) })

const stepOf = <Kind extends string, Spec, Status>(
  resource: Resource<Kind, Spec, Status>,
  options: WatchOptions,
  from: string,
  line: unknown
): Result.Result<Step<WatchEvent<Instance<Kind, Spec, Status>>>, StoreError> => {
  const said = readTold(line)
  if (Result.isFailure(said)) return Result.fail(broken(resource, "the watch told something that is no event"))
  const { object, type } = said.success
  const sent: unknown = Predicate.hasProperty(line, "object") ? line.object : undefined
  if (type === "ERROR") {
    const refused = refusal(`watch ${resource.plural}`, object.code ?? 500, sent)
    return Result.fail(toStoreError({ subject: resource.plural, version: from })(refused))
  }
  const resourceVersion = object.metadata?.resourceVersion
  if (resourceVersion === undefined) return Result.fail(broken(resource, "the watch told an event without a version"))
  if (type === "BOOKMARK") {
    const bookmark = { _tag: "bookmark" as const, resourceVersion, initialEventsEnd: false }
    return Result.succeed({ resourceVersion, event: options.bookmarks === true ? bookmark : undefined })
  }
  return Result.map(readAmongOthers(resource, sent), (read) => ({
    resourceVersion,
    event: Result.isSuccess(read)
      ? { _tag: tags[type], object: read.success }
      : { _tag: "unreadable", unreadable: read.failure, gone: type === "DELETED" }
  }))
}

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
