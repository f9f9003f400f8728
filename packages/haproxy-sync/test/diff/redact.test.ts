import {
  formatPlan,
  formatPlanAnnotations,
  formatPlanMarkdown,
  formatTextDiff,
  plan,
  planToJson
} from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { grammars } from "../../src/grammar/grammars.ts"
import type { Field } from "../../src/grammar/Args.ts"
import { redacted, redactText, redactValue } from "../../src/diff/redact.ts"
import { config, section } from "../support/configs.ts"
import { lines, secret, secrets } from "../support/secretLines.ts"

/** All that shows a plan. */
const viewsOf = (from: string, to: string): Readonly<Record<string, string>> => {
  const [current, desired] = [config(from), config(to)]
  const result = plan(current, desired)
  assert.isNotEmpty(result.operations)
  return {
    json: JSON.stringify(planToJson(result)),
    human: formatPlan(result),
    markdown: formatPlanMarkdown(result),
    github: formatPlanAnnotations(result, desired, () => undefined),
    diff: formatTextDiff(result, current, desired, { names: ["a", "b"] })
  }
}

const anyLine = Arbitrary.schema(Schema.Literals(lines.map((_, index) => index)))

const secretFields = (fields: ReadonlyArray<Field>): ReadonlyArray<Field> =>
  fields.flatMap((field) => [...(field.secret === true ? [field] : []), ...secretFields(field.fields ?? [])])

describe("a plan that is shown", () => {
  it.each(lines)("in %s never tells the secret of %s", (header, line) => {
    const [without, included] = [section(header), section(header, line)]
    const other = section(header, line.replace(secret, `${secret}er`))
    for (const [current, desired] of [
      [without, included],
      [included, without],
      [included, other],
      ["", included],
      [included, ""]
    ] as const) {
      for (const [name, view] of Object.entries(viewsOf(current, desired))) assert.notInclude(view, secret, name)
    }
  })

  it.prop(
    "never tells any secret of two configurations that hold several",
    [
      Arbitrary.array(Arbitrary.all({ line: anyLine, before: secrets, after: secrets }), { minLength: 1, maxLength: 6 })
    ],
    ([chosen]) => {
      // Each line once: of two users with one name, only the first is one.
      const own = [...new Map(chosen.map((one) => [one.line, one])).values()]
      const text = (secretOf: (one: (typeof chosen)[number]) => string, ...more: ReadonlyArray<string>) =>
        [...Map.groupBy(own, ({ line }) => lines[line]?.[0] ?? "")]
          .map(([header, ones]) =>
            section(header, ...ones.map((one) => (lines[one.line]?.[1] ?? "").replace(secret, secretOf(one))), ...more)
          )
          .join("")
      const views = viewsOf(
        text(({ before }) => before),
        text(({ after }) => after, "# a remark", "no-such-keyword")
      )
      for (const [name, view] of Object.entries(views)) {
        for (const one of own.flatMap(({ after, before }) => [before, after])) assert.notInclude(view, one, name)
      }
    }
  )

  it("shows what only names where a secret comes from", () => {
    const lines = [
      "http-request set-header Authorization %[var(txn.token)]",
      "http-request set-header X-Signature %[var(txn.body),hmac(sha256,txn.key)]",
      "http-request deny unless { http_auth_bearer,jwt_verify(txn.alg,/etc/key.pem) 1 }"
    ]
    for (const line of lines) assert.strictEqual(redactText(line), line)
    const json = viewsOf(section("frontend f"), section("frontend f", ...lines))["json"]
    assert.include(json, "%[var(txn.token)]")
    assert.include(json, "hmac(sha256,txn.key)")
  })

  it("still tells that a secret has changed", () => {
    const text = (password: string) => section("userlist u", `user ines insecure-password ${password}`)
    const [operation] = planToJson(plan(config(text("a")), config(text("b")))).operations
    assert.deepStrictEqual(operation?.changed, [{ field: "password", before: redacted, after: redacted }])
  })

  it("does not touch the operations themselves", () => {
    const result = plan(config(""), config(section("userlist u", `user ines insecure-password ${secret}`)))
    planToJson(result)
    assert.include(JSON.stringify(result.operations), secret)
  })
})

describe("redactText", () => {
  it.each(lines)("in %s hides the secret of %s and nothing else", (_, line) => {
    const [before = ""] = line.split(secret)
    const shown = redactText(line)
    assert.notInclude(shown, secret)
    assert.include(shown, redacted)
    assert.isTrue(shown.startsWith(before.replace(/"[^"]*$/, "").trimEnd()))
  })

  it("hides both words of a quoted one", () => {
    assert.strictEqual(redactText('user a password "b c" groups d'), `user a password ${redacted} groups d`)
  })

  it("leaves other lines as they are", () => {
    const line = 'http-request auth realm "a b" if !{ http_auth(u) }'
    assert.strictEqual(redactText(line), line)
  })
})

describe("redactValue", () => {
  it("hides every field that a grammar calls a secret, however deep it stands", () => {
    const filled = (fields: ReadonlyArray<Field>): Record<string, unknown> =>
      Object.fromEntries(
        fields.map((field) => {
          const inner = field.fields === undefined ? secret : filled(field.fields)
          if (field.type === "list" || field.type === "strings") return [field.name, [inner]]
          return [field.name, field.type === "map" ? { x: inner } : inner]
        })
      )
    for (const { fields } of grammars.values()) {
      const count = (value: unknown) => JSON.stringify(value).split(`"${secret}"`).length
      const all = filled(fields)
      assert.strictEqual(count(all) - count(redactValue(all, fields)), secretFields(fields).length)
    }
  })
})
