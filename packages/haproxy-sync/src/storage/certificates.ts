import { X509Certificate } from "node:crypto"

/**
 * What the API shows of a certificate file.
 *
 * @category files
 * @since 0.1.0
 */
export interface CertificateView {
  readonly subject?: string
  readonly issuers?: string
  readonly domains?: string
  readonly ip_addresses?: string
  readonly serial?: string
  readonly not_after?: string
  readonly not_before?: string
}

/** The PEM blocks of a text, certificates and keys, without what stands between them. */
export const pemBlocks = (pem: string): ReadonlyArray<string> =>
  pem.match(/-----BEGIN [^-]+-----[\s\S]+?-----END [^-]+-----/g) ?? []

const blocks = (pem: string): ReadonlyArray<X509Certificate> =>
  [...pem.matchAll(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g)].map(
    ([block]) => new X509Certificate(block)
  )

/** The SHA-1 fingerprints of the certificates of a file, as HAProxy writes them. */
export const fingerprintsOf = (pem: string): ReadonlyArray<string> =>
  blocks(pem).map(({ fingerprint }) => fingerprint.replaceAll(":", ""))

const commonName = (name: string): string => /(?:^|\n)CN=([^\n]*)/.exec(name)?.[1] ?? ""

/** Why a file is none that the server keeps as a certificate; undefined when it is fine. */
export const certificateProblem = (pem: string): string | undefined => {
  try {
    if (blocks(pem).length === 0) return "failed to parse certificate"
  } catch {
    return "failed to parse certificate"
  }
  return pem.includes("PRIVATE KEY-----") ? undefined : "file should contain both certificate and private key"
}

/** Reads what is shown of a certificate file: of several certificates the leaf, and the shortest time they are all valid. */
export const describeCertificates = (pem: string): CertificateView => {
  const certificates = blocks(pem)
  const leaf =
    certificates.length === 1
      ? certificates[0]
      : certificates.find((one) => !one.ca && !certificates.some(({ issuer }) => issuer === one.subject))
  const unique = (values: ReadonlyArray<string>) => [...new Set(values)].filter((value) => value !== "").join(", ")
  const dates = (pick: (one: X509Certificate) => string) =>
    certificates.map((one) => new Date(pick(one)).toISOString()).toSorted()
  const alternatives = (kind: string) =>
    certificates
      .filter((one) => !one.ca)
      .flatMap(({ subjectAltName = "" }) =>
        [...subjectAltName.matchAll(new RegExp(`${kind}:([^,]+)`, "g"))].map(([, value = ""]) => value)
      )
  const names = certificates.filter((one) => !one.ca).map(({ subject }) => commonName(subject))
  const view: Record<string, string | undefined> = {
    subject: leaf === undefined ? undefined : commonName(leaf.subject),
    issuers: unique(certificates.map(({ issuer }) => commonName(issuer))),
    domains: unique([...names, ...alternatives("DNS")]),
    ip_addresses: unique(alternatives("IP Address")),
    serial: leaf === undefined ? undefined : BigInt(`0x${leaf.serialNumber}`).toString(),
    not_after: dates(({ validTo }) => validTo)[0],
    not_before: dates(({ validFrom }) => validFrom).at(-1)
  }
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined && value !== ""))
}
