import { MemoryStore, ResourceStore } from "@lockstep/core"
import { Effect } from "effect"
import { contract } from "./contract.ts"
import { Depot } from "./Parcel.ts"

const history = 10

const forget = Effect.gen(function* () {
  const store = yield* ResourceStore
  for (let n = 0; n < 2 * history; n++) {
    yield* Effect.orDie(store.create(Depot, { metadata: { name: `depot-${n}` }, spec: { town: "Bern" } }))
  }
})

contract("MemoryStore", MemoryStore.layer({ history }), { collectsGarbage: true, testClock: true, forget })
