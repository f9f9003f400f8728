import {
  compare,
  type DiffSummary,
  formatSummary,
  hasChanges,
  structuralOperations,
  totalOperations
} from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { config, section } from "../support/configs.ts"

const summary = (current: string, desired: string): DiffSummary => compare(config(current), config(desired)).summary

const current = [
  section("global", "maxconn 1"),
  section("defaults d", "mode http"),
  section("frontend same", "bind :1"),
  section("frontend changed", "bind :2"),
  section("frontend gone", "bind :3"),
  section("backend changed", "server a 10.0.0.1:80", "server b 10.0.0.2:80", "server c 10.0.0.3:80"),
  section("backend gone", "server a 10.0.0.1:80"),
  section("cache c", "max-age 5"),
  section("ring r", "size 4096")
].join("")

const desired = [
  section("global", "maxconn 2"),
  section("defaults d", "mode tcp"),
  section("frontend same", "bind :1"),
  section("frontend changed", "bind :2", "http-request deny"),
  section("frontend new", "bind :4"),
  section("frontend another", "bind :5"),
  section("backend changed", "server b 10.0.0.2:80 weight 2", "server c 10.0.0.3:80 weight 2", "server d 10.0.0.4:80"),
  section("backend new", "server a 10.0.0.1:80", "server b 10.0.0.1:80"),
  section("cache c", "max-age 6"),
  section("cache d", "max-age 6")
].join("")

describe("summarizeOperations", () => {
  it("fills every field", () => {
    assert.deepStrictEqual(summary(current, desired), {
      totalCreates: 10,
      totalUpdates: 5,
      totalDeletes: 4,
      globalChanged: true,
      defaultsChanged: true,
      frontendsAdded: ["new", "another"],
      frontendsModified: ["changed"],
      frontendsDeleted: ["gone"],
      backendsAdded: ["new"],
      backendsModified: ["changed"],
      backendsDeleted: ["gone"],
      serversAdded: { changed: ["d"], new: ["a", "b"] },
      serversModified: { changed: ["b", "c"] },
      serversDeleted: { changed: ["a"] },
      otherChanges: { cache: 2, ring: 1 }
    })
  })

  it("counts a move as an update", () => {
    const [one, other] = [
      ["deny", "allow"],
      ["allow", "deny"]
    ].map((actions) => section("frontend f", ...actions.map((action) => `http-request ${action}`)))
    assert.deepStrictEqual(
      [summary(one ?? "", other ?? "").totalUpdates, summary(one ?? "", other ?? "").frontendsModified],
      [1, ["f"]]
    )
  })
})

describe("formatSummary", () => {
  it("tells a line for each thing that changes", () => {
    assert.strictEqual(
      formatSummary(summary(current, desired)),
      [
        "Total: 19 operations (10 creates, 5 updates, 4 deletes)",
        "- Global settings modified",
        "- Defaults modified",
        "- Frontends added: new, another",
        "- Frontends modified: changed",
        "- Frontends deleted: gone",
        "- Backends added: new",
        "- Backends modified: changed",
        "- Backends deleted: gone",
        "- Servers added: changed: 1, new: 2",
        "- Servers modified: changed: 2",
        "- Servers deleted: changed: 1",
        "- Other changes: cache: 2, ring: 1"
      ].join("\n")
    )
  })

  it("says so where there is nothing", () => {
    assert.strictEqual(formatSummary(summary(current, current)), "No changes")
  })
})

describe("totalOperations", () => {
  it("counts all of them, and structuralOperations all but changed servers", () => {
    const all = summary(current, desired)
    assert.deepStrictEqual([totalOperations(all), structuralOperations(all), hasChanges(all)], [19, 17, true])
    assert.isFalse(hasChanges(summary(current, current)))
  })
})
