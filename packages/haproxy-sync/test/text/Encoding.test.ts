import { decodeText, encodeText } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"

const byte = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 })))
const bytes = Arbitrary.map(Arbitrary.array(byte, { maxLength: 60 }), (values) => Uint8Array.from(values))

describe("encodeText", () => {
  it.prop("gives the bytes back that decodeText was given", [bytes], ([given]) => {
    const { encoding, text } = decodeText(given)
    assert.deepStrictEqual(encodeText(text, encoding), given)
  })

  it.prop("gives the bytes of any well-formed text back", [Arbitrary.schema(Schema.String)], ([text]) => {
    const given = new TextEncoder().encode(text)
    const decoded = decodeText(given)
    assert.strictEqual(decoded.encoding, "utf8")
    assert.deepStrictEqual(encodeText(decoded.text, decoded.encoding), given)
  })

  it("gives all 256 bytes back, a large file too", () => {
    const given = Uint8Array.from({ length: 1_000_000 }, (_, index) => index % 256)
    const { encoding, text } = decodeText(given)
    assert.strictEqual(encoding, "latin1")
    assert.isTrue(Buffer.from(encodeText(text, encoding)).equals(Buffer.from(given)))
  })
})

describe("decodeText", () => {
  it("reads UTF-8 as characters and keeps a byte order mark", () => {
    assert.deepStrictEqual(decodeText(new TextEncoder().encode("\ufeffé😀")), { text: "\ufeffé😀", encoding: "utf8" })
  })

  it("reads other bytes one by one", () => {
    assert.deepStrictEqual(decodeText(Uint8Array.of(0x61, 0xe9, 0x0a)), { text: "aé\n", encoding: "latin1" })
  })
})
