import { KubernetesStore, Transport } from "@lockstep/core/kubernetes"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, References } from "effect"
import { onLiveClock } from "../../../../../tools/servers/LiveClock.ts"
import { SharedKubeApiServer } from "../../../../../tools/servers/SharedKubeApiServer.ts"
import { groupOf, type Member } from "../../support/shards.ts"

const world = Layer.unwrap(
  SharedKubeApiServer.useSync(({ kubeconfigs }) =>
    KubernetesStore.layer.pipe(Layer.provideMerge(Transport.layer({ kubeconfig: kubeconfigs.admin })))
  )
).pipe(Layer.provideMerge(SharedKubeApiServer.layer), Layer.orDie)

/** Waits until each of them holds that many parts. */
const hold = (members: ReadonlyArray<Member>, expected: ReadonlyArray<number>) =>
  Effect.forEach(members, ({ held }) => held).pipe(
    Effect.map((held) => held.map((parts) => parts.length).toSorted((a, b) => a - b)),
    Effect.delay("100 millis"),
    Effect.repeat({ until: (counts) => counts.join() === expected.join() })
  )

layer(world, { timeout: "2 minutes" })("a group of replicas on a real server", (it) => {
  it.effect(
    "shares the parts out anew whenever one comes, goes or dies",
    () =>
      Effect.gen(function* () {
        const { namespace } = yield* SharedKubeApiServer
        const { journal, join } = groupOf({ name: "operator", namespace, shards: 6 })
        const one = yield* join("one")
        yield* hold([one], [6])
        const [two, three] = [yield* join("two"), yield* join("three")]
        yield* hold([one, two, three], [2, 2, 2])
        const handedOver = [...journal.gaps]
        yield* two.leave
        yield* hold([one, three], [3, 3])
        yield* one.die
        yield* hold([three], [6])
        const [moved, died] = [Math.max(...handedOver), Math.max(...journal.gaps)]
        console.log(`a part was alone for ${moved.toFixed(1)} s when handed over, ${died.toFixed(1)} s after a death`)
        assert.deepStrictEqual(journal.overlaps, [])
        assert.isBelow(moved, 15)
        assert.isAtMost(died, 20)
      }).pipe(Effect.scoped, Effect.provideService(References.MinimumLogLevel, "None"), onLiveClock),
    240_000
  )
})
