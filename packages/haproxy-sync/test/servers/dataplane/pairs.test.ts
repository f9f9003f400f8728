import { DataplaneClient, Synchronizer } from "@lockstep/haproxy-sync"
import { Effect, Layer, Redacted } from "effect"
import { DataplaneApiServer, locateDataplaneApi } from "../../../../../tools/servers/DataplaneApiServer.ts"
import { describeCorpus } from "../../support/corpus.ts"
import { pairSuite } from "../../support/pairs/pairSuite.ts"

const { version } = await Effect.runPromise(locateDataplaneApi)

describeCorpus(`A plan that is carried out by the Data Plane API ${version}`, () => {
  pairSuite(version.startsWith("3.0.") ? "3.0" : "3.2", (config) =>
    Effect.map(
      DataplaneApiServer.start({
        config: ({ directory, runtimeSocket }) => config({ directory, socket: runtimeSocket })
      }),
      ({ haproxy: { binary, directory, runtimeSocket }, password, url, username }) => ({
        binary,
        place: { directory, socket: runtimeSocket },
        layer: Synchronizer.layer.pipe(
          Layer.provideMerge(DataplaneClient.layer({ baseUrl: url, username, password: Redacted.make(password) }))
        )
      })
    )
  )
})
