import { formatPlan, plan, planToJson } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { grammars } from "../../src/grammar/grammars.ts"
import type { Field } from "../../src/grammar/Args.ts"
import { redacted, redactText, redactValue } from "../../src/plan/redact.ts"
import { config, section } from "../support/configs.ts"

const secret = "geheim"

/** Every line that holds a secret, in a section that may hold it. */
const lines: ReadonlyArray<[header: string, line: string]> = [
  ["userlist u", `user ines password ${secret}`],
  ["userlist u", `user ines insecure-password "${secret} two"`],
  ["global", `cluster-secret ${secret}`],
  ["global", `stats bind :1 ssl crt a.pem ca-sign-pass ${secret}`],
  ["frontend f", `bind :1 ssl crt a.pem ca-sign-pass ${secret}`],
  ["frontend f", `stats auth ines:${secret}`],
  ["backend b", `dynamic-cookie-key ${secret}`],
  ["backend b", `stats auth ines:${secret}`],
  ["backend b", `server s 10.0.0.1:1 tcp-md5sig ${secret}`],
  ["defaults d", `stats auth "ines:${secret}"`],
  ["listen l", `stats auth ines:${secret}`],
  ["acme a", `acme-vars "token=${secret},name=x"`]
]

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
      const result = plan(config(current), config(desired))
      assert.isNotEmpty(result.operations)
      assert.notInclude(JSON.stringify(planToJson(result)), secret)
      assert.notInclude(formatPlan(result), secret)
    }
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
