import { Resource, ResourceStore, SqliteStore } from "@lockstep/core"
import { PullRequestTracker } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import { started } from "../support/started.ts"
import { bundleOfTest, folderOfTest, lockstep, withBundle } from "../support/program.ts"

withBundle()

const draft = (number: number) => ({
  metadata: { name: `pr-${number}`, namespace: "default" },
  spec: { repository: { owner: "acme", name: "web" }, number, suspend: false }
})

const inFile = (path: string) => Effect.provide(SqliteStore.layer({ path, history: 1 }))

const watch = (...args: ReadonlyArray<string>) =>
  started(process.execPath, [bundleOfTest, "tracker", "watch", ...args], { HOME: folderOfTest })

const names = ({ items }: { readonly items: ReadonlyArray<{ readonly metadata: { readonly name: string } }> }) =>
  items.map(({ metadata }) => metadata.name).toSorted()

describe("lockstep tracker watch", () => {
  it.live(
    "tells what another program writes into the file, whatever of it is already forgotten",
    () =>
      Effect.gen(function* () {
        const store = join(folderOfTest, "watched.db")
        yield* ResourceStore.use((found) => found.create(PullRequestTracker, draft(1))).pipe(inFile(store))
        const watching = yield* watch("--store", store, "-o", "ndjson")
        yield* watching.until((out) => out.includes('"pr-1"'))

        // Several writers one after the other, each of which keeps next to no history.
        for (let round = 0; round < 4; round++) {
          yield* Effect.gen(function* () {
            const writer = yield* ResourceStore
            for (let at = 0; at < 20; at++) {
              yield* writer.create(PullRequestTracker, draft(100 * (round + 1) + at))
              if (at % 3 === 0) {
                yield* writer.delete(PullRequestTracker, Resource.key(`pr-${100 * (round + 1) + at}`, "default"))
              }
            }
          }).pipe(inFile(store))
        }
        yield* ResourceStore.use((writer) =>
          Effect.flatMap(writer.create(PullRequestTracker, draft(9)), (object) =>
            writer.updateStatus(PullRequestTracker, { ...object, status: { state: "qualified" } })
          )
        ).pipe(inFile(store))
        yield* watching.until((out) => /"pr-9".*"qualified"/u.test(out))
        const seen = new Set<string>()
        for (const line of (yield* watching.out).trimEnd().split("\n")) {
          const { apiVersion, kind, object, type } = JSON.parse(line)
          assert.deepStrictEqual([apiVersion, kind], ["lockstep/v1", "PullRequestTrackerEvent"])
          if (type === "deleted") seen.delete(object.metadata.name)
          else seen.add(object.metadata.name)
        }
        const { items } = JSON.parse(lockstep(["tracker", "list", "--store", store, "-o", "json"]).stdout)
        assert.deepStrictEqual([...seen].toSorted(), names({ items }))
        assert.isAbove(seen.size, 40)
        assert.strictEqual(yield* watching.end("SIGINT"), 130)
      }).pipe(Effect.scoped),
    60_000
  )

  it.live(
    "shows people a row for each event, and ends with 130 when it is interrupted",
    () =>
      Effect.gen(function* () {
        const path = join(folderOfTest, "shown.db")
        yield* ResourceStore.use((store) => store.create(PullRequestTracker, draft(1))).pipe(inFile(path))
        const watching = yield* watch("--store", path)
        yield* watching.until((out) => out.includes("pr-1"))
        yield* ResourceStore.use((store) =>
          Effect.flatMap(store.get(PullRequestTracker, Resource.key("pr-1", "default")), (object) =>
            store.updateStatus(PullRequestTracker, { ...object, status: { state: "merged" } })
          )
        ).pipe(inFile(path))
        yield* watching.until((out) => out.includes("merged"))
        yield* ResourceStore.use((store) => store.delete(PullRequestTracker, Resource.key("pr-1", "default"))).pipe(
          inFile(path)
        )
        yield* watching.until((out) => out.includes("deleted"))
        const rows = (yield* watching.out).split("\n").map((line) => line.split(/ {2,}/u).slice(0, 5).join(" "))
        assert.deepStrictEqual(rows, [
          "EVENT NAME STATE REPOSITORY PR",
          "added pr-1 web 1 0s",
          "modified pr-1 merged web 1",
          "deleted pr-1 merged web 1",
          ""
        ])
        assert.strictEqual(yield* watching.end("SIGINT"), 130)
        assert.strictEqual(yield* watching.errors, "")
      }).pipe(Effect.scoped),
    60_000
  )

  it("says so where there is nothing to look at, instead of waiting for it", () => {
    const absent = lockstep(["tracker", "watch", "--store", join(folderOfTest, "nothing.db")])
    assert.deepInclude(absent, { status: 1, stdout: "" })
    assert.include(absent.stderr, "error: there is no file FOLDER/nothing.db")
    const clusterless = lockstep(["tracker", "watch", "-o", "json"])
    assert.strictEqual(clusterless.status, 1)
    assert.include(JSON.parse(clusterless.stdout).error.message, "there is no kubeconfig")
    const both = lockstep(["tracker", "watch", "--store", "a.db", "--context", "prod"])
    assert.strictEqual(both.status, 64)
    assert.include(both.stderr, "leave one of them out")
  })
})
