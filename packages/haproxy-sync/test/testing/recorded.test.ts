import { assert, it } from "@effect/vitest"
import { describeCorpus, exchangeRecords, recordedVersions } from "../support/corpus.ts"
import { explains, knownDeviations } from "./deviations.ts"
import { type Deviation, playScenario } from "./playExchanges.ts"

describeCorpus("The in-process Data Plane API", () => {
  const found: Array<Deviation> = []
  it.each(recordedVersions)(
    "answers as the recorded server %s, but for what is known",
    async (version) => {
      const scenarios = Map.groupBy(exchangeRecords(version), ({ scenario }) => scenario)
      for (const records of scenarios.values()) found.push(...(await playScenario(version, records)))
      const unexplained = found
        .filter((deviation) => deviation.version === version)
        .filter((deviation) => !knownDeviations.some((known) => explains(known, deviation)))
      assert.deepStrictEqual(
        unexplained.map(({ ours, record, what }) => ({
          place: `${record.scenario} ${record.step} ${record.request.method} ${record.request.path}`,
          what,
          ours,
          theirs: what === "text" ? record.config_after : record.response
        })),
        []
      )
    },
    120_000
  )

  it("has no entry for a deviation that is gone", () => {
    const idle = knownDeviations.filter((known) => !found.some((deviation) => explains(known, deviation)))
    assert.deepStrictEqual(
      idle.map(({ at, because }) => `${at.source}: ${because}`),
      []
    )
  })
})
