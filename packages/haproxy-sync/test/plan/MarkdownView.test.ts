import { formatPlanMarkdown, plan } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { expect } from "vitest"
import { backend, config, section } from "../support/configs.ts"
import { mixedPair } from "../support/mixedPair.ts"

const markdown = (current: string, desired: string, guards = {}) =>
  formatPlanMarkdown(plan(config(current), config(desired), { guards }))

describe("formatPlanMarkdown", () => {
  it("has a title with the counts, the forecast, and a part for each section", () => {
    expect(markdown(...mixedPair)).toMatchInlineSnapshot(`
      "### HAProxy plan: 2 to create, 3 to update, 2 to delete, 1 to move

      9 requests, about 41 ms, 1 reload.

      <details><summary><b>global section</b>: 1 to update</summary>

      \`\`\`diff
      ! Update global section
      -     performance_options.maxconn: 1
      +     performance_options.maxconn: 2
      #     needs a reload: performance_options.maxconn
      \`\`\`

      </details>

      <details><summary><b>backend app</b>: 2 to update, 1 to delete</summary>

      \`\`\`diff
      ! Update backend 'app'
      -     error_files: {"code":503,"file":"/a.http"}
      +     error_files: {"code":503,"file":"/b.http"}
      +     error_files: {"code":404,"file":"/c.http"}
      #     needs a reload: error_files
      - Delete server 'b' from backend 'app'
      ! Update server 'a' in backend 'app'
      +     check: enabled
      -     weight: 1
      +     weight: 2
      #     needs a reload: check
      \`\`\`

      </details>

      <details><summary><b>backend new</b>: 2 to create</summary>

      \`\`\`diff
      + Create backend 'new'
      + Create server 'c' in backend 'new'
      \`\`\`

      </details>

      <details><summary><b>frontend web</b>: 1 to move</summary>

      \`\`\`diff
      ! Move HTTP request rule (deny) in frontend 'web'
      \`\`\`

      </details>

      <details><summary><b>backend old</b>: 1 to delete</summary>

      \`\`\`diff
      - Delete backend 'old'
      \`\`\`

      </details>
      "
    `)
  })

  it("says so where there is nothing to do", () => {
    assert.strictEqual(markdown("global\n", "global\n"), "### HAProxy plan: in step, no changes\n")
  })

  it("tells what is refused and what was left alone before everything else", () => {
    const old = section("backend <old>_*", "server s 10.0.0.1:80")
    expect(
      markdown(section("global", "daemon") + backend("mode tcp") + old, backend("mode http"), {
        own: ["backend"],
        maxDeletes: 0
      })
    ).toMatchInlineSnapshot(`
      "### HAProxy plan, refused: 0 to create, 1 to update, 1 to delete

      > [!CAUTION]
      > **Refused:** the plan deletes 1, and 0 are allowed: backend '&lt;old&gt;\\_\\*'
      >
      > check that the desired configuration is complete; if this is meant, allow 1 delete

      4 requests, about 28 ms, 1 reload.

      <details><summary><b>backend app</b>: 1 to update</summary>

      \`\`\`diff
      ! Update backend 'app'
      -     mode: tcp
      +     mode: http
      #     needs a reload: mode
      \`\`\`

      </details>

      <details><summary><b>backend &lt;old&gt;_*</b>: 1 to delete</summary>

      \`\`\`diff
      - Delete backend '<old>_*'
      \`\`\`

      </details>
      "
    `)
    assert.include(
      markdown("global\n", section("global", "lua-load-per-thread a", "lua-load-per-thread b")),
      "> **Refused:** line 3: the Data Plane API keeps "
    )
    expect(markdown("global\n" + backend(), "global\n" + backend("mode http") + old, { own: ["backend/app"] }))
      .toMatchInlineSnapshot(`
      "### HAProxy plan: 0 to create, 1 to update, 0 to delete

      > [!NOTE]
      > 1 section of the desired configuration is not owned and was left alone: backend &lt;old&gt;\\_\\*

      3 requests, about 26 ms, 1 reload.

      <details><summary><b>backend app</b>: 1 to update</summary>

      \`\`\`diff
      ! Update backend 'app'
      +     mode: http
      #     needs a reload: mode
      \`\`\`

      </details>
      "
    `)
  })

  it("says why something goes as text, and what comes into force later", () => {
    expect(markdown(backend("no-such-keyword 1"), backend("no-such-keyword 2"))).toMatchInlineSnapshot(`
      "### HAProxy plan: 0 to create, 1 to update, 0 to delete

      1 request, about 41 ms, 1 reload.

      <details><summary><b>backend app</b>: 1 to update</summary>

      \`\`\`diff
      ! Update backend 'app'
      -     lines: no-such-keyword 1
      +     lines: no-such-keyword 2
      #     needs a reload: lines
      #     as text, since the Data Plane API has no field for "no-such-keyword" on line 2
      \`\`\`

      </details>
      "
    `)
    expect(markdown(backend("server s 127.0.0.1:1 disabled"), backend("server s 10.0.0.1:80 check")))
      .toMatchInlineSnapshot(`
      "### HAProxy plan: 0 to create, 1 to update, 0 to delete

      1 request, about 43 ms, no reload.

      <details><summary><b>backend app</b>: 1 to update</summary>

      \`\`\`diff
      ! Update server 's' in backend 'app'
      -     address: 127.0.0.1
      +     address: 10.0.0.1
      +     check: enabled
      -     maintenance: enabled
      -     port: 1
      +     port: 80
      #     check: in force from the next reload on
      \`\`\`

      </details>
      "
    `)
  })

  it("keeps its block together, whatever stands in it", () => {
    const text = markdown(backend("no-such-keyword a"), backend("no-such-keyword ```` <b>"))
    assert.match(text, /\n`{5}diff\n[^]*```` <b>[^]*\n`{5}\n/)
  })

  it("fits into a comment: sections and lines that are too many are counted", () => {
    const many = (weight: number) =>
      Array.from({ length: 1000 }, (_, index) => section(`backend b${index}`, `timeout server ${weight}s`)).join("")
    const sections = markdown(many(1), many(2))
    assert.isBelow(sections.length, 61_000)
    assert.match(sections, /\n\nAnd \d+ more sections\.\n$/)
    const servers = (weight: number) =>
      backend(...Array.from({ length: 1000 }, (_, index) => `server s${index} 10.0.0.1:80 weight ${weight}`))
    assert.include(markdown(servers(1), servers(2)), "\n# and 2800 more lines\n```\n")
  })

  it("never shows a secret", () => {
    const users = (password: string) => section("userlist u", `user ines insecure-password ${password}`)
    assert.notInclude(markdown(users("geheim"), users("geheimer")), "geheim")
    assert.include(
      markdown(users("geheim"), users("geheimer")),
      "-     password: <redacted>\n+     password: <redacted>\n"
    )
  })
})
