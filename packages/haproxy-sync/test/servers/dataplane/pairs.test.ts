import { DataplaneClient, Synchronizer } from "@lockstep/haproxy-sync"
import { Effect, Layer, Redacted, Schedule } from "effect"
import { DataplaneApiServer, locateDataplaneApi } from "../../../../../tools/servers/DataplaneApiServer.ts"
import { describeCorpus } from "../../support/corpus.ts"
import { pairSuite } from "../../support/pairs/pairSuite.ts"

const { version } = await Effect.runPromise(locateDataplaneApi)

describeCorpus(`A plan that is carried out by the Data Plane API ${version}`, () => {
  pairSuite(version.startsWith("3.0.") ? "3.0" : "3.2", (config) =>
    Effect.gen(function* () {
      const { haproxy, password, url, username } = yield* DataplaneApiServer.start({
        config: ({ directory, runtimeSocket }) => config({ directory, socket: runtimeSocket })
      })
      const { binary, directory, processes, runtime, runtimeSocket } = haproxy
      const before = yield* processes
      // The reload is a signal, behind which the old worker answers for a moment.
      const settled = Effect.map(runtime("show info"), (info) => Number(/^Pid: (\d+)$/m.exec(info)?.[1])).pipe(
        Effect.filterOrFail((pid) => pid > 0 && !before.workers.includes(pid)),
        Effect.retry({ schedule: Schedule.spaced("20 millis"), times: 250 }),
        Effect.orDie
      )
      return {
        binary,
        settled,
        place: { directory, socket: runtimeSocket },
        layer: Synchronizer.layer.pipe(
          Layer.provideMerge(DataplaneClient.layer({ baseUrl: url, username, password: Redacted.make(password) }))
        )
      }
    })
  )
})
