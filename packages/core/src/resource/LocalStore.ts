import { Clock, Effect, Option, Random, Result, Schedule, Schema, Stream } from "effect"
import { SecureRandom } from "effect/crypto"
import { subject, toInstance, toUnreadable, type Document } from "./Document.ts"
import { commit, LedgerFailed, type Change, type Ledger } from "./LocalStore/Ledger.ts"
import { formatKey, type Instance, type Key, type Resource } from "./Resource.ts"
import {
  ResourceStore,
  type ListOptions,
  type Selection,
  type UnreadableObject,
  type WatchEvent,
  type WatchOptions
} from "./ResourceStore.ts"
import * as Selector from "./Selector.ts"
import * as Semantics from "./Semantics.ts"
import { BadRequest, Expired, NotFound, StoreError, Unavailable } from "./StoreError.ts"
import * as Timestamp from "./Timestamp.ts"

const bookmarkEvery = 60_000

/** A store over a ledger on this machine: the semantics of Kubernetes, its garbage collection included. */
export const make = (ledger: Ledger): ResourceStore["Service"] => {
  const write = <Kind extends string, Spec, Status>(
    resource: Resource<Kind, Spec, Status>,
    decide: (entry: (key: Key) => Semantics.Entry | undefined, stamp: Semantics.Stamp) => Decision
  ): Effect.Effect<Semantics.Outcome, StoreError> =>
    Effect.flatMap(stamps, (stamp) =>
      attempt(ledger, resource, () =>
        ledger.write(() => {
          const decision = decide((key) => ledger.get(kindOf(resource), key), stamp(ledger.version() + 1))
          if (Result.isSuccess(decision)) commit(ledger, kindOf(resource), decision.success, stamp)
          return decision
        })
      )
    )

  const stored = <Kind extends string, Spec, Status>(
    resource: Resource<Kind, Spec, Status>,
    decide: Parameters<typeof write<Kind, Spec, Status>>[1]
  ): Effect.Effect<Instance<Kind, Spec, Status>, StoreError> =>
    Effect.flatMap(write(resource, decide), (outcome) => Effect.fromResult(toInstance(resource, returned(outcome))))

  return ResourceStore.of({
    get: (resource, key) =>
      attempt(ledger, resource, () =>
        Result.flatMap(Semantics.checkScope(resource, key), () => {
          const entry = ledger.get(kindOf(resource), key)
          return entry === undefined
            ? Result.fail(new StoreError({ reason: new NotFound({ subject: subject(resource, key) }) }))
            : toInstance(resource, entry.document)
        })
      ),
    list: (resource, options) =>
      attempt(ledger, resource, () => ledger.read(() => list(ledger, resource, options ?? {}))),
    watch: (resource, options) => watch(ledger, resource, options ?? {}),
    create: (resource, draft, options) =>
      stored(resource, (entry, stamp) =>
        Result.flatMap(Semantics.draftKey(resource, draft.metadata, stamp), (key) =>
          Semantics.create(resource, entry(key), draft, stamp, options)
        )
      ),
    update: (resource, object, options) =>
      stored(resource, (entry, stamp) => Semantics.update(resource, entry(object.metadata), object, stamp, options)),
    updateStatus: (resource, object) =>
      stored(resource, (entry, stamp) => Semantics.updateStatus(resource, entry(object.metadata), object, stamp)),
    apply: (resource, intent, options) =>
      stored(resource, (entry, stamp) => Semantics.apply(resource, entry(intent.metadata), intent, stamp, options)),
    delete: (resource, key, options) =>
      Effect.map(
        write(resource, (entry, stamp) => Semantics.remove(resource, entry(key), key, stamp, options)),
        (outcome) => {
          const object = toInstance(resource, returned(outcome))
          return {
            gone: outcome._tag === "removed",
            ...(Result.isSuccess(object) ? { object: object.success } : {})
          }
        }
      )
  })
}

/**
 * What a ledger throws says that it can't be used now: its disk is full, or it is damaged. Where another program is only
 * writing, that is waited for.
 */
const attempt = <A>(
  ledger: Ledger,
  resource: Resource<string, unknown, unknown>,
  body: () => Result.Result<A, StoreError>
): Effect.Effect<A, StoreError> =>
  Effect.try({ try: body, catch: (cause) => new LedgerFailed({ cause }) }).pipe(
    Effect.retry({ schedule: turns, while: ({ cause }) => ledger.isBusy(cause) }),
    Effect.mapError(({ cause }) => unavailable(resource.plural, cause)),
    Effect.flatMap(Effect.fromResult)
  )

/** How long a program waits for its turn: five seconds, without holding up anything else that it does. */
export const turns = Schedule.spaced("20 millis").pipe(Schedule.upTo({ times: 250 }))

