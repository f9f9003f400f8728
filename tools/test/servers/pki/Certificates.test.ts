import { createPrivateKey, X509Certificate } from "node:crypto"
import { connect, createServer, type TLSSocket } from "node:tls"
import { assert, describe, it } from "@effect/vitest"
import { type Authority, type Certificate, makeAuthority } from "../../../servers/pki/Certificates.ts"

const read = ({ certificate }: Certificate) => new X509Certificate(certificate)

const serverOf = (authority: Authority) =>
  authority.issue({ commonName: "server", usage: "server", names: ["127.0.0.1", "localhost"] })

/** Shakes hands over TLS, both sides asking for a certificate, and answers the client's name as the server sees it. */
const shakeHands = (server: Certificate, client: Certificate, trusted: Authority): Promise<string> =>
  new Promise((resolve, reject) => {
    const listener = createServer(
      {
        cert: server.certificate,
        key: server.key,
        ca: trusted.certificate,
        requestCert: true,
        rejectUnauthorized: true
      },
      (socket: TLSSocket) => {
        const { subject } = socket.getPeerCertificate()
        socket.end()
        listener.close(() => resolve([subject.O, subject.CN].join("/")))
      }
    )
    listener.listen(0, "127.0.0.1", () => {
      const address = listener.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      const socket = connect({
        host: "127.0.0.1",
        port,
        ca: trusted.certificate,
        cert: client.certificate,
        key: client.key
      })
      socket.on("error", (error) => listener.close(() => reject(error)))
      socket.on("data", () => {})
    })
  })

describe("makeAuthority", () => {
  it("signs itself and may sign others", () => {
    const own = read(makeAuthority("test authority"))
    assert.isTrue(own.ca)
    assert.isTrue(own.verify(own.publicKey))
    assert.isTrue(own.checkIssued(own))
    assert.strictEqual(own.subject, "CN=test authority")
  })

  it("issues a certificate that names its subject, its key and the names it serves", () => {
    const authority = makeAuthority("test authority")
    const issued = serverOf(authority)
    const certificate = read(issued)
    assert.isFalse(certificate.ca)
    assert.isTrue(certificate.verify(read(authority).publicKey))
    assert.isTrue(certificate.checkIssued(read(authority)))
    assert.isTrue(certificate.checkPrivateKey(createPrivateKey(issued.key)))
    assert.strictEqual(certificate.checkIP("127.0.0.1"), "127.0.0.1")
    assert.strictEqual(certificate.checkHost("localhost"), "localhost")
    assert.isUndefined(certificate.checkHost("example.com"))
  })

  it("is valid from an hour before the given time until two days after it", () => {
    const { validFrom, validTo } = read(makeAuthority("test authority", new Date("2030-01-02T03:04:05Z")))
    assert.strictEqual(validFrom, "Jan  2 02:04:05 2030 GMT")
    assert.strictEqual(validTo, "Jan  4 03:04:05 2030 GMT")
  })

  it("makes client certificates a TLS server accepts", async () => {
    const authority = makeAuthority("test authority")
    const client = authority.issue({ commonName: "admin", organization: "system:masters", usage: "client" })
    assert.strictEqual(await shakeHands(serverOf(authority), client, authority), "system:masters/admin")
  })

  it("does not vouch for another authority of the same name", async () => {
    const [trusted, other] = [makeAuthority("test authority"), makeAuthority("test authority")]
    const client = trusted.issue({ commonName: "admin", usage: "client" })
    const refusal = await shakeHands(serverOf(other), client, trusted).catch(
      (error: NodeJS.ErrnoException) => error.code
    )
    assert.strictEqual(refusal, "UNABLE_TO_VERIFY_LEAF_SIGNATURE")
  })
})
