import { Effect, Option } from "effect"
import { DataplaneError } from "../dataplane/DataplaneError.ts"
import { apiIn } from "../api/ApiVersion.ts"
import { DataplaneClient } from "../dataplane/DataplaneClient.ts"
import { RuntimeClient } from "../dataplane/RuntimeClient.ts"
import { StorageClient } from "../dataplane/StorageClient.ts"
import { watchReload } from "../sync/watchReload.ts"
import { changeRunning } from "./changeRunning.ts"
import { certificateProblem, type CertificateView, describeCertificates, pemBlocks } from "./certificates.ts"
import type { StorageOptions, StoredFile } from "./StoredFile.ts"
import { type StorageKind, storedName } from "./storedName.ts"

/**
 * What was done about a file.
 *
 * **Details**
 *
 * - `created`, `replaced`, `deleted`: it was stored or taken away.
 * - `changed at runtime`: the running HAProxy has the difference, and the stored file is the desired one; nothing was reloaded for it.
 * - `unchanged`: the server had it already. `kept`: it is not desired, but the configuration refers to it.
 *
 * @category files
 * @since 0.1.0
 */
export interface StoredChange {
  readonly kind: StorageKind
  /** The name the server stores it under. */
  readonly name: string
  readonly change: "created" | "replaced" | "changed at runtime" | "unchanged" | "deleted" | "kept"
  /** Requests that changed something. */
  readonly requests: number
  readonly reloadId?: string
  /** HAProxy has it only after the next reload. */
  readonly waits?: true
  /**
   * Of a certificate only what the server shows was compared, since nothing is written down of what was stored last: whether it is the
   * same key is not known.
   */
  readonly keysNotCompared?: true
}

/**
 * Brings files to a server: creates and replaces what differs, and leaves alone what does not.
 *
 * **When to use**
 *
 * Call it before the configuration that refers to the files is applied, and {@link removeFiles} behind it: {@link withFiles} does both.
 *
 * **Details**
 *
 * The entries of a map that HAProxy has loaded are changed while it runs, where there are not too many; so are those of a list of
 * certificates, where they come and go behind its first, and a file of authorities as a whole. What HAProxy has afterwards is read back;
 * where it is not what is desired, or there is no request for it, HAProxy is reloaded. Servers from 3.2 on have requests for that, and
 * any HAProxy whose own socket the client knows takes it there.
 *
 * Certificates are compared by what the server shows of them: names, serial and times; servers from 3.2 on give them to the running
 * HAProxy. Their keys are never shown: whether they differ is known by the digest that the journal keeps of what was stored last.
 *
 * **Gotchas**
 *
 * Where the journal knows nothing of a certificate, since another program has stored it, one that looks the same is left alone, and
 * `keysNotCompared` says so.
 *
 * @category files
 * @since 0.1.0
 */
export const storeFiles = Effect.fn("storeFiles")(
  function* (files: ReadonlyArray<StoredFile>, options: StorageOptions = {}) {
    yield* withoutClashes(files)
    const storage = yield* StorageClient
    const kinds = new Set(files.map(({ kind }) => kind))
    const known = new Map(
      yield* Effect.forEach(kinds, (kind) => Effect.map(storage.list(kind), (names) => [kind, new Set(names)] as const))
    )
    const isThere = ({ kind, name }: StoredFile) =>
      known.get(kind)?.has(storedName(name, kind)) === true
        ? Effect.succeed(true)
        : // The server lists only some lists of certificates.
          kind === "ssl_crt_lists"
          ? Effect.map(Effect.option(storage.read(kind, name)), Option.isSome)
          : Effect.succeed(false)
    return yield* Effect.forEach(files, (file) =>
      Effect.flatMap(isThere(file), (there) => (there ? update(file, options) : create(file, options)))
    )
  },
  Effect.provide([StorageClient.layer, RuntimeClient.layer])
)

/** Two files that the server would store under one name would overwrite each other. */
const withoutClashes = Effect.fnUntraced(function* (files: ReadonlyArray<StoredFile>) {
  const folders = { maps: "maps", general: "general", ssl_certificates: "ssl", ssl_crt_lists: "ssl" }
  const groups = Map.groupBy(files, ({ kind, name }) => `${folders[kind]}/${storedName(name, kind)}`)
  for (const [place, [first, second]] of groups) {
    if (first !== undefined && second !== undefined) {
      return yield* new DataplaneError({
        reason: "Refused",
        request: "store files",
        serverMessage: `the server stores "${first.name}" and "${second.name}" both as ${place}: rename one`
      })
    }
  }
})

/** Whether a file is stored without the reload that the server would do for it. */
const skips = Effect.fnUntraced(function* (kind: StorageKind, { reload = true }: StorageOptions) {
  const { api } = yield* DataplaneClient.use((client) => client.info)
  // Servers from 3.2 on bring certificates to the running HAProxy, but only where nothing is said of the reload.
  return !reload && !(kind === "ssl_certificates" && apiIn(api, { since: "3.2" }))
})

/** What the configuration that refers to it does not know yet waits for nothing. */
const create = Effect.fnUntraced(function* ({ content, kind, name }: StoredFile, options: StorageOptions) {
  const storage = yield* StorageClient
  const { reloadId } = yield* storage.create(kind, name, content, { skipReload: yield* skips(kind, options) })
  yield* noteSent(kind, name, content)
  return made(kind, name, "created", 1, reloadId === undefined ? {} : { reloadId })
})

const made = (
  kind: StorageKind,
  name: string,
  change: StoredChange["change"],
  requests: number,
  more: Pick<StoredChange, "reloadId" | "waits" | "keysNotCompared"> = {}
): StoredChange => ({ kind, name: storedName(name, kind), change, requests, ...more })