/** The error for a ledger that can't be used now. */
export const unavailable = (subject: string, cause: unknown): StoreError =>
  new StoreError({
    reason: new Unavailable({ subject, because: cause instanceof Error ? cause.message : String(cause) })
  })

type Decision = Result.Result<Semantics.Outcome, StoreError>

const returned = (outcome: Semantics.Outcome): Document =>
  outcome._tag === "removed" ? outcome.returned : outcome.entry.document

const kindOf = (resource: Resource<string, unknown, unknown>) => `${resource.plural}.${resource.group}`

const letters = "bcdfghjklmnpqrstvwxz2456789"

const stamps: Effect.Effect<(version: number) => Semantics.Stamp> = Effect.gen(function* () {
  const now = yield* Timestamp.now
  const indexes = yield* Effect.replicateEffect(Random.nextIntBetween(0, letters.length, { halfOpen: true }), 5)
  const suffix = indexes.map((index) => letters[index]).join("")
  return (version) => ({ version: String(version), now, uid: SecureRandom.uuidV4Unsafe(), suffix })
})

// Reading: which objects are meant.

type Matcher = (document: Document) => boolean

const matcher = (
  resource: Resource<string, unknown, unknown>,
  selection: Selection
): Result.Result<Matcher, StoreError> =>
  Result.gen(function* () {
    const labels = yield* orBadRequest(resource, Selector.parse(selection.labelSelector ?? ""))
    const fields = yield* orBadRequest(resource, Selector.parse(selection.fieldSelector ?? ""))
    const selectable = new Set(["metadata.name", "metadata.namespace", ...resource.selectableFields.map(undotted)])
    const unknown = fields.find(({ key }) => !selectable.has(key))
    if (unknown !== undefined) {
      const because = `'${unknown.key}' can't be selected by; use ${[...selectable].join(", ")}`
      return yield* orBadRequest(resource, Result.fail(because))
    }
    return (document) =>
      (selection.namespace === undefined || document.metadata.namespace === selection.namespace) &&
      Selector.matches(labels, (key) => document.metadata.labels?.[key]) &&
      Selector.matches(fields, (key) => fieldOf(document, key))
  })

const undotted = (path: string) => path.replace(/^\./u, "")

const fieldOf = (document: Document, path: string): string | undefined => {
  const value = path
    .split(".")
    .reduce<unknown>(
      (at, step) => (typeof at === "object" && at !== null ? Reflect.get(at, step) : undefined),
      document
    )
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined
}

const orBadRequest = <A>(
  resource: Resource<string, unknown, unknown>,
  result: Result.Result<A, string>
): Result.Result<A, StoreError> =>
  Result.mapError(
    result,
    (because) => new StoreError({ reason: new BadRequest({ subject: resource.plural, because }) })
  )

const expired = (resource: Resource<string, unknown, unknown>, version: number) =>
  new StoreError({ reason: new Expired({ subject: resource.plural, version: String(version) }) })

// Lists: all pages of one list show the moment of the first.

const Token = Schema.fromJsonString(Schema.Struct({ version: Schema.Int, after: Schema.String }))

const list = <Kind extends string, Spec, Status>(
  ledger: Ledger,
  resource: Resource<Kind, Spec, Status>,
  options: ListOptions
) =>
  Result.gen(function* () {
    const matches = yield* matcher(resource, options)
    const token = yield* readToken(resource, options.continue)
    const version = token?.version ?? ledger.version()
    if (version < ledger.forgotten()) return yield* Result.fail(expired(resource, version))
    const rest = ledger
      .snapshot(kindOf(resource), version)
      .filter((document) => (token === undefined || formatKey(document.metadata) > token.after) && matches(document))
    const documents = options.limit === undefined ? rest : rest.slice(0, options.limit)
    const items: Array<Instance<Kind, Spec, Status>> = []
    const unreadable: Array<UnreadableObject> = []
    for (const document of documents) {
      const read = toInstance(resource, document)
      if (Result.isSuccess(read)) items.push(read.success)
      else unreadable.push(toUnreadable(resource, document.metadata, read.failure))
    }
    const last = documents.at(-1)
    const page = { items, ...(unreadable.length === 0 ? {} : { unreadable }), resourceVersion: String(version) }
    if (last === undefined || documents.length === rest.length) return page
    const selected = options.labelSelector !== undefined || options.fieldSelector !== undefined
    return {
      ...page,
      continue: writeToken({ version, after: formatKey(last.metadata) }),
      ...(selected ? {} : { remainingItemCount: rest.length - documents.length })
    }
  })

const writeToken = (token: typeof Token.Type): string =>
  Buffer.from(Schema.encodeSync(Token)(token)).toString("base64url")

