import { Context, Effect, Layer, Schema } from "effect"
import { apiIn } from "../api/ApiVersion.ts"
import { DataplaneClient } from "./DataplaneClient.ts"
import { DataplaneError } from "./DataplaneError.ts"
import { type RunningCrtListEntry, runningCertificates } from "./runningCertificates.ts"
import { runningWeights, type ServerName } from "./runningWeights.ts"
import type { CrtListEntry } from "../storage/crtList.ts"
import type { ApiRequest } from "./Transport.ts"

/**
 * A server as the running HAProxy has it.
 *
 * @category models
 * @since 0.1.0
 */
export interface RunningServer {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly admin: "ready" | "maint" | "drain"
  readonly operational: string
  /** Its weight now; only servers from 3.4 on tell it here, for others see `weights`. */
  readonly weight?: number
}

/**
 * What is to change of a running server. Address, port and weight can be told to servers from 3.4 on; before that they are changed
 * with the configuration.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServerChange {
  readonly admin?: "ready" | "maint" | "drain"
  readonly operational?: "up" | "down" | "stopping"
  readonly address?: string
  readonly port?: number
  readonly weight?: number
}

/**
 * A key of a map with what it stands for.
 *
 * @category models
 * @since 0.1.0
 */
export interface MapEntry {
  readonly key: string
  readonly value: string
}

/**
 * An entry of an ACL file; the id names it in the running HAProxy.
 *
 * @category models
 * @since 0.1.0
 */
export interface AclEntry {
  readonly id: string
  readonly value: string
}

/**
 * A stick table of the running HAProxy.
 *
 * @category models
 * @since 0.1.0
 */
export interface RunningTable {
  readonly name: string
  readonly type: string
  readonly size: number
  readonly used: number
}

/**
 * A map or an ACL file that HAProxy has loaded.
 *
 * @category models
 * @since 0.1.0
 */
export interface LoadedFile {
  readonly id: string
  /** What the server stores it as; empty for what is written in the configuration itself. */
  readonly name: string
}

/**
 * Speaks to the running HAProxy through a Data Plane API: what is changed here is in force at once, and gone with the next reload
 * unless the configuration says the same.
 *
 * **When to use**
 *
 * Use it to take a server out for a while, and to look at what HAProxy does now. What is to last belongs into the configuration: the
 * Synchronizer changes both.
 *
 * **Details**
 *
 * `RuntimeClient.layer` stands on a `DataplaneClient`. Certificates have requests from 3.2 on; where the server's version has none,
 * calls fail with `Unsupported`. Files and lists of certificates, and weights, go over HAProxy's own socket where the client knows it
 * (`runtimeSocket`).
 *
 * **Example** (Taking a server out)
 *
 * ```ts
 * import { RuntimeClient } from "@lockstep/haproxy-sync"
 *
 * const program = RuntimeClient.use((runtime) => runtime.setServer("app", "s1", { admin: "maint" }))
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class RuntimeClient extends Context.Service<
  RuntimeClient,
  {
    /** The servers of a backend; none where HAProxy does not have the backend, undefined where it can't be asked. */
    readonly servers: (backend: string) => Effect.Effect<ReadonlyArray<RunningServer> | undefined, DataplaneError>
    readonly setServer: (backend: string, name: string, change: ServerChange) => Effect.Effect<void, DataplaneError>
    /** Adds a server in maintenance; `server` holds the fields of the API's model, name and address at least. */
    readonly addServer: (
      backend: string,
      server: Readonly<Record<string, unknown>>
    ) => Effect.Effect<void, DataplaneError>
    /** Puts a server into maintenance and takes it away. */
    readonly deleteServer: (backend: string, name: string) => Effect.Effect<void, DataplaneError>
    readonly maps: Effect.Effect<ReadonlyArray<LoadedFile>, DataplaneError>
    readonly mapEntries: (map: string) => Effect.Effect<ReadonlyArray<MapEntry>, DataplaneError>
    /** Adds entries, all in one request. */
    readonly addMapEntries: (map: string, entries: ReadonlyArray<MapEntry>) => Effect.Effect<void, DataplaneError>
    readonly setMapEntry: (map: string, entry: MapEntry) => Effect.Effect<void, DataplaneError>
    readonly deleteMapEntry: (map: string, key: string) => Effect.Effect<void, DataplaneError>
    readonly acls: Effect.Effect<ReadonlyArray<LoadedFile>, DataplaneError>
    readonly aclEntries: (id: string) => Effect.Effect<ReadonlyArray<AclEntry>, DataplaneError>
    readonly addAclEntries: (id: string, values: ReadonlyArray<string>) => Effect.Effect<void, DataplaneError>
    readonly deleteAclEntry: (id: string, entry: string) => Effect.Effect<void, DataplaneError>
    /** The names under which HAProxy has certificates. */
    readonly certificates: Effect.Effect<ReadonlyArray<string>, DataplaneError>
    /** The files of authorities that HAProxy has loaded, by their paths. */
    readonly caFiles: Effect.Effect<ReadonlyArray<string>, DataplaneError>
    /** Replaces what a loaded file of authorities holds. */
    readonly setCaFile: (name: string, content: string) => Effect.Effect<void, DataplaneError>
    /** The SHA-1 fingerprints of the first of the certificates in a loaded file of authorities. */
    readonly caFingerprints: (name: string, count: number) => Effect.Effect<ReadonlyArray<string>, DataplaneError>
    /** The lists of certificates that HAProxy has loaded, by their paths. */
    readonly crtLists: Effect.Effect<ReadonlyArray<string>, DataplaneError>
    readonly crtListEntries: (list: string) => Effect.Effect<ReadonlyArray<RunningCrtListEntry>, DataplaneError>
    /** Adds an entry behind all others; HAProxy has to have its certificate already. */
    readonly addCrtListEntry: (list: string, entry: CrtListEntry) => Effect.Effect<void, DataplaneError>
    readonly deleteCrtListEntry: (list: string, entry: RunningCrtListEntry) => Effect.Effect<void, DataplaneError>
    /** The weights of servers by `backend/name`, as far as anything tells them. */
    readonly weights: (servers: ReadonlyArray<ServerName>) => Effect.Effect<ReadonlyMap<string, number>, DataplaneError>
    readonly stickTables: Effect.Effect<ReadonlyArray<RunningTable>, DataplaneError>
    /** The entries of a stick table, each with its key and its data. */
    readonly stickTableEntries: (
      table: string
    ) => Effect.Effect<ReadonlyArray<Readonly<Record<string, unknown>>>, DataplaneError>
  }
