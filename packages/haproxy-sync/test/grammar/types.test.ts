import { describe, expectTypeOf, it } from "@effect/vitest"
import type {
  Backend,
  Balance,
  Bind,
  Defaults,
  Frontend,
  Global,
  HttpRequestRule,
  Listen,
  Quoted,
  Server,
  StatsOptions
} from "../../src/grammar/types.ts"

describe("the types of the models", () => {
  it("know the fields of a server", () => {
    expectTypeOf<Server["name"]>().toEqualTypeOf<string | undefined>()
    expectTypeOf<Server["weight"]>().toEqualTypeOf<number | undefined>()
    expectTypeOf<Server["inter"]>().toEqualTypeOf<number | undefined>()
    expectTypeOf<Server["check"]>().toEqualTypeOf<"enabled" | "disabled" | undefined>()
    expectTypeOf<Server["on-marked-down"]>().toEqualTypeOf<"shutdown-sessions" | Quoted | undefined>()
    expectTypeOf<Server>().not.toHaveProperty("no-such-field")
  })

  it("know the fields of a bind", () => {
    expectTypeOf<Bind["port"]>().toEqualTypeOf<number | undefined>()
    expectTypeOf<Bind["ssl"]>().toEqualTypeOf<true | undefined>()
    expectTypeOf<Bind["default_crt_list"]>().toEqualTypeOf<ReadonlyArray<string> | undefined>()
  })

  it("know what sections hold", () => {
    expectTypeOf<NonNullable<Backend["servers"]>[string]>().toExtend<Server>()
    expectTypeOf<NonNullable<Frontend["binds"]>[string]>().toExtend<Bind>()
    expectTypeOf<NonNullable<Listen["servers"]>[string]>().toExtend<Server>()
    expectTypeOf<NonNullable<Frontend["http_request_rule_list"]>[number]>().toExtend<HttpRequestRule>()
    expectTypeOf<Defaults["client_timeout"]>().toEqualTypeOf<number | undefined>()
    expectTypeOf<Backend["mode"]>().toEqualTypeOf<"http" | "tcp" | "log" | Quoted | undefined>()
    expectTypeOf<StatsOptions["stats_enable"]>().toEqualTypeOf<true | undefined>()
    expectTypeOf<Global["nbthread"]>().toEqualTypeOf<number | undefined>()
    expectTypeOf<Frontend>().not.toHaveProperty("servers")
    expectTypeOf<Backend>().not.toHaveProperty("binds")
  })

  it("name the actions that the API has a model of", () => {
    expectTypeOf<"set-header">().toExtend<HttpRequestRule["type"]>()
    expectTypeOf<"ot-group">().not.toExtend<HttpRequestRule["type"]>()
    expectTypeOf<"sticky">().not.toExtend<Balance["algorithm"]>()
  })
})
