import { join } from "node:path"
import { Effect } from "effect"
import { describeCorpus } from "../../support/corpus.ts"
import { haproxyBinary } from "../../support/haproxyDump.ts"
import { pairSuite } from "../../support/pairs/pairSuite.ts"
import { folder, overHaproxy } from "../../support/realHaproxy.ts"

for (const version of ["3.0", "3.2"] as const) {
  describeCorpus(`A plan that is carried out over HAProxy ${version}`, () => {
    pairSuite(version, (config) =>
      Effect.gen(function* () {
        const binary = haproxyBinary(version)
        const directory = yield* folder
        const place = { directory, socket: join(directory, "stats.sock") }
        const { layer } = yield* overHaproxy({ api: version, config: config(place), directory, haproxy: binary })
        return { binary, place, layer }
      })
    )
  })
}
