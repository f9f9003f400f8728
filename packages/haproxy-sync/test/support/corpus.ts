import { describe } from "@effect/vitest"
import { corpus, corpusPresent } from "./corpusFiles.ts"

export * from "./corpusFiles.ts"

const ci = process.env["CI"] !== undefined && process.env["CI"] !== ""

if (!corpusPresent) {
  const message = `the corpus is not at ${corpus}`
  if (ci) throw new Error(`${message}: CI has to put it there`)
  console.warn(`${message}: the tests over it are skipped`)
}

/** Declares tests that read the corpus. Where it is absent they are skipped and say so; in CI its absence is a failure. */
export const describeCorpus: (title: string, tests: () => void) => void = corpusPresent ? describe : describe.skip
