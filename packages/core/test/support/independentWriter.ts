import { Effect, Schedule, Schema } from "effect"
import { Agent } from "node:https"
import type { ApiAnswer, ApiRequestOptions } from "../../../../tools/servers/kubernetes/ApiRequest.ts"
import type { KubeRequest } from "../../../../tools/servers/kubernetes/KubeAccess.ts"
import { pathOf } from "./kinds.ts"
import { Tally } from "./tallies.ts"

/** A tally as the server has it. */
const Sent = Schema.Struct({
  metadata: Schema.Struct({ uid: Schema.String, resourceVersion: Schema.String, name: Schema.String }),
  spec: Schema.Struct({ ours: Schema.Int, theirs: Schema.Int, total: Schema.Int })
})

type Sent = typeof Sent.Type

const decode = Schema.decodeUnknownSync(Sent)

/** Somebody else who counts tallies, straight at the server and with nothing of ours in between. */
export interface IndependentWriter {
  /** Counts one up; it is there when that is done, whatever became of the answers. */
  readonly count: (name: string) => Effect.Effect<void>
  /** Takes one away. */
  readonly remove: (name: string) => Effect.Effect<void>
  /** Reads what is there. */
  readonly all: Effect.Effect<ReadonlyMap<string, Sent>>
  /** The versions of all its writes of which it knows. */
  readonly versions: ReadonlyArray<string>
  /** What it has counted of each that should be there. */
  readonly counted: ReadonlyMap<string, number>
}

/** Writes separators that JavaScript once took for the ends of lines, and characters that take several bytes. */
const note = (number: number) => `line\u2028paragraph\u2029 ${number} ✓ 🏠`

export const independentWriter = (request: KubeRequest, namespace: string): IndependentWriter => {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const path = pathOf(Tally, namespace)
  const counted = new Map<string, number>()
  const known = new Map<string, Sent>()
  const versions: Array<string> = []

  // An answer that is no answer: the server is gone or its storage is. What was asked may have been done all the same.
  const ask = (where: string, options: ApiRequestOptions = {}) =>
    Effect.filterOrFail(
      request(where, { agent, timeoutMillis: 3000, ...options }),
      ({ status }) => status < 429,
      ({ status }) => status
    )

  // Somebody else's write in between is looked at at once; a server that is gone is given a moment.
  const eventually = <A>(attempt: Effect.Effect<A, unknown>): Effect.Effect<A> =>
    attempt.pipe(
      Effect.retry({ while: (failure) => failure === 409 }),
      Effect.retry(Schedule.spaced("100 millis")),
      Effect.orDie
    )

  const look = (name: string) =>
    Effect.map(ask(`${path}/${name}`), ({ body, status }) => {
      if (status !== 200) return void known.delete(name)
      const found = decode(body)
      known.set(name, found)
      return found
    })

  const write = (name: string, before: Sent | undefined, theirs: number): Effect.Effect<ApiAnswer, unknown> =>
    before === undefined
      ? ask(path, {
          method: "POST",
          body: { ...typeOf, metadata: { name }, spec: { ours: 0, theirs, total: theirs, note: note(theirs) } }
        })
      : ask(`${path}/${name}`, {
          method: "PUT",
          body: {
            ...typeOf,
            metadata: { name, resourceVersion: before.metadata.resourceVersion },
            spec: { ...before.spec, theirs, total: before.spec.total + 1, note: note(theirs) }
          }
        })

  return {
    counted,
    versions,
    count: (name) => {
      const theirs = (counted.get(name) ?? 0) + 1
      let doubtful = !known.has(name) && counted.has(name)
      const attempt = Effect.gen(function* () {
        const before = doubtful ? yield* look(name) : known.get(name)
        doubtful = true
        if (before?.spec.theirs === theirs) return
        const answer = yield* write(name, before, theirs)
        if (answer.status > 201) return yield* Effect.fail(answer.status)
        const written = decode(answer.body)
        known.set(name, written)
        versions.push(written.metadata.resourceVersion)
      })
      return Effect.map(eventually(attempt), () => void counted.set(name, theirs))
    },
    remove: (name) => {
      const attempt = Effect.gen(function* () {
        const uid = known.get(name)?.metadata.uid
        // Should it be done late, when another one has that name, it must not hit that one.
        const { status } = yield* ask(`${path}/${name}`, {
          method: "DELETE",
          body: { kind: "DeleteOptions", apiVersion: "v1", ...(uid === undefined ? {} : { preconditions: { uid } }) }
        })
        if (status !== 404) yield* Effect.fail(status)
      })
      return Effect.map(eventually(attempt), () => {
        known.delete(name)
        counted.delete(name)
      })
    },
    all: Effect.map(eventually(ask(path)), ({ body }) => {
      const { items }: { readonly items: ReadonlyArray<unknown> } = body
      return new Map(items.map((item) => decode(item)).map((tally) => [tally.metadata.name, tally]))
    })
  }
}

const typeOf = { apiVersion: Tally.apiVersion, kind: Tally.kind }
