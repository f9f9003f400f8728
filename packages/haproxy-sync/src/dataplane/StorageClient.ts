import { Context, Effect, Layer, Schema } from "effect"
import { type StorageKind, storedName } from "../storage/storedName.ts"
import type { CertificateView } from "../storage/certificates.ts"
import { DataplaneClient } from "./DataplaneClient.ts"
import { DataplaneError } from "./DataplaneError.ts"
import { formOf } from "./multipart.ts"
import type { WriteResult } from "./WriteResult.ts"
import type { ApiResponse } from "./Transport.ts"

/**
 * How a file is stored.
 *
 * @category options
 * @since 0.1.0
 */
export interface StoreOptions {
  /** Do not reload HAProxy for it: something else does, or brings it there while it runs. */
  readonly skipReload?: boolean
}

/**
 * Speaks to a Data Plane API about the files beside the configuration: maps, certificates, lists of certificates, and all others.
 *
 * **Details**
 *
 * Files have neither version nor transaction: what is stored is there at once. The server renames them, see `storedName`. It tells
 * whether HAProxy is to be reloaded for one: certificates are given to the running HAProxy by servers from 3.2 on. A file that the
 * configuration refers to can't be deleted, which is `Refused`. The contents of certificates can't be read back.
 *
 * @category services
 * @since 0.1.0
 */
export class StorageClient extends Context.Service<
  StorageClient,
  {
    /** The names of the files of a kind. */
    readonly list: (kind: StorageKind) => Effect.Effect<ReadonlyArray<string>, DataplaneError>
    /** The paths of the files of a kind, by their names, where the server tells. */
    readonly places: (kind: StorageKind) => Effect.Effect<ReadonlyMap<string, string>, DataplaneError>
    /** The content of a file that is no certificate. */
    readonly read: (kind: StorageKind, name: string) => Effect.Effect<string, DataplaneError>
    /** What the server shows of a certificate; never its key. */
    readonly certificate: (name: string) => Effect.Effect<CertificateView, DataplaneError>
    readonly create: (
      kind: StorageKind,
      name: string,
      content: string,
      options?: StoreOptions
    ) => Effect.Effect<WriteResult, DataplaneError>
    readonly replace: (
      kind: StorageKind,
      name: string,
      content: string,
      options?: StoreOptions
    ) => Effect.Effect<WriteResult, DataplaneError>
    readonly remove: (
      kind: StorageKind,
      name: string,
      options?: StoreOptions
    ) => Effect.Effect<WriteResult, DataplaneError>
  }
>()("@lockstep/haproxy-sync/dataplane/StorageClient") {
  /** Speaks to a client's server. */
  static readonly layer: Layer.Layer<StorageClient, never, DataplaneClient> = Layer.effect(
    StorageClient,
    Effect.map(DataplaneClient, (client) => make(client))
  )
}

const root = "/services/haproxy/storage"
const Listed = Schema.NullOr(
  Schema.Array(Schema.Struct({ storage_name: Schema.String, file: Schema.optionalKey(Schema.String) }))
)
const Certificate = Schema.Struct({
  subject: Schema.optionalKey(Schema.String),
  issuers: Schema.optionalKey(Schema.String),
  serial: Schema.optionalKey(Schema.String),
  not_after: Schema.optionalKey(Schema.String),
  not_before: Schema.optionalKey(Schema.String)
})

const resultOf = ({ headers, status }: ApiResponse): WriteResult => {
  const reloadId = headers["reload-id"]
  return {
    status,
    reloadTriggered: typeof reloadId === "string",
    ...(typeof reloadId === "string" ? { reloadId } : {})
  }
}

const make = (client: DataplaneClient["Service"]): StorageClient["Service"] => {
  const get = <A>(path: string, schema: Schema.Decoder<A>): Effect.Effect<A, DataplaneError> =>
    client.get({ path, query: {} }).pipe(
      Effect.flatMap(Schema.decodeUnknownEffect(schema)),
      Effect.catchTag("SchemaError", ({ message }) =>
        Effect.fail(new DataplaneError({ reason: "Unexpected", request: `GET ${path}`, serverMessage: message }))
      )
    )
  const at = (kind: StorageKind, name: string) => `${root}/${kind}/${encodeURIComponent(storedName(name, kind))}`
  const query = ({ skipReload }: StoreOptions): Readonly<Record<string, string>> =>
    skipReload === true ? { skip_reload: "true" } : {}
  return StorageClient.of({
    list: (kind) =>
      Effect.map(get(`${root}/${kind}`, Listed), (files) => (files ?? []).map(({ storage_name: name }) => name)),
    places: (kind) =>
      Effect.map(
        get(`${root}/${kind}`, Listed),
        (files) =>
          new Map((files ?? []).flatMap(({ file, storage_name: name }) => (file === undefined ? [] : [[name, file]])))
      ),
    read: (kind, name) =>
      Effect.map(client.send({ kind: "read", method: "GET", path: at(kind, name) }), ({ text }) => text),
    certificate: (name) => get(at("ssl_certificates", name), Certificate),
    create: (kind, name, content, options = {}) =>
      Effect.map(
        client.send({
          kind: "write",
          method: "POST",
          path: `${root}/${kind}`,
          query: query(options),
          ...formOf(storedName(name, kind), content)
        }),
        resultOf
      ),
    replace: (kind, name, content, options = {}) =>
      Effect.map(
        client.send({
          kind: "write",
          method: "PUT",
          path: at(kind, name),
          query: query(options),
          ...(kind === "general" ? formOf(storedName(name, kind), content) : { body: content })
        }),
        resultOf
      ),
    remove: (kind, name, options = {}) =>
      Effect.map(
        client.send({ kind: "write", method: "DELETE", path: at(kind, name), query: query(options) }),
        resultOf
      )
  })
}
