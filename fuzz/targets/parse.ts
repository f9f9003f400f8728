import { Effect } from "effect"
import { assertUnderstood } from "../../packages/haproxy-sync/test/support/laws/understood.ts"
import { target as made } from "../Target.ts"
import { mutatedTexts } from "../texts.ts"

/** The longest time that reading may take: a second per megabyte, and a tenth for the machine's own pauses. */
const limit = (text: string): number => 100 + text.length / 1000

const timed = (text: string): number => {
  const start = performance.now()
  assertUnderstood(text)
  return performance.now() - start
}

const law = (text: string): void => {
  let took = timed(text)
  // Neither does a pause of the machine come three times, nor is code compiled that often.
  if (took > limit(text)) took = Math.min(took, timed(text), timed(text))
  if (took > limit(text)) throw new Error(`reading ${text.length} characters took ${took.toFixed(0)} ms`)
}

/** Every text ends in a model or in errors that say where they are, in linear time, and no statement is lost. */
export const target = made({
  inputs: Effect.sync(mutatedTexts),
  law,
  texts: { of: (text) => [text], join: ([text = ""]) => text }
})