>()("@lockstep/haproxy-sync/dataplane/RuntimeClient") {
  /** Speaks to the HAProxy behind a client's server. */
  static readonly layer: Layer.Layer<RuntimeClient, never, DataplaneClient> = Layer.effect(
    RuntimeClient,
    Effect.map(DataplaneClient, (client) => make(client))
  )
}

const root = "/services/haproxy/runtime"
const segment = encodeURIComponent

const nullable = <A>(schema: Schema.Decoder<A>) => Schema.NullOr(Schema.Array(schema))

const Servers = nullable(
  Schema.Struct({
    name: Schema.String,
    address: Schema.optionalKey(Schema.String),
    port: Schema.optionalKey(Schema.NullOr(Schema.Number)),
    admin_state: Schema.optionalKey(Schema.Literals(["ready", "maint", "drain"])),
    operational_state: Schema.optionalKey(Schema.String),
    weight: Schema.optionalKey(Schema.Number)
  })
)
const MapEntries = nullable(Schema.Struct({ key: Schema.String, value: Schema.optionalKey(Schema.String) }))
const AclEntries = nullable(Schema.Struct({ id: Schema.String, value: Schema.String }))
const Files = nullable(
  Schema.Struct({
    id: Schema.String,
    file: Schema.optionalKey(Schema.String),
    storage_name: Schema.optionalKey(Schema.String)
  })
)
const Certificates = nullable(Schema.Struct({ storage_name: Schema.String }))
const Tables = nullable(
  Schema.Struct({
    name: Schema.String,
    type: Schema.optionalKey(Schema.String),
    size: Schema.optionalKey(Schema.Number),
    used: Schema.optionalKey(Schema.Number)
  })
)
const Entries = nullable(Schema.Record(Schema.String, Schema.Unknown))

