import { Effect, FileSystem, Path } from "effect"
import { randomUUID } from "node:crypto"

/**
 * Writes a file for its owner alone, so that it is there whole or not at all, also where the machine loses its power: it is written
 * under another name, flushed, and renamed, and then its folder is flushed. With `once` a file that is there already stays.
 */
export const writeAtomically = Effect.fnUntraced(function* (
  file: string,
  content: string,
  { once = false }: { readonly once?: boolean } = {}
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = path.dirname(file)
  const temporary = path.join(folder, `${path.basename(file)}.${randomUUID()}.new`)
  const flushed = (name: string, flag: "r" | "wx", text = "") =>
    Effect.scoped(
      Effect.gen(function* () {
        const handle = yield* fs.open(name, { flag, ...(flag === "wx" ? { mode: 0o600 } : {}) })
        if (text !== "") yield* handle.writeAll(new TextEncoder().encode(text))
        yield* handle.sync
      })
    )
  yield* fs.makeDirectory(folder, { recursive: true, mode: 0o700 })
  yield* Effect.gen(function* () {
    yield* flushed(temporary, "wx", content)
    yield* once
      ? Effect.catchIf(
          fs.link(temporary, file),
          ({ reason }) => reason._tag === "AlreadyExists",
          () => Effect.void
        )
      : fs.rename(temporary, file)
    // Not every system lets a folder be flushed.
    yield* Effect.ignore(flushed(folder, "r"))
  }).pipe(Effect.ensuring(Effect.ignore(fs.remove(temporary))), Effect.uninterruptible)
})
