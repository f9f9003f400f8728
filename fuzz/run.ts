// Tries a law on random inputs, as many as asked for: prints the seed, and the smallest input found for which the law doesn't hold.
import { parseArgs } from "node:util"
import { Effect, Random } from "effect"
import type { Target } from "./Target.ts"

const targets: Readonly<Record<string, () => Promise<{ readonly target: Target }>>> = {
  parse: () => import("./targets/parse.ts"),
  roundtrip: () => import("./targets/roundtrip.ts"),
  plan: () => import("./targets/plan.ts"),
  labels: () => import("./targets/labels.ts")
}

const usage = `usage: npm run fuzz -- TARGET [--rounds N] [--seed S], where TARGET is one of ${Object.keys(targets).join(", ")}`

const options = (() => {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { rounds: { type: "string", default: "10000" }, seed: { type: "string" } }
    })
    const [name = "", ...more] = positionals
    const load = Object.hasOwn(targets, name) ? targets[name] : undefined
    const rounds = Number(values.rounds)
    if (load === undefined || more.length > 0 || !Number.isInteger(rounds) || rounds < 1) return undefined
    return { name, load, rounds, seed: values.seed ?? String(Date.now()) }
  } catch {
    return undefined
  }
})()

if (options === undefined) {
  console.error(usage)
  process.exit(64)
}

/** How many inputs are tried under one seed: the state of what makes them is thrown away then. */
const batch = 1000

const { load, name, rounds, seed } = options
console.log(`${name}: ${rounds} rounds, seed ${seed}`)
const { target } = await load()
const started = performance.now()

const found = await Effect.runPromise(
  Effect.gen(function* () {
    const attempt = yield* target.start
    for (let done = 0; done < rounds; done += batch) {
      const runs = Math.min(batch, rounds - done)
      const broken = yield* attempt(runs, `${seed}/${done}`)
      if (broken !== undefined) return broken
      if ((done / batch) % 10 === 9 || done + runs === rounds) console.error(`${done + runs} of ${rounds}`)
    }
    return undefined
  }).pipe(Random.withSeed(seed))
)

if (found !== undefined) {
  console.log(`failed; the smallest input found:\n${found}`)
  process.exit(1)
}
console.log(`${rounds} passed in ${((performance.now() - started) / 1000).toFixed(0)} s`)