const update = Effect.fnUntraced(function* (file: StoredFile, options: StorageOptions) {
  const { content, kind, name } = file
  const storage = yield* StorageClient
  if (kind === "ssl_certificates") {
    if (sameCertificate(yield* storage.certificate(name), content)) {
      const { journal } = yield* DataplaneClient
      const same = yield* journal.isSent(sentId(name), blocksOf(content))
      if (same !== false) {
        return made(kind, name, "unchanged", 0, same === undefined ? { keysNotCompared: true } : {})
      }
    }
  } else {
    const held = yield* storage.read(kind, name)
    if (held === content || held === `${content}\n`) return made(kind, name, "unchanged", 0)
    const requests = yield* changeRunning(file, held, options)
    if (requests !== undefined) {
      yield* storage.replace(kind, name, content, { skipReload: true })
      return made(kind, name, "changed at runtime", requests + 1)
    }
  }
  const skipReload = yield* skips(kind, options)
  const { reloadId } = yield* storage.replace(kind, name, content, { skipReload })
  yield* noteSent(kind, name, content)
  return made(kind, name, "replaced", 1, {
    ...(reloadId === undefined ? {} : { reloadId }),
    ...(skipReload ? { waits: true } : {})
  })
})

/** Whether what the server shows is what it would show of these certificates. */
const sameCertificate = (held: CertificateView, pem: string): boolean => {
  if (certificateProblem(pem) !== undefined) return false
  const { issuers, not_after, not_before, serial, subject } = describeCertificates(pem)
  const wanted: CertificateView = {
    ...(issuers === undefined ? {} : { issuers }),
    ...(not_after === undefined ? {} : { not_after }),
    ...(not_before === undefined ? {} : { not_before }),
    ...(serial === undefined ? {} : { serial }),
    ...(subject === undefined ? {} : { subject })
  }
  return Object.entries(wanted).every(([field, value]) => held[field as keyof CertificateView] === value)
}

/** What a certificate is written down as. */
const sentId = (name: string): string => `ssl_certificates/${storedName(name, "ssl_certificates")}`

/** What counts of a certificate: its blocks, with their keys, without what stands between them. */
const blocksOf = (pem: string): string =>
  pemBlocks(pem)
    .map((one) => one.replace(/\s+/g, ""))
    .join("\n")

/** The server never shows keys: that one has changed is seen by the digest of what was stored last. */
const noteSent = Effect.fnUntraced(function* (kind: StorageKind, name: string, content: string) {
  if (kind !== "ssl_certificates") return
  const { journal } = yield* DataplaneClient
  yield* journal.sent(sentId(name), blocksOf(content))
})

/**
 * Deletes the files of some kinds that are not desired; what the configuration still refers to is kept.
 *
 * @category files
 * @since 0.1.0
 */
export const removeFiles = Effect.fn("removeFiles")(function* (
  kinds: ReadonlyArray<StorageKind>,
  desired: ReadonlyArray<StoredFile>
) {
  const storage = yield* StorageClient
  const { journal } = yield* DataplaneClient
  const changes: Array<StoredChange> = []
  for (const kind of kinds) {
    const wanted = new Set(desired.filter((file) => file.kind === kind).map(({ name }) => storedName(name, kind)))
    for (const name of (yield* storage.list(kind)).filter((one) => !wanted.has(one))) {
      const removed = yield* storage.remove(kind, name, { skipReload: true }).pipe(
        Effect.as(true),
        Effect.catchIf(
          ({ reason, status }) => reason === "Refused" && status === 409,
          () => Effect.succeed(false)
        )
      )
      if (removed && kind === "ssl_certificates") yield* journal.forgetSent(sentId(name))
      changes.push(made(kind, name, removed ? "deleted" : "kept", 1))
    }
  }
  return changes
}, Effect.provide(StorageClient.layer))

/**
 * Brings files to a server, then does what needs them, such as a synchronization, and then deletes what is needed no more.
 *
 * **Details**
 *
 * Files are stored without a reload of their own where `apply` reports that it has reloaded HAProxy; else HAProxy is reloaded for
 * them, by storing the last one again. Nothing is deleted when `apply` says that it was no success: the configuration before may
 * be back, and refer to the files.
 *
 * @category files
 * @since 0.1.0
 */
export const withFiles = Effect.fn("withFiles")(function* <
  A extends { readonly success: boolean; readonly reloads: number },
  E,
  R
>(
  files: ReadonlyArray<StoredFile>,
  apply: Effect.Effect<A, E, R>,
  options: StorageOptions & { readonly remove?: ReadonlyArray<StorageKind> } = {}
) {
  const stored = yield* storeFiles(files, { ...options, reload: false })
  const result = yield* apply
  const waiting = stored.filter(({ waits }) => waits === true)
  if (result.success && result.reloads === 0 && waiting.length > 0) yield* reloadFor(files, waiting)
  const removed = result.success ? yield* removeFiles(options.remove ?? [], files) : []
  return { result, files: [...stored, ...removed] }
})

/** Stores a file once more, now with the reload that was put off. */
const reloadFor = Effect.fnUntraced(function* (files: ReadonlyArray<StoredFile>, [first]: ReadonlyArray<StoredChange>) {
  const storage = yield* StorageClient
  const file = files.find(({ kind, name }) => kind === first?.kind && storedName(name, kind) === first.name)
  if (file === undefined) return
  const { reloadId } = yield* storage.replace(file.kind, file.name, file.content)
  const reload = reloadId === undefined ? undefined : yield* watchReload(reloadId)
  if (reload?.status === "failed") {
    return yield* new DataplaneError({
      reason: "ReloadFailed",
      request: `store ${file.name}`,
      serverMessage: reload.response.trim()
    })
  }
}, Effect.provide(StorageClient.layer))
