import { Clock, Effect, FileSystem, Option, Path, type PlatformError, Schema } from "effect"
import { createHash, createHmac, randomBytes } from "node:crypto"
import { writeAtomically } from "./atomically.ts"
import { JournalError } from "./JournalError.ts"
import { JournalRecord, type RecordKey } from "./JournalRecord.ts"

const Stored = Schema.Struct({ format: Schema.Literal(1), server: Schema.String, record: JournalRecord })
const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(Stored))
const encode = Schema.encodeEffect(Schema.fromJsonString(Stored))

const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32)

/** What a writer that was killed leaves is taken away after so many milliseconds. */
const longest = 60 * 60 * 1000

/**
 * A journal in a folder.
 *
 * **Details**
 *
 * Each record is a file of its own, in a folder of its server, written under another name and renamed: so nobody ever reads half of one,
 * and programs that share the folder need no lock, since none changes what is in a file. A file that can't be understood is left as
 * it is, and a warning names it: it may be of a later version.
 */
export const fileJournal = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const failing =
    (doing: JournalError["doing"]) =>
    <A, R>(effect: Effect.Effect<A, PlatformError.PlatformError, R>): Effect.Effect<A, JournalError, R> =>
      Effect.mapError(
        effect,
        ({ reason }) => new JournalError({ doing, place: folder, because: reason.description ?? reason._tag })
      )
  const write = (file: string, content: string, options?: { readonly once: true }) =>
    writeAtomically(file, content, options).pipe(
      Effect.provideService(FileSystem.FileSystem, fs),
      Effect.provideService(Path.Path, path),
      failing("written")
    )
  const of = (server: string) => path.join(folder, hash(server))
  const fileOf = (server: string, { id, kind }: RecordKey) => path.join(of(server), `${kind}-${hash(id)}.json`)

  const gone = <A>(effect: Effect.Effect<A, PlatformError.PlatformError>, otherwise: A) =>
    Effect.catchIf(
      effect,
      ({ reason }) => reason._tag === "NotFound",
      () => Effect.succeed(otherwise)
    )

  const readRecord = Effect.fnUntraced(function* (server: string, file: string) {
    // Another program may just have ended what it is about.
    const text = yield* gone(fs.readFileString(file), "")
    if (text === "") return []
    const stored = yield* decode(text)
    return stored.server === server ? [stored.record] : []
  })
  const unusable = (file: string, tag: string) =>
    Effect.as(
      Effect.logWarning(
        `the record ${file} of the journal can't be used (${tag}); delete it if no newer lockstep works here`
      ),
      []
    )
  const removeLeftover = Effect.fnUntraced(function* (file: string) {
    const { mtime } = yield* fs.stat(file)
    const now = yield* Clock.currentTimeMillis
    if (Option.exists(mtime, (time) => now - time.getTime() > longest)) yield* fs.remove(file)
  })

  const keyFile = path.join(folder, "key")
  const readKey = fs.readFileString(keyFile)
  const key = gone(readKey, "").pipe(
    failing("read"),
    Effect.flatMap((known) =>
      known === ""
        ? Effect.andThen(
            write(keyFile, randomBytes(32).toString("hex"), { once: true }),
            // Another program may have been faster.
            failing("read")(readKey)
          )
        : Effect.succeed(known)
    )
  )
  return {
    records: Effect.fnUntraced(function* (server: string) {
      const names = yield* gone(fs.readDirectory(of(server)), []).pipe(failing("read"))
      yield* Effect.forEach(
        names.filter((name) => name.endsWith(".new")),
        (name) => Effect.ignore(removeLeftover(path.join(of(server), name))),
        { discard: true }
      )
      const read = yield* Effect.forEach(
        names.filter((name) => name.endsWith(".json")),
        (name) =>
          Effect.catch(readRecord(server, path.join(of(server), name)), ({ _tag }) =>
            unusable(path.join(of(server), name), _tag)
          )
      )
      return read.flat()
    }),
    put: (server: string, record: JournalRecord) =>
      Effect.flatMap(Effect.orDie(encode({ format: 1, server, record })), (text) =>
        write(fileOf(server, record), `${text}\n`)
      ),
    remove: (server: string, recordKey: RecordKey) =>
      gone(fs.remove(fileOf(server, recordKey)), undefined).pipe(failing("written")),
    digest: (content: string) =>
      Effect.map(key, (known) => createHmac("sha256", known.trim()).update(content).digest("hex"))
  }
})
