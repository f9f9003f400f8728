import { Context, Effect, type FileSystem, Layer, type Path } from "effect"
import { createHmac, randomBytes } from "node:crypto"
import { fileJournal } from "./fileJournal.ts"
import type { JournalError } from "./JournalError.ts"
import type { JournalRecord, RecordKey } from "./JournalRecord.ts"

/**
 * Remembers what a synchronization must not forget when its process ends in the middle: the transactions it has begun, changes of which
 * nobody knows yet whether HAProxy runs them, and digests of files that can't be read back.
 *
 * **When to use**
 *
 * Provide {@link Journal.file} to a `DataplaneClient` whose program may be killed, or run again and again, as a command line is.
 * Without it a client remembers in memory, which is enough for a program that lives as long as its work.
 *
 * **Details**
 *
 * Records are kept by server. No text of a configuration, no password and no key is in them.
 *
 * **Example** (In a folder)
 *
 * ```ts
 * import { DataplaneClient, Journal } from "@lockstep/haproxy-sync"
 * import { NodeServices } from "@effect/platform-node"
 * import { Layer, Redacted } from "effect"
 *
 * const server = DataplaneClient.layer({
 *   baseUrl: "http://localhost:5555",
 *   username: "admin",
 *   password: Redacted.make("secret")
 * }).pipe(Layer.provide(Journal.file("/var/lib/lockstep")), Layer.provide(NodeServices.layer))
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class Journal extends Context.Service<
  Journal,
  {
    /** All that is written down of a server. */
    readonly records: (server: string) => Effect.Effect<ReadonlyArray<JournalRecord>, JournalError>
    /** Writes a record down, in the place of the one with the same key. */
    readonly put: (server: string, record: JournalRecord) => Effect.Effect<void, JournalError>
    /** Takes a record away; one that isn't there is fine. */
    readonly remove: (server: string, key: RecordKey) => Effect.Effect<void, JournalError>
    /** A digest that nobody can check without the journal's own key. */
    readonly digest: (content: string) => Effect.Effect<string, JournalError>
  }
>()("@lockstep/haproxy-sync/journal/Journal") {
  /** Remembers until the program ends. */
  static readonly memory: Layer.Layer<Journal> = Layer.sync(Journal, () => Journal.of(memoryJournal()))

  /** Remembers in a folder, which several programs may share; it is made if it is not there. */
  static readonly file = (folder: string): Layer.Layer<Journal, never, FileSystem.FileSystem | Path.Path> =>
    Layer.effect(Journal, Effect.map(fileJournal(folder), Journal.of))
}

/** A journal in memory. */
export const memoryJournal = () => {
  const key = randomBytes(32)
  const servers = new Map<string, Map<string, JournalRecord>>()
  const of = (server: string) => {
    const records = servers.get(server) ?? new Map<string, JournalRecord>()
    servers.set(server, records)
    return records
  }
  return {
    records: (server: string) => Effect.sync((): ReadonlyArray<JournalRecord> => [...of(server).values()]),
    put: (server: string, record: JournalRecord) =>
      Effect.sync(() => void of(server).set(`${record.kind} ${record.id}`, record)),
    remove: (server: string, { id, kind }: RecordKey) => Effect.sync(() => void of(server).delete(`${kind} ${id}`)),
    digest: (content: string) => Effect.sync(() => createHmac("sha256", key).update(content).digest("hex"))
  }
}
