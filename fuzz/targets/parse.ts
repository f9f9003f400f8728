import { Effect } from "effect"
import { assertUnderstood } from "../../packages/haproxy-sync/test/support/laws/understood.ts"
import { target as made } from "../Target.ts"
import { mutatedTexts } from "../texts.ts"

/** The milliseconds of the processor that reading may take: a second per megabyte, and what compiling the code takes once. */
const limit = (text: string): number => 100 + text.length / 1000

/** How long the processor was busy with a text: that others keep it busy too doesn't count. */
const timed = (text: string): number => {
  const before = process.cpuUsage()
  assertUnderstood(text)
  const { system, user } = process.cpuUsage(before)
  return (system + user) / 1000
}

const law = (text: string): void => {
  let took = timed(text)
  // Garbage is not collected three times in a row, nor is code compiled that often.
  if (took > limit(text)) took = Math.min(took, timed(text), timed(text))
  if (took > limit(text))
    throw new Error(`reading ${text.length} characters took ${took.toFixed(0)} ms of the processor`)
}

/** Every text ends in a model or in errors that say where they are, in linear time, and no statement is lost. */
export const target = made({
  inputs: Effect.sync(mutatedTexts),
  law,
  texts: { of: (text) => [text], join: ([text = ""]) => text }
})
