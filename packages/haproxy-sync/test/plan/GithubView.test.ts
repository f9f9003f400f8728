import { annotation, formatPlanAnnotations, plan } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { expect } from "vitest"
import { backend, config, section } from "../support/configs.ts"
import { mixedPair } from "../support/mixedPair.ts"

const annotations = (current: string, desired: string, guards = {}) => {
  const [from, to] = [config(current), config(desired)]
  return formatPlanAnnotations(plan(from, to, { guards }), to, (line) => ({ file: "edge/haproxy.cfg", line }))
}

describe("formatPlanAnnotations", () => {
  it("sums up, and tells of each section where it is desired", () => {
    expect(annotations(...mixedPair)).toMatchInlineSnapshot(`
      "::notice title=HAProxy plan::2 to create, 3 to update, 2 to delete, 1 to move. 9 requests, about 41 ms, 1 reload.
      ::notice file=edge/haproxy.cfg,line=1,title=global section::Update global section
      ::notice file=edge/haproxy.cfg,line=8,title=backend app::Update backend 'app'%0ADelete server 'b' from backend 'app'%0AUpdate server 'a' in backend 'app'
      ::notice file=edge/haproxy.cfg,line=12,title=backend new::Create backend 'new'%0ACreate server 'c' in backend 'new'
      ::notice file=edge/haproxy.cfg,line=3,title=frontend web::Move HTTP request rule (deny) in frontend 'web'
      ::notice title=backend old::Delete backend 'old'
      "
    `)
  })

  it("says so where there is nothing to do", () => {
    assert.strictEqual(annotations("global\n", "global\n"), "::notice title=HAProxy plan::In step: no changes.\n")
  })

  it("tells refusals as errors and what was left alone as warnings", () => {
    const lua = section("global", "lua-load-per-thread a", "lua-load-per-thread b")
    assert.strictEqual(
      annotations("global\n", lua).split("\n")[0],
      "::error file=edge/haproxy.cfg,line=3,title=HAProxy plan%2C refused::the Data Plane API keeps only the last lua-load-per-thread line%0Aload one Lua file that requires the others"
    )
    assert.strictEqual(
      annotations("global\n", lua, { own: ["backend"] }).split("\n")[0],
      "::warning title=HAProxy plan::1 section of the desired configuration is not owned and was left alone: global"
    )
  })

  it("has no place where none is known", () => {
    const [from, to] = [config(backend()), config(backend("mode http"))]
    assert.include(
      formatPlanAnnotations(plan(from, to), to, () => undefined),
      "::notice title=backend app::Update backend 'app'\n"
    )
  })
})

describe("annotation", () => {
  it("escapes what would end a message or a property", () => {
    assert.strictEqual(
      annotation("error", "50%: a,b\r\nc", { file: "a,b:c%.cfg", line: 2 }),
      "::error file=a%2Cb%3Ac%25.cfg,line=2::50%25: a,b%0D%0Ac"
    )
    assert.strictEqual(annotation("notice", "x"), "::notice::x")
  })
})
