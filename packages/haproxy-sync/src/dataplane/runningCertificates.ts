import { Effect, Schema } from "effect"
import { pemBlocks } from "../storage/certificates.ts"
import { type CrtListEntry, crtListEntries, crtListLine, plainOptions } from "../storage/crtList.ts"
import type { DataplaneClient } from "./DataplaneClient.ts"
import { DataplaneError } from "./DataplaneError.ts"
import { formOf } from "./multipart.ts"

/**
 * An entry of a list of certificates that HAProxy has loaded, with the number by which it is known there.
 *
 * @category models
 * @since 0.1.0
 */
export interface RunningCrtListEntry extends CrtListEntry {
  readonly line: number
}

const root = "/services/haproxy/runtime"
const Names = Schema.NullOr(
  Schema.Array(
    Schema.Struct({ storage_name: Schema.optionalKey(Schema.String), file: Schema.optionalKey(Schema.String) })
  )
)
const Entries = Schema.NullOr(
  Schema.Array(
    Schema.Struct({
      file: Schema.String,
      line_number: Schema.optionalKey(Schema.Number),
      sni_filter: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String))),
      ssl_bind_config: Schema.optionalKey(Schema.String)
    })
  )
)

const Entry = Schema.Struct({ sha1_finger_print: Schema.optionalKey(Schema.String) })

const refused = (request: string, answer: string) =>
  new DataplaneError({ reason: "Refused", request, serverMessage: answer.slice(0, 500) })

/** The files and lists of certificates of a running HAProxy: over its socket where that is at hand, else through servers from 3.2 on. */
export const runningCertificates = (
  { get, send, socket }: DataplaneClient["Service"],
  /** Fails where the server's version has no requests for them. */
  modern: Effect.Effect<void, DataplaneError>
) => {
  const readOne = <A>(path: string, schema: Schema.Decoder<A>, query = {}) =>
    Effect.andThen(modern, get({ path: `${root}${path}`, query })).pipe(
      Effect.flatMap(Schema.decodeUnknownEffect(schema)),
      Effect.catchTag("SchemaError", ({ message }) =>
        Effect.fail(new DataplaneError({ reason: "Unexpected", request: `GET ${root}${path}`, serverMessage: message }))
      )
    )
  const read = <A>(path: string, schema: Schema.Decoder<ReadonlyArray<A> | null>, query = {}) =>
    Effect.map(readOne(path, schema, query), (list): ReadonlyArray<A> => list ?? [])
  const names = (what: "ca-file" | "crt-list", path: string) =>
    socket === undefined
      ? Effect.map(read(path, Names), (all) => all.flatMap(({ file, storage_name: name = file }) => name ?? []))
      : Effect.map(socket.execute(`show ssl ${what}`), (answer) =>
          answer
            .split("\n")
            .filter((line) => line !== "" && !line.startsWith("#"))
            .map((line) => line.replace(/ - \d+ certificate.*$/, "").trim())
        )
  /** Sends a command and fails where the answer is not what HAProxy says when it has done it. */
  const expecting = Effect.fnUntraced(function* (expected: RegExp, command: string, payload?: string) {
    if (socket === undefined) return
    const answer = yield* socket.execute(command, payload)
    if (!expected.test(answer)) return yield* refused(`runtime socket: ${command}`, answer)
  })
  const listed = { path: `${root}/ssl_crt_lists/entries` }
  return {
    /** The files of authorities that HAProxy has loaded, by their paths. */
    caFiles: names("ca-file", "/ssl_ca_files"),
    /** Replaces what a loaded file of authorities holds. */
    setCaFile: Effect.fnUntraced(function* (name: string, content: string) {
      if (socket === undefined) {
        yield* modern
        yield* send({
          kind: "write",
          method: "PUT",
          path: `${root}/ssl_ca_files/${encodeURIComponent(name)}`,
          ...formOf(name, content)
        })
        return
      }
      // The blocks alone: an empty line between them would end what is sent.
      yield* expecting(/transaction (created|updated)/i, `set ssl ca-file ${name}`, pemBlocks(content).join("\n"))
      yield* expecting(/Success!/, `commit ssl ca-file ${name}`).pipe(
        Effect.tapError(() => Effect.ignore(socket.execute(`abort ssl ca-file ${name}`)))
      )
    }),
    /** The SHA-1 fingerprints of the first of the certificates in a loaded file of authorities. */
    caFingerprints: Effect.fnUntraced(function* (name: string, count: number) {
      if (socket !== undefined) {
        const answer = yield* socket.execute(`show ssl ca-file ${name}`)
        return [...answer.matchAll(/^SHA1 FingerPrint: (\w+)/gm)].map(([, fingerprint = ""]) => fingerprint)
      }
      const path = `/ssl_ca_files/${encodeURIComponent(name)}/entries`
      return yield* Effect.forEach(
        Array.from({ length: count }, (_, index) => index + 1),
        (index) =>
          Effect.map(readOne(`${path}/${index}`, Entry), ({ sha1_finger_print: fingerprint = "" }) => fingerprint)
      )
    }),
    crtLists: names("crt-list", "/ssl_crt_lists"),
    crtListEntries: Effect.fnUntraced(function* (list: string) {
      if (socket === undefined) {
        const entries = yield* read("/ssl_crt_lists/entries", Entries, { name: list })
        return entries.map(
          ({
            file,
            line_number: line = 0,
            sni_filter: filters,
            ssl_bind_config: options = ""
          }): RunningCrtListEntry => ({
            certificate: file,
            line,
            options: plainOptions(options),
            filters: filters ?? []
          })
        )
      }
      const answer = yield* socket.execute(`show ssl crt-list -n ${list}`)
      const lines = answer.split("\n").filter((line) => line !== "" && !line.startsWith("#"))
      const numbers = lines.map((line) => Number(/^\S+:(\d+)(?:\s|$)/.exec(line)?.[1]))
      const entries = crtListEntries(lines.map((line) => line.replace(/^(\S+):\d+(?=\s|$)/, "$1")).join("\n"))
      if (entries === undefined || numbers.some((number) => Number.isNaN(number))) {
        return yield* refused(`runtime socket: show ssl crt-list`, answer)
      }
      return entries.map((entry, index): RunningCrtListEntry => ({ ...entry, line: numbers[index] ?? 0 }))
    }),
    addCrtListEntry: (list: string, entry: CrtListEntry) => {
      const { certificate, filters, options } = entry
      return socket === undefined
        ? Effect.andThen(
            modern,
            Effect.asVoid(
              send({
                kind: "write",
                method: "POST",
                ...listed,
                query: { name: list },
                body: {
                  file: certificate,
                  ...(options === "" ? {} : { ssl_bind_config: options }),
                  ...(filters.length === 0 ? {} : { sni_filter: filters })
                }
              })
            )
          )
        : expecting(/Success!/, `add ssl crt-list ${list}`, crtListLine(entry))
    },
    deleteCrtListEntry: (list: string, { certificate, line }: RunningCrtListEntry) =>
      socket === undefined
        ? Effect.andThen(
            modern,
            Effect.asVoid(
              send({
                kind: "write",
                method: "DELETE",
                ...listed,
                query: { name: list, cert_file: certificate, line_number: String(line) }
              })
            )
          )
        : expecting(/deleted in crtlist/, `del ssl crt-list ${list} ${certificate}:${line}`)
  }
}
