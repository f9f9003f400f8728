/** Answers of GitHub in a SQLite file, so that what was read before a restart need not be told again. */
import { Effect, type Scope } from "effect"
import { randomBytes, scryptSync } from "node:crypto"
import { chmod, mkdir } from "node:fs/promises"
import { dirname } from "node:path"
import type { DatabaseSync } from "node:sqlite"

/** An answer as it is kept. */
export interface Kept {
  readonly etag: string
  readonly text: string
}

/** The answers that one credential got for one kind of question, by URL. */
export interface Answers {
  get(url: string): Kept | undefined
  set(url: string, kept: Kept): void
}

/** A file of answers, seen by one credential. */
export interface AnswerFile {
  /** The answers that were read in a certain way; those that were read in another way are not seen. */
  answers(reading: string): Answers
}

/** How much a file holds. */
export interface AnswerFileOptions {
  /** How many answers (20,000 if left out). */
  readonly capacity?: number
  /** How many characters they may have together (64 million if left out). */
  readonly size?: number
}

const applicationId = 0x4c6f6361

const formatVersion = 1

/** `used` counts on with each use, so that what was not used for longest can go. */
const tables = `
CREATE TABLE salt (one INTEGER PRIMARY KEY CHECK (one = 1), value BLOB NOT NULL) STRICT;
CREATE TABLE answers (
  reader TEXT NOT NULL,
  url TEXT NOT NULL,
  etag TEXT NOT NULL,
  text TEXT NOT NULL,
  used INTEGER NOT NULL,
  PRIMARY KEY (reader, url)
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_by_use ON answers (used);
`

/**
 * Opens the file, or makes it; it is closed with the scope. Several programs may have it open. Where it can't be used, a warning
 * says why, and there is none: a cache is never worth a failure.
 *
 * The credential itself is not in the file: answers are kept under a key that is derived from it with a salt of the file's own, so
 * that one who has another credential neither finds them nor can guess whose they are.
 */
export const open = (
  path: string,
  credential: string,
  options: AnswerFileOptions = {}
): Effect.Effect<AnswerFile | undefined, never, Scope.Scope> =>
  Effect.gen(function* () {
    // Loaded here, so that who keeps nothing needs no SQLite.
    const { DatabaseSync } = yield* Effect.promise(() => import("node:sqlite"))
    yield* Effect.tryPromise(() => mkdir(dirname(path), { recursive: true }))
    const db = yield* Effect.acquireRelease(
      Effect.try({ try: () => new DatabaseSync(path, { timeout: 1000 }), catch: becauseOf }),
      (opened) => Effect.sync(() => opened.close())
    )
    // What is read of private repositories is for nobody else to see.
    yield* Effect.tryPromise(() => chmod(path, 0o600))
    const salt = yield* Effect.try({ try: () => prepare(db), catch: becauseOf })
    const reader = scryptSync(credential, salt, 16).toString("hex")
    return make(db, reader, options)
  }).pipe(
    Effect.catch((error) =>
      Effect.as(
        Effect.logWarning(
          `The file ${path} can't keep what GitHub answers (${becauseOf(error)}); it is asked anew after a restart`
        ),
        undefined
      )
    )
  )

const becauseOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error ? cause.cause.message : cause.message
}

/** Makes the tables of a new file, and answers its salt. */
const prepare = (db: DatabaseSync): Uint8Array => {
  // What is lost with the machine's power is asked for again.
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
  db.exec("BEGIN IMMEDIATE")
  try {
    const number = (pragma: string) => Number(Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0])
    const application = number("application_id")
    if (application !== applicationId && (application !== 0 || number("schema_version") !== 0)) {
      throw new Error("it holds something else; name another one")
    }
    if (application === applicationId && number("user_version") !== formatVersion) {
      throw new Error("another version of Lockstep wrote it; delete it")
    }
    if (application === 0) {
      db.exec(`${tables} PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${formatVersion}`)
      db.prepare("INSERT INTO salt VALUES (1, ?)").run(randomBytes(16))
    }
    const salt = db.prepare("SELECT value FROM salt").get()?.["value"]
    if (!(salt instanceof Uint8Array)) throw new Error("it is damaged; delete it")
    db.exec("COMMIT")
    return salt
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK")
    throw error
  }
}

/** How many writes there may be between two looks at how much there is. */
const cleaningInterval = 200

const make = (
  db: DatabaseSync,
  reader: string,
  { capacity = 20_000, size = 64_000_000 }: AnswerFileOptions
): AnswerFile => {
  const find = db.prepare("SELECT etag, text FROM answers WHERE reader = ? AND url = ?")
  const next = "(SELECT coalesce(max(used), 0) + 1 FROM answers)"
  const touch = db.prepare(`UPDATE answers SET used = ${next} WHERE reader = ? AND url = ?`)
  const put = db.prepare(`INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ${next})`)
  const sum = db.prepare("SELECT count(*) AS number, coalesce(sum(length(text)), 0) AS size FROM answers")
  const drop = db.prepare(
    "DELETE FROM answers WHERE (reader, url) IN (SELECT reader, url FROM answers ORDER BY used LIMIT ?)"
  )
  let writes = 0

  // Another program that writes for long, a full disk, a damaged file: then it is as if nothing was known.
  const attempt = <A>(body: () => A): A | undefined => {
    try {
      return body()
    } catch {
      return undefined
    }
  }

  const clean = () => {
    for (;;) {
      const found = sum.get() ?? {}
      const number = Number(found["number"])
      const over = Math.max(number - capacity, Number(found["size"]) > size ? Math.ceil(number / 10) : 0)
      if (over <= 0) return
      drop.run(over)
    }
  }

  return {
    answers: (reading) => {
      const who = `${reader}:${reading}`
      return {
        get: (url) =>
          attempt(() => {
            const row = find.get(who, url)
            if (row === undefined) return undefined
            touch.run(who, url)
            return { etag: String(row["etag"]), text: String(row["text"]) }
          }),
        set: (url, { etag, text }) => {
          attempt(() => {
            put.run(who, url, etag, text)
            if (writes++ % Math.min(cleaningInterval, capacity) === 0) clean()
          })
        }
      }
    }
  }
}
