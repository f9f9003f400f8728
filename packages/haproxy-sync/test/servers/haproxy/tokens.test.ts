import { readFileSync } from "node:fs"
import { join } from "node:path"
import { decodeText, parseDocument } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Schema } from "effect"
import { corpus, corpusTable, describeCorpus } from "../../support/corpus.ts"
import { dumpFile, dumpOf, dumpText, haproxyBinary, printed } from "../../support/haproxyDump.ts"

const isError = ({ severity }: { readonly severity: string }) => severity === "error"

const files = (): ReadonlyArray<string> => [
  ...corpusTable("configs.tsv").map(({ file = "" }) => file),
  ...corpusTable("pairs.tsv").flatMap(({ name = "" }) => [`pairs/${name}/initial.cfg`, `pairs/${name}/desired.cfg`])
]

describeCorpus("tokensOf over the corpus", () => {
  it.each(files())("sees the words of %s as HAProxy 3.2 does, or refuses it as HAProxy does", async (name) => {
    const file = join(corpus, name)
    const document = parseDocument(decodeText(readFileSync(file)).text, file)
    const { refused, stdout } = await dumpFile(haproxyBinary("3.2"), file)
    assert.strictEqual(document.diagnostics.some(isError), refused)
    const once = dumpOf(document, {}, "3.2")
    if (!refused && !printed(stdout, once)) assert.strictEqual(stdout.toString("latin1"), once.toString("latin1"))
  })
})

const environment = { SET: "va lue", LIST: "p q\tr  s", EMPTY: "" }

/** Everything that means something to the tokenizer; `.SECTION` aside, which HAProxy does not know while it only splits. */
const pieces = [
  "a b { } $ . - _ # ' \" \\ é [*] \\\\ \\t \\# \\\" \\' \\$ \\1 \\x41 \\xc3\\xa9 \\xff \\x00 \\x4 \\xzz".split(" "),
  "$SET ${SET} ${SET-z} ${EMPTY} ${LIST[*]} $UNSET ${UNSET} ${UNSET-d} ${UNSET[*]} ${.LINE} ${.FOO} $.".split(" "),
  ["\t", "\t", '"', '"', "\r", "\v", "\f", "\\\t", "\\ ", "${UNSET-d e}", "${UNSET[*]-q\tr}"]
].flat()

/**
 * Up to 3.2 HAProxy passes over a carriage return, like the blanks, behind a quoted reference to an unset variable, and reads on. Where
 * a line ends would depend on the environment then; the document warns of whatever stands behind a carriage return.
 */
const endsAnywhere = /"[\t\v\f ]*\r/

const lines = Arbitrary.array(
  Arbitrary.map(Arbitrary.array(Arbitrary.schema(Schema.Literals(pieces)), { minLength: 1, maxLength: 9 }), (parts) =>
    parts.join("").replace(endsAnywhere, '"')
  ),
  // HAProxy gives up after some fifty errors.
  { minLength: 40, maxLength: 40 }
)

describe("tokensOf", () => {
  for (const version of ["3.2", "3.4"] as const) {
    it.effect.prop(
      `splits random lines as HAProxy ${version} does, and refuses the same ones`,
      [lines],
      ([random]) =>
        Effect.gen(function* () {
          const text = `global\n${random.map((line) => `x\t${line}\n`).join("")}`
          const document = parseDocument(text)
          const { errors, stdout } = yield* Effect.promise(() => dumpText(haproxyBinary(version), text, environment))
          const refused = new Set(document.diagnostics.filter(isError).map(({ line }) => line))
          assert.deepStrictEqual([...refused], [...errors.keys()])
          const once = dumpOf(document, environment, version)
          if (!printed(stdout, once)) assert.strictEqual(stdout.toString("latin1"), once.toString("latin1"))
        }),
      { arbitrary: { runs: 60, size: 40 }, timeout: 120_000 }
    )
  }
})
