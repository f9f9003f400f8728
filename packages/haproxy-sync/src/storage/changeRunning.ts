import { Effect } from "effect"
import { RuntimeClient } from "../dataplane/RuntimeClient.ts"
import { StorageClient } from "../dataplane/StorageClient.ts"
import { fingerprintsOf } from "./certificates.ts"
import { crtListDifference, crtListEntries, crtListLine } from "./crtList.ts"
import { mapDifference } from "./mapDifference.ts"
import type { StorageOptions, StoredFile } from "./StoredFile.ts"
import { type StorageKind, storedName } from "./storedName.ts"

/** How many entries are changed side by side. */
const concurrency = 4

/**
 * Changes what the running HAProxy has of a stored file; answers how many requests that took, or undefined where it can't be done so:
 * then the reload that follows brings the whole, whatever of it was done.
 */
export const changeRunning = Effect.fnUntraced(
  function* (file: StoredFile, held: string, { entries = 1000 }: StorageOptions) {
    if (file.kind === "maps") return yield* changeMap(file, held, entries)
    const path = yield* placeOf(file)
    if (path === undefined) return undefined
    const runtime = yield* RuntimeClient
    if ((yield* runtime.crtLists).includes(path)) return yield* changeCrtList(path, held, file.content, entries)
    return (yield* runtime.caFiles).includes(path) ? yield* changeCaFile(path, file.content) : undefined
  },
  (change, { name }) =>
    Effect.catch(change, ({ message }) =>
      Effect.as(Effect.logDebug(`${name} can't be changed at runtime: ${message}`), undefined)
    )
)

/** Where the server keeps a file. Lists of certificates, which it lists only in part, lie beside the certificates. */
const placeOf = Effect.fnUntraced(function* ({ kind, name }: StoredFile) {
  const storage = yield* StorageClient
  const own = storedName(name, kind)
  const places = yield* storage.places(kind)
  const listed = places.get(own)
  if (listed !== undefined || kind !== "ssl_crt_lists") return listed
  const beside: StorageKind = "ssl_certificates"
  const [first] = (yield* storage.places(beside)).values()
  return first?.replace(/[^/]*$/, own)
})

const changeMap = Effect.fnUntraced(function* ({ content, kind, name }: StoredFile, held: string, most: number) {
  const map = storedName(name, kind)
  const difference = mapDifference(held, content)
  if (difference === undefined) return undefined
  const { added, changed, removed } = difference
  if (changed.length + removed.length > most) return undefined
  const runtime = yield* RuntimeClient
  if (!(yield* runtime.maps).some((loaded) => loaded.name === map)) return undefined
  yield* Effect.forEach(removed, (key) => runtime.deleteMapEntry(map, key), { concurrency, discard: true })
  yield* Effect.forEach(changed, (entry) => runtime.setMapEntry(map, entry), { concurrency, discard: true })
  yield* runtime.addMapEntries(map, added)
  return removed.length + changed.length + (added.length > 0 ? 1 : 0)
})

const changeCrtList = Effect.fnUntraced(function* (list: string, held: string, wanted: string, most: number) {
  const difference = crtListDifference(held, wanted)
  const desired = crtListEntries(wanted)
  if (difference === undefined || desired === undefined) return undefined
  const { added, removed } = difference
  if (added.length + removed.length > most) return undefined
  const runtime = yield* RuntimeClient
  const running = yield* runtime.crtListEntries(list)
  for (const entry of removed) {
    const own = running.find((one) => crtListLine(one) === crtListLine(entry))
    if (own === undefined) return undefined
    yield* runtime.deleteCrtListEntry(list, own)
  }
  // New ones come behind all others, in the order in which they are sent.
  for (const entry of added) yield* runtime.addCrtListEntry(list, entry)
  const after = yield* runtime.crtListEntries(list)
  const isDone =
    after.length === desired.length &&
    desired.every((entry, index) => after[index] !== undefined && crtListLine(entry) === crtListLine(after[index]))
  return isDone ? added.length + removed.length : undefined
})

const changeCaFile = Effect.fnUntraced(function* (path: string, content: string) {
  if (!content.includes("-----BEGIN CERTIFICATE-----")) return undefined
  const runtime = yield* RuntimeClient
  yield* runtime.setCaFile(path, content)
  const wanted = new Set(fingerprintsOf(content))
  const held = new Set(yield* runtime.caFingerprints(path, wanted.size))
  return held.size === wanted.size && [...held].every((one) => wanted.has(one)) ? 1 : undefined
})
