import { X509Certificate } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import { apiIn } from "../../../api/ApiVersion.ts"
import type { Draft } from "../../../grammar/Args.ts"
import { ApiError } from "../ApiError.ts"
import { type Host, listReply } from "../Host.ts"
import { uploadOf } from "../multipart.ts"
import type { Call, Route } from "../Router.ts"
import { at, endpoint, run } from "./command.ts"

const fingerprint = (text: string): string => text.replaceAll(":", "")
const oneLine = (name: string): string =>
  name
    .split("\n")
    .map((part) => `/${part}`)
    .join("")

/** The routes of the certificates of the running HAProxy. */
export const sslEndpoints = (host: Host): ReadonlyArray<Route> => {
  if (!apiIn(host.api, { since: "3.2" })) return []
  const failure = (message: string) => new ApiError(404, `${host.runtime().path} ${message} not found`)
  const names = async (command: string) =>
    (await run(host.runtime(), command, failure))
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"))
  const show = async (name: string): Promise<Draft> => {
    const output = await run(host.runtime(), `show ssl cert ${name}`, failure)
    const field = (label: string) => new RegExp(`^${label}: (.*)$`, "m").exec(output)?.[1]
    const file = fs.existsSync(name) ? fs.readFileSync(name, "utf8") : ""
    const pem = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(
      host.runtime().certificate?.(name) ?? file
    )?.[0]
    const known = pem === undefined ? undefined : new X509Certificate(pem)
    const date = (text: string | undefined) => (text === undefined ? undefined : new Date(text).toISOString())
    const bits = known?.publicKey.asymmetricKeyDetails?.modulusLength
    const view: Record<string, string | undefined> = {
      algorithm: field("Algorithm") ?? (bits === undefined ? undefined : `RSA${bits}`),
      issuers: field("Issuer") ?? (known === undefined ? undefined : oneLine(known.issuer)),
      not_after: date(field("notAfter") ?? known?.validTo),
      not_before: date(field("notBefore") ?? known?.validFrom),
      serial: field("Serial") ?? known?.serialNumber,
      sha1_finger_print:
        field("SHA1 FingerPrint") ?? (known === undefined ? undefined : fingerprint(known.fingerprint)),
      status: field("Status"),
      storage_name: name,
      subject: field("Subject") ?? (known === undefined ? undefined : oneLine(known.subject)),
      subject_alternative_names: field("Subject Alternative Name")
    }
    return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined))
  }
  const payload = (call: Call) => {
    const file = uploadOf(call.body, call.headers["content-type"] ?? "", "file_upload")
    if (file === undefined) throw new ApiError(400, "http: no such file")
    return file
  }
  const put = async (name: string, text: string): Promise<void> => {
    await run(host.runtime(), `set ssl cert ${name} <<\n${text.trimEnd()}\n`, failure)
    await run(host.runtime(), `commit ssl cert ${name}`, failure)
  }
  const form = ["multipart/form-data"]
  return [
    {
      path: `${at}/ssl_certs`,
      verbs: {
        GET: endpoint(async () => ({
          status: 200,
          body: (await names("show ssl cert")).map((name) => ({ description: path.basename(name), storage_name: name }))
        })),
        POST: endpoint(async (call) => {
          const file = payload(call)
          await run(host.runtime(), `new ssl cert ${file.filename}`, failure)
          await put(file.filename, file.content.toString())
          return { status: 201 }
        }, form)
      }
    },
    {
      path: `${at}/ssl_certs/{name}`,
      verbs: {
        GET: endpoint(async ({ params: { name = "" } }) => ({ status: 200, body: await show(name) })),
        PUT: endpoint(async (call) => {
          await put(call.params["name"] ?? "", payload(call).content.toString())
          return { status: 200 }
        }, form),
        DELETE: endpoint(async ({ params: { name = "" } }) => {
          await run(host.runtime(), `del ssl cert ${name}`, failure)
          return { status: 204 }
        })
      }
    },
    {
      path: `${at}/ssl_ca_files`,
      verbs: {
        GET: endpoint(async () => ({
          status: 200,
          body: (await names("show ssl ca-file")).map((line) => {
            const [name = "", count = ""] = line.split(" - ")
            return { count, storage_name: name }
          })
        }))
      }
    },
    {
      path: `${at}/ssl_crl_files`,
      verbs: {
        GET: endpoint(async () => ({
          status: 200,
          body: (await names("show ssl crl-file")).map((name) => ({ storage_name: name }))
        }))
      }
    },
    {
      path: `${at}/ssl_crt_lists`,
      verbs: {
        GET: endpoint(async () =>
          listReply(
            host,
            (await names("show ssl crt-list")).map((file) => ({ file }))
          )
        )
      }
    }
  ]
}
