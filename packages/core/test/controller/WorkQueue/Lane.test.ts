import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { Fifo } from "../../../src/controller/WorkQueue/Fifo.ts"
import { Lane, type Item } from "../../../src/controller/WorkQueue/Lane.ts"

const item = (key: string): Item => ({ key, since: 0, rank: 0, gone: false })

describe("Lane", () => {
  const steps = Schema.Array(
    Schema.Struct({
      step: Schema.Literals(["add", "add", "shift", "remove"]),
      namespace: Schema.Literals(["a", "b", "c"]),
      which: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 }))
    })
  ).check(Schema.isMaxLength(200))

  it.prop("gives out what was added and not taken out, the first of each namespace first", [steps], ([list]) => {
    const lane = new Lane()
    const model: Array<Item> = []
    const drop = (one: Item) => void model.splice(model.indexOf(one), 1)
    for (const [index, { namespace, step, which }] of list.entries()) {
      if (step === "add") {
        const one = item(`${namespace}/${index}`)
        lane.add(one)
        model.push(one)
      } else if (step === "shift") {
        const one = lane.shift()
        assert.strictEqual(one === undefined, model.length === 0)
        if (one === undefined) continue
        assert.strictEqual(
          one,
          model.find(({ key }) => key.startsWith(one.key.slice(0, 2)))
        )
        drop(one)
      } else {
        const one = model[which % Math.max(1, model.length)]
        if (one === undefined) continue
        lane.remove(one)
        drop(one)
      }
    }
    const rest: Array<Item> = []
    for (let one = lane.shift(); one !== undefined; one = lane.shift()) rest.push(one)
    const keys = (items: ReadonlyArray<Item>) => items.map(({ key }) => key).toSorted()
    assert.deepStrictEqual(keys(rest), keys(model))
  })
})

describe("Fifo", () => {
  it.prop("gives out what was put in, in that order", [Schema.Array(Schema.NullOr(Schema.Int))], ([list]) => {
    const fifo = new Fifo<number>()
    const model: Array<number> = []
    for (const number of list) {
      if (number === null) assert.strictEqual(fifo.shift(), model.shift())
      else {
        fifo.push(number)
        model.push(number)
      }
      assert.strictEqual(fifo.length, model.length)
      assert.strictEqual(fifo.peek(), model[0])
    }
  })

  it("keeps its order over many", () => {
    const fifo = new Fifo<number>()
    for (let number = 0; number < 1000; number++) fifo.push(number)
    for (let number = 0; number < 1000; number++) assert.strictEqual(fifo.shift(), number)
    assert.strictEqual(fifo.length, 0)
  })
})
