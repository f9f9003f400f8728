import { compare, deferredFields, type Operation, reloadCauses } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { backend, config, section } from "../support/configs.ts"

const operations = (current: string, desired: string): ReadonlyArray<Operation> =>
  compare(config(current), config(desired)).operations
const causes = (current: string, desired: string) => operations(current, desired).flatMap(reloadCauses)
const server = (words: string) => backend(`server s ${words}`)

describe("reloadCauses", () => {
  it.each([
    ["a weight", "10.0.0.1:80 weight 1", "10.0.0.1:80 weight 2"],
    ["a weight where there was none", "10.0.0.1:80", "10.0.0.1:80 weight 2"],
    ["an address", "10.0.0.1:80", "10.0.0.2:80"],
    ["an IPv6 address", "10.0.0.1:80", "[2001:db8::1]:80"],
    ["a port", "10.0.0.1:80", "10.0.0.1:81"],
    ["maintenance", "10.0.0.1:80", "10.0.0.1:80 disabled"],
    ["the end of maintenance", "10.0.0.1:80 disabled", "10.0.0.1:80"],
    ["the port of the health check", "10.0.0.1:80 check port 81", "10.0.0.1:80 check port 82"]
  ])("finds none for %s", (_, current, desired) => {
    assert.isNotEmpty(operations(server(current), server(desired)))
    assert.deepStrictEqual(causes(server(current), server(desired)), [])
  })

  it.each([
    ["a name for an address", "10.0.0.1:80", "app.example.test:80", ["address"]],
    ["a socket for an address", "10.0.0.1:80", "/run/app.sock", ["address", "port"]],
    ["a weight that is gone", "10.0.0.1:80 weight 2", "10.0.0.1:80", ["weight"]],
    ["another field", "10.0.0.1:80", "10.0.0.1:80 backup", ["backup"]],
    ["another field beside one that needs none", "10.0.0.1:80 weight 1", "10.0.0.1:80 weight 2 backup", ["backup"]],
    ["a health check of a server in use", "10.0.0.1:80", "10.0.0.1:80 check", ["check"]]
  ])("names the fields for %s", (_, current, desired, fields) => {
    assert.deepStrictEqual(causes(server(current), server(desired)), fields)
  })

  it("finds none for the connections of a frontend, unless their limit goes", () => {
    const [one, two, none] = [
      section("frontend f", "maxconn 1"),
      section("frontend f", "maxconn 2"),
      section("frontend f")
    ]
    assert.deepStrictEqual(causes(one, two), [])
    assert.deepStrictEqual(causes(one, none), ["maxconn"])
    assert.deepStrictEqual(causes(one, section("frontend f", "maxconn 2", "mode tcp")), ["mode"])
  })

  it("names what is done where something comes or goes", () => {
    assert.deepStrictEqual(causes(backend(), server("10.0.0.1:80")), ["create"])
    assert.deepStrictEqual(causes(server("10.0.0.1:80"), backend()), ["delete"])
  })

  it("takes no change of a server outside of a backend for one at runtime", () => {
    const ring = (weight: number) => section("ring r", `server s 10.0.0.1:514 weight ${weight}`)
    assert.isNotEmpty(causes(ring(1), ring(2)))
  })
})

describe("deferredFields", () => {
  const deferred = (current: string, desired: string) =>
    operations(server(current), server(desired)).flatMap(deferredFields)

  it("lets the health check of a server wait that goes into maintenance, or comes out of it", () => {
    const [used, parked] = ["10.0.0.1:80 check", "127.0.0.1:1 disabled"]
    for (const [from, to] of [
      [used, parked],
      [parked, used]
    ] as const) {
      assert.deepStrictEqual(deferred(from, to), ["check"])
      assert.deepStrictEqual(causes(server(from), server(to)), [])
    }
  })

  it("lets nothing wait for a server that stays in use", () => {
    assert.deepStrictEqual(deferred("10.0.0.1:80", "10.0.0.2:80 check"), [])
  })

  it("names the health check among the causes where there is a reload anyway", () => {
    assert.deepStrictEqual(causes(server("10.0.0.1:80 check"), server("10.0.0.1:80 disabled backup")), [
      "backup",
      "check"
    ])
  })
})