const make = (client: DataplaneClient["Service"]): RuntimeClient["Service"] => {
  const read = <A>(path: string, schema: Schema.Decoder<ReadonlyArray<A> | null>, query = {}) =>
    client.get({ path: `${root}${path}`, query }).pipe(
      Effect.flatMap(Schema.decodeUnknownEffect(schema)),
      Effect.map((list): ReadonlyArray<A> => list ?? []),
      Effect.catchTag("SchemaError", ({ message }) =>
        Effect.fail(new DataplaneError({ reason: "Unexpected", request: `GET ${root}${path}`, serverMessage: message }))
      )
    )
  const change = (method: ApiRequest["method"], path: string, body?: unknown): Effect.Effect<void, DataplaneError> =>
    Effect.asVoid(
      client.send({ kind: "write", method, path: `${root}${path}`, ...(body === undefined ? {} : { body }) })
    )
  const since = (version: "3.2" | "3.4", what: string) =>
    Effect.flatMap(client.info, ({ api }) =>
      apiIn(api, { since: version })
        ? Effect.void
        : Effect.fail(
            new DataplaneError({
              reason: "Unsupported",
              request: "runtime",
              serverMessage: `the Data Plane API ${api} has no requests for ${what}`
            })
          )
    )
  const serversAt = (backend: string) => `/backends/${segment(backend)}/servers`
  const filesAt = (path: string) =>
    Effect.map(read(path, Files, { include_unmanaged: "true" }), (files) =>
      files.map(({ file = "", id, storage_name: name }): LoadedFile => ({ id, name: name ?? file }))
    )
  return RuntimeClient.of({
    servers: Effect.fnUntraced(function* (backend) {
      const { api } = yield* client.info
      const tellsWeight = apiIn(api, { since: "3.4" })
      return yield* read(serversAt(backend), Servers).pipe(
        Effect.map((servers) =>
          servers.map((one): RunningServer => ({
            name: one.name,
            address: one.address ?? "",
            port: one.port ?? 0,
            admin: one.admin_state ?? "ready",
            operational: one.operational_state ?? "",
            ...(one.weight !== undefined && tellsWeight ? { weight: one.weight } : {})
          }))
        ),
        // Before 3.1 a backend that HAProxy doesn't have is an error of the server, as is a missing socket.
        Effect.catchIf(
          ({ reason }) => reason === "NotFound" || reason === "ServerFailure",
          ({ reason, serverMessage = "" }) =>
            Effect.succeed(reason === "NotFound" || /no data for|not found/.test(serverMessage) ? [] : undefined)
        )
      )
    }),
    setServer: Effect.fnUntraced(function* (backend, name, { address, admin, operational, port, weight }) {
      if (address !== undefined || port !== undefined || weight !== undefined) {
        yield* since("3.4", "address, port and weight of a running server")
      }
      yield* change("PUT", `${serversAt(backend)}/${segment(name)}`, {
        ...(admin === undefined ? {} : { admin_state: admin }),
        ...(operational === undefined ? {} : { operational_state: operational }),
        ...(address === undefined ? {} : { address }),
        ...(port === undefined ? {} : { port }),
        ...(weight === undefined ? {} : { weight })
      })
    }),
    addServer: (backend, server) => change("POST", serversAt(backend), server),
    deleteServer: (backend, name) =>
      Effect.andThen(
        change("PUT", `${serversAt(backend)}/${segment(name)}`, { admin_state: "maint" }),
        change("DELETE", `${serversAt(backend)}/${segment(name)}`)
      ),
    maps: filesAt("/maps"),
    mapEntries: (map) =>
      Effect.map(read(`/maps/${segment(map)}/entries`, MapEntries), (entries) =>
        entries.map(({ key, value = "" }) => ({ key, value }))
      ),
    addMapEntries: (map, entries) =>
      entries.length === 0 ? Effect.void : change("PUT", `/maps/${segment(map)}`, entries),
    setMapEntry: (map, { key, value }) => change("PUT", `/maps/${segment(map)}/entries/${segment(key)}`, { value }),
    deleteMapEntry: (map, key) => change("DELETE", `/maps/${segment(map)}/entries/${segment(key)}`),
    acls: filesAt("/acls"),
    aclEntries: (id) => read(`/acls/${segment(id)}/entries`, AclEntries),
    // One by one: the request that takes many gives HAProxy the number of the list in a form that it refuses.
    addAclEntries: (id, values) =>
      Effect.forEach(values, (value) => change("POST", `/acls/${segment(id)}/entries`, { value }), { discard: true }),
    deleteAclEntry: (id, entry) => change("DELETE", `/acls/${segment(id)}/entries/${segment(entry)}`),
    certificates: Effect.andThen(
      since("3.2", "running certificates"),
      Effect.map(read("/ssl_certs", Certificates), (all) => all.map(({ storage_name: name }) => name))
    ),
    ...runningCertificates(client, since("3.2", "running files of certificates")),
    weights: runningWeights(client),
    stickTables: Effect.map(read("/stick_tables", Tables), (tables) =>
      tables.map(({ name, size = 0, type = "", used = 0 }) => ({ name, type, size, used }))
    ),
    stickTableEntries: (table) => read(`/stick_tables/${segment(table)}/entries`, Entries)
  })
}
