import { Resource } from "@lockstep/core"
import { assert, layer } from "@effect/vitest"
import { Arbitrary, Effect, Result, Schema } from "effect"
import { SharedKubeApiServer } from "../../../../../tools/servers/SharedKubeApiServer.ts"
import { pathOf, serverWith } from "../../support/kinds.ts"

/** Whatever JavaScript and RE2 write or mean differently. */
const patterns = {
  dot: /^.$/u,
  space: /^\s+$/u,
  blackClass: /^\S[^\s]*$/u,
  word: /^\w+\b.?\B/u,
  digit: /^\d\D$/u,
  codes: /[\u00e4\u{1F600}\x41]/u,
  ranges: /^[\u00c0-\u024f\u{1d400}-\u{1d7ff}]+$/u,
  classes: /^[\w.\-\]^]+$/u,
  negated: /^[^a-z\n]$/u,
  groups: /^(?:a|(?<name>b))*$/u,
  repeats: /^a{2,3}b{0,}c{1}$/u,
  slash: /^\/[/]\.$/u,
  lines: /^a$/u
}

const optional = Object.fromEntries(
  Object.entries(patterns).map(([name, pattern]) => [
    name,
    Schema.optionalKey(Schema.String.check(Schema.isPattern(pattern)))
  ])
)

const Phrase = Resource.make({
  group: "test.lockstep.dev",
  version: "v1",
  kind: "Phrase",
  plural: "phrases",
  description: "Texts that have to match.",
  spec: Schema.Struct(optional),
  status: Schema.Struct({})
})

const pieces = [
  "a",
  "b",
  "B",
  "c",
  "1",
  "_",
  "-",
  "]",
  "^",
  ".",
  "/",
  " ",
  "\t",
  "\n",
  "\r",
  "\v",
  "\u00a0",
  "\u2028",
  "\ufeff",
  "\u0085",
  "ä",
  "Ä",
  "𝒳",
  "😀",
  "\u0301"
]

const texts = Arbitrary.array(Arbitrary.schema(Schema.Literals(pieces)), { maxLength: 4 }).pipe(
  Arbitrary.map((parts) => parts.join(""))
)

layer(serverWith(Phrase), { timeout: "2 minutes" })("a pattern", (it) => {
  it.effect.prop(
    "matches the same texts on the server as here",
    { text: texts },
    ({ text }) =>
      Effect.gen(function* () {
        const { namespace, request } = yield* SharedKubeApiServer
        const spec = Object.fromEntries(Object.keys(patterns).map((name) => [name, text]))
        const { body, status } = yield* request(`${pathOf(Phrase, namespace)}?dryRun=All`, {
          method: "POST",
          body: { apiVersion: Phrase.apiVersion, kind: Phrase.kind, metadata: { name: "trial" }, spec }
        })
        const causes: ReadonlyArray<{ readonly field: string }> = status === 201 ? [] : body.details.causes
        const here = Object.entries(patterns).flatMap(([name, pattern]) => (pattern.test(text) ? [] : [`spec.${name}`]))
        assert.deepStrictEqual(
          causes.map(({ field }) => field).toSorted(byText),
          here.toSorted(byText),
          JSON.stringify(text)
        )
        assert.strictEqual(Result.isSuccess(Schema.decodeUnknownResult(Phrase.spec)(spec)), here.length === 0)
      }),
    { arbitrary: { runs: 600 } }
  )
})

const byText = (a: string, b: string) => (a < b ? -1 : 1)