const readToken = (resource: Resource<string, unknown, unknown>, token: string | undefined) =>
  token === undefined
    ? Result.succeed(undefined)
    : Schema.decodeResult(Token)(Buffer.from(token, "base64url").toString()).pipe(
        Result.mapError(() => "the continue token is not one of ours; list from the beginning"),
        (result) => orBadRequest(resource, result)
      )

// Watches: each follows the log from its own place, so a slow one holds nobody up and keeps nothing in memory.

const watch = <Kind extends string, Spec, Status>(
  ledger: Ledger,
  resource: Resource<Kind, Spec, Status>,
  options: WatchOptions
): Stream.Stream<WatchEvent<Instance<Kind, Spec, Status>>, StoreError> => {
  type Event = WatchEvent<Instance<Kind, Spec, Status>>
  const kind = kindOf(resource)

  const told = (tag: "added" | "modified" | "deleted", document: Document): Event => {
    const read = toInstance(resource, document)
    if (Result.isSuccess(read)) return { _tag: tag, object: read.success }
    const unreadable = toUnreadable(resource, document.metadata, read.failure)
    return { _tag: "unreadable", unreadable, gone: tag === "deleted" }
  }

  const follow = (from: number, matches: Matcher) =>
    Stream.paginate(
      { cursor: from },
      Effect.fnUntraced(function* ({ bookmarked, cursor }: { readonly cursor: number; readonly bookmarked?: number }) {
        const due = (bookmarked ?? (yield* Clock.currentTimeMillis)) + bookmarkEvery
        yield* awaitChange(ledger, resource, cursor, options.bookmarks === true ? due : undefined)
        const { changes, next } = yield* attempt(ledger, resource, () =>
          ledger.read(() =>
            cursor < ledger.forgotten()
              ? Result.fail(expired(resource, cursor))
              : Result.succeed({
                  next: Math.max(cursor, ledger.version()),
                  changes: ledger.since(kind, cursor).flatMap((change) => seen(change, matches))
                })
          )
        )
        const events = changes.map(([tag, document]) => told(tag, document))
        const now = yield* Clock.currentTimeMillis
        return options.bookmarks === true && now >= due
          ? ([[...events, bookmark(next, false)], Option.some({ cursor: next, bookmarked: now })] as const)
          : ([events, Option.some({ cursor: next, bookmarked: due - bookmarkEvery })] as const)
      })
    )

  return Stream.unwrap(
    Effect.gen(function* () {
      const matches = yield* Effect.fromResult(matcher(resource, options))
      if (options.from !== undefined) {
        const from = yield* Effect.fromResult(readVersion(resource, options.from))
        return follow(from, matches)
      }
      const { present, version } = yield* attempt(ledger, resource, () =>
        ledger.read(() => {
          const now = ledger.version()
          return Result.succeed({ version: now, present: ledger.snapshot(kind, now).filter(matches) })
        })
      )
      const initial = present.map((document) => told("added", document))
      const end: ReadonlyArray<Event> = options.bookmarks === true ? [bookmark(version, true)] : []
      return Stream.concat(Stream.fromIterable([...initial, ...end]), follow(version, matches))
    })
  )
}

const bookmark = (version: number, initialEventsEnd: boolean) => ({
  _tag: "bookmark" as const,
  resourceVersion: String(version),
  initialEventsEnd
})

const readVersion = (resource: Resource<string, unknown, unknown>, version: string) =>
  /^\d+$/u.test(version)
    ? Result.succeed(Number(version))
    : orBadRequest(resource, Result.fail(`'${version}' is no version of this store; take one from an object or a list`))

const awaitChange = (
  ledger: Ledger,
  resource: Resource<string, unknown, unknown>,
  cursor: number,
  until: number | undefined
): Effect.Effect<void, StoreError> =>
  Effect.flatMap(
    attempt(ledger, resource, () => Result.succeed(ledger.version())),
    (version) => {
      if (version > cursor) return Effect.void
      const changed = Effect.callback<void>((resume) => {
        const stop = ledger.onChange(cursor, () => resume(Effect.void))
        return Effect.sync(stop)
      })
      return until === undefined
        ? changed
        : Effect.flatMap(Clock.currentTimeMillis, (now) =>
            Effect.asVoid(Effect.timeoutOption(changed, Math.max(0, until - now)))
          )
    }
  )

// An object that no longer matches is deleted for the watcher, one that begins to match is added.
const seen = (
  change: Change,
  matches: Matcher
): ReadonlyArray<readonly ["added" | "modified" | "deleted", Document]> => {
  const before = change.before !== undefined && matches(change.before)
  if (change.after !== undefined && matches(change.after)) return [[before ? "modified" : "added", change.after]]
  if (!before || change.before === undefined) return []
  const { metadata } = change.before
  return [["deleted", { ...change.before, metadata: { ...metadata, resourceVersion: String(change.version) } }]]
}
