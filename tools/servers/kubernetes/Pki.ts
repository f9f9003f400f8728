import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Certificate, makeAuthority, makeKey } from "../pki/Certificates.ts"

/**
 * The keys and certificates of one API server, and the files they are in.
 *
 * @category models
 * @since 0.1.0
 */
export interface Pki {
  readonly directory: string
  readonly ca: string
  readonly caFile: string
  readonly certificateFile: string
  readonly keyFile: string
  readonly serviceAccountKeyFile: string
  /** A client certificate of the group `system:masters`. */
  readonly admin: Certificate
  readonly adminCertificateFile: string
  readonly adminKeyFile: string
}

/**
 * Makes the keys and certificates of an API server on 127.0.0.1 and writes them to a folder.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makePki = (directory: string): Pki => {
  const authority = makeAuthority("lockstep test authority")
  const server = authority.issue({
    commonName: "kube-apiserver",
    usage: "server",
    names: ["127.0.0.1", "localhost"]
  })
  const admin = authority.issue({ commonName: "admin", organization: "system:masters", usage: "client" })
  mkdirSync(directory, { mode: 0o700 })
  const write = (name: string, text: string) => {
    const path = join(directory, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  return {
    directory,
    ca: authority.certificate,
    caFile: write("ca.crt", authority.certificate),
    certificateFile: write("server.crt", server.certificate),
    keyFile: write("server.key", server.key),
    serviceAccountKeyFile: write("service-account.key", makeKey()),
    admin,
    adminCertificateFile: write("admin.crt", admin.certificate),
    adminKeyFile: write("admin.key", admin.key)
  }
}
