import {
  calibrate,
  type Cost,
  type CostModel,
  type Measurement,
  measuredCosts,
  secondsOf
} from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"

const kinds = ["transaction", "direct", "runtime", "item", "list", "section", "raw"] as const
const sizes = [0, 59_000, 630_000, 3_600_000]

const costOf = (model: CostModel, kind: Measurement["kind"]): Cost =>
  kind === "transaction" || kind === "direct" ? model[kind] : model.request[kind]

/** What a server with these costs would be measured to take. */
const measured = (
  model: CostModel,
  of: ReadonlyArray<Measurement["kind"]> = kinds,
  at: ReadonlyArray<number> = sizes
): ReadonlyArray<Measurement> =>
  of.flatMap((kind) => at.map((bytes) => ({ kind, bytes, seconds: secondsOf(costOf(model, kind), bytes) })))

const scaledBy = (factor: number): CostModel => {
  const scale = ({ fixed, perMegabyte }: Cost) => ({ fixed: fixed * factor, perMegabyte: perMegabyte * factor })
  const { direct, request, transaction } = measuredCosts
  return {
    transaction: scale(transaction),
    direct: scale(direct),
    request: {
      runtime: scale(request.runtime),
      item: scale(request.item),
      list: scale(request.list),
      section: scale(request.section),
      raw: scale(request.raw)
    }
  }
}

/** The costs of all kinds, without what computing with fractions leaves. */
const rounded = (model: CostModel) =>
  kinds.map((kind) => {
    const { fixed, perMegabyte } = costOf(model, kind)
    return [kind, Math.round(fixed * 1000) / 1000, Math.round(perMegabyte * 1000) / 1000]
  })

const cost = Arbitrary.map(
  Arbitrary.all({
    fixed: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 500 }))),
    perMegabyte: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2000 })))
  }),
  (one): Cost => one
)
const models = Arbitrary.all({
  transaction: cost,
  direct: cost,
  request: Arbitrary.all({ runtime: cost, item: cost, list: cost, section: cost, raw: cost })
})

describe("calibrate", () => {
  it.prop("finds the costs of a server that takes exactly so long", [models], ([model]) => {
    assert.deepStrictEqual(rounded(calibrate(measured(model))), rounded(model))
  })

  it("changes nothing without measurements", () => {
    assert.deepStrictEqual(rounded(calibrate([])), rounded(measuredCosts))
  })

  it("keeps the shape of a kind that was measured with one size only", () => {
    assert.deepStrictEqual(rounded(calibrate(measured(scaledBy(3), kinds, [59_000]))), rounded(scaledBy(3)))
  })

  it("scales what was not measured as the others were in the middle", () => {
    assert.deepStrictEqual(rounded(calibrate(measured(scaledBy(2), ["raw", "item"]))), rounded(scaledBy(2)))
    const odd = { kind: "raw", bytes: 59_000, seconds: 1000 } as const
    assert.deepStrictEqual(calibrate([...measured(scaledBy(2), ["item"]), odd]).direct, scaledBy(2).direct)
  })

  it("is near to the costs where each measurement is some way off", () => {
    const off = measured(measuredCosts, ["item"], [50_000, 100_000, 500_000, 1_000_000, 2_000_000]).map(
      (one, index) => ({
        ...one,
        seconds: one.seconds * (index % 2 === 0 ? 1.05 : 0.95)
      })
    )
    const { fixed, perMegabyte } = calibrate(off).request.item
    assert.approximately(perMegabyte, measuredCosts.request.item.perMegabyte, 8)
    assert.approximately(fixed, measuredCosts.request.item.fixed, 1)
  })

  it("has no cost that is negative", () => {
    const falling = calibrate([
      { kind: "item", bytes: 0, seconds: 0.03 },
      { kind: "item", bytes: 1e6, seconds: 0.01 }
    ]).request.item
    assert.strictEqual(falling.perMegabyte, 0)
    assert.isTrue(falling.fixed >= 10 && falling.fixed <= 30)
    const steep = calibrate([
      { kind: "item", bytes: 1e5, seconds: 0.001 },
      { kind: "item", bytes: 1e6, seconds: 0.1 }
    ]).request.item
    assert.strictEqual(steep.fixed, 0)
    assert.isAbove(steep.perMegabyte, 0)
  })

  it("leaves out what is no measurement", () => {
    const wrong = [Number.NaN, -1, Number.POSITIVE_INFINITY].flatMap((number): ReadonlyArray<Measurement> => [
      { kind: "raw", bytes: 1000, seconds: number },
      { kind: "raw", bytes: number, seconds: 1 }
    ])
    assert.deepStrictEqual(rounded(calibrate(wrong)), rounded(measuredCosts))
  })

  it("does not depend on the order of the measurements", () => {
    const all = measured(scaledBy(2))
    assert.deepStrictEqual(rounded(calibrate(all.toReversed())), rounded(calibrate(all)))
  })
})
