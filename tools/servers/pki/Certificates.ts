/**
 * Certificates for servers on the loopback address and their clients, made on the spot with nothing but Node.
 */
import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto"
import { isIPv4 } from "node:net"
import * as Der from "./Der.ts"

/**
 * A certificate and its private key, both as PEM.
 *
 * @category models
 * @since 0.1.0
 */
export interface Certificate {
  readonly certificate: string
  readonly key: string
}

/**
 * Whom a certificate is for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Subject {
  readonly commonName: string
  /** Kubernetes takes it for the user's group. */
  readonly organization?: string
  /** What may be done with it. */
  readonly usage: "server" | "client"
  /** IPv4 addresses and host names a server answers at. */
  readonly names?: ReadonlyArray<string>
}

/**
 * Who signs certificates.
 *
 * @category models
 * @since 0.1.0
 */
export interface Authority extends Certificate {
  readonly issue: (subject: Subject) => Certificate
}

const hour = 3_600_000
const ecdsaWithSha256 = Der.sequence(Der.objectIdentifier("1.2.840.10045.4.3.2"))
const usages = { server: "1.3.6.1.5.5.7.3.1", client: "1.3.6.1.5.5.7.3.2" }

/**
 * Makes a private key on the curve P-256, as PEM.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeKey = (): string =>
  generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey.export({ type: "sec1", format: "pem" }).toString()

/**
 * Makes an authority that signs certificates for two days.
 *
 * **Details**
 *
 * Two authorities of the same name differ in their keys: a client that trusts one refuses what the other has signed.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeAuthority = (commonName: string, now: Date = new Date()): Authority => {
  const key = makeKey()
  const name = nameOf({ commonName })
  const signing: Signing = { name, key, now }
  const own = certify(signing, name, key, [
    extension("2.5.29.19", Der.sequence(Der.yes), true),
    extension("2.5.29.15", Der.bits(Buffer.of(0b0000_0110), 1), true)
  ])
  return {
    certificate: own,
    key,
    issue: ({ usage, names = [], ...subject }) => {
      const ownKey = makeKey()
      const extensions = [
        extension("2.5.29.15", Der.bits(Buffer.of(0b1000_0000), 7), true),
        extension("2.5.29.37", Der.sequence(Der.objectIdentifier(usages[usage])))
      ]
      if (names.length > 0) extensions.push(extension("2.5.29.17", Der.sequence(...names.map(alternativeName))))
      return { certificate: certify(signing, nameOf(subject), ownKey, extensions), key: ownKey }
    }
  }
}

interface Signing {
  readonly name: Buffer
  readonly key: string
  readonly now: Date
}

const attribute = (identifier: string, value: string) =>
  Der.setOf(Der.sequence(Der.objectIdentifier(identifier), Der.utf8(value)))

const nameOf = ({ commonName, organization }: { readonly commonName: string; readonly organization?: string }) =>
  Der.sequence(
    ...(organization === undefined ? [] : [attribute("2.5.4.10", organization)]),
    attribute("2.5.4.3", commonName)
  )

const alternativeName = (name: string) =>
  isIPv4(name)
    ? Der.bareField(7, Buffer.from(name.split(".").map(Number)))
    : Der.bareField(2, Buffer.from(name, "ascii"))

const extension = (identifier: string, value: Buffer, critical = false) =>
  Der.sequence(Der.objectIdentifier(identifier), ...(critical ? [Der.yes] : []), Der.octets(value))

/** Identifies a key by a digest, so that a chain is found by the key and not by the name alone. */
const keyIdentifier = (encodedKey: Buffer) => createHash("sha1").update(encodedKey).digest()

const encodePublicKey = (key: string) => createPublicKey(key).export({ type: "spki", format: "der" })

const certify = (signing: Signing, subject: Buffer, key: string, extensions: ReadonlyArray<Buffer>): string => {
  const publicKey = encodePublicKey(key)
  const at = (offset: number) => Der.time(new Date(signing.now.getTime() + offset))
  const serial = randomBytes(16)
  serial[0] = 0x40 | (serial.readUInt8(0) & 0x3f)
  const body = Der.sequence(
    Der.field(0, Der.integer(Buffer.of(2))),
    Der.integer(serial),
    ecdsaWithSha256,
    signing.name,
    // A clock that is a little behind must not find the certificate of the future.
    Der.sequence(at(-hour), at(48 * hour)),
    subject,
    publicKey,
    Der.field(
      3,
      Der.sequence(
        ...extensions,
        extension("2.5.29.14", Der.octets(keyIdentifier(publicKey))),
        extension("2.5.29.35", Der.sequence(Der.bareField(0, keyIdentifier(encodePublicKey(signing.key)))))
      )
    )
  )
  const whole = Der.sequence(body, ecdsaWithSha256, Der.bits(sign("sha256", body, signing.key)))
  const lines = whole.toString("base64").match(/.{1,64}/gu) ?? []
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n")
}
