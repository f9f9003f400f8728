import { longestCommon } from "./longestCommon.ts"

/**
 * How a text diff is written.
 *
 * @category views
 * @since 0.1.0
 */
export interface UnifiedDiffOptions {
  /** What the two texts are called. */
  readonly names: readonly [before: string, after: string]
  /** How many lines around a change are shown. */
  readonly context?: number
  /** What is shown of a line; the lines are compared as they are. */
  readonly show?: (line: string) => string
}

/** A line that stays, goes or comes, and how many lines of each text stand before it. */
interface Step {
  readonly mark: " " | "-" | "+"
  readonly line: string
  readonly before: number
  readonly after: number
}

/**
 * Returns what differs between two texts as a unified diff, as `patch` and `git apply` take it; the empty string where nothing does.
 *
 * **Details**
 *
 * Behind the place of each hunk stands the line that the section begins with.
 *
 * @category views
 * @since 0.1.0
 */
export const unifiedDiff = (
  before: string,
  after: string,
  { context = 3, names: [from, to], show = String }: UnifiedDiffOptions
): string => {
  const a = linesOf(before)
  const steps = stepsBetween(a, linesOf(after))
  const hunks = hunksOf(steps, context)
  if (hunks.length === 0) return ""
  const written = hunks.flatMap(([start, end]) => {
    const hunk = steps.slice(start, end)
    const heading = a.findLast((line, index) => index < (hunk[0]?.before ?? 0) && /^[^\s#]/.test(line))
    return [
      `${placeOf(hunk)}${heading === undefined ? "" : ` ${show(heading.trimEnd())}`}\n`,
      ...hunk.map(({ line, mark }) => {
        const text = line.endsWith("\n")
          ? `${show(line.slice(0, -1))}\n`
          : `${show(line)}\n\\ No newline at end of file\n`
        return mark + text
      })
    ]
  })
  return [`--- ${from}\n`, `+++ ${to}\n`, ...written].join("")
}

/** The lines with their ends. */
const linesOf = (text: string): ReadonlyArray<string> => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

const stepsBetween = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): ReadonlyArray<Step> => {
  const shortest = Math.min(a.length, b.length)
  let head = 0
  while (head < shortest && a[head] === b[head]) head++
  let tail = 0
  while (tail < shortest - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const kept = [
    ...Array.from({ length: head }, (_, place) => [place, place] as const),
    ...longestCommon(a.slice(head, a.length - tail), b.slice(head, b.length - tail)).map(
      ([from, to]) => [from + head, to + head] as const
    ),
    ...Array.from({ length: tail }, (_, place) => [a.length - tail + place, b.length - tail + place] as const)
  ]
  const steps: Array<Step> = []
  let [i, j] = [0, 0]
  for (const [from, to] of [...kept, [a.length, b.length] as const]) {
    for (; i < from; i++) steps.push({ mark: "-", line: a[i] ?? "", before: i, after: j })
    for (; j < to; j++) steps.push({ mark: "+", line: b[j] ?? "", before: i, after: j })
    const line = a[i]
    if (line !== undefined) steps.push({ mark: " ", line, before: i++, after: j++ })
  }
  return steps
}

/** The changes with the lines around them; those that meet are one hunk. */
const hunksOf = (steps: ReadonlyArray<Step>, context: number): ReadonlyArray<readonly [start: number, end: number]> => {
  const hunks: Array<[number, number]> = []
  for (const [index, { mark }] of steps.entries()) {
    if (mark === " ") continue
    const [start, end] = [Math.max(0, index - context), Math.min(steps.length, index + context + 1)]
    const last = hunks.at(-1)
    if (last !== undefined && start <= last[1]) last[1] = end
    else hunks.push([start, end])
  }
  return hunks
}

const placeOf = (hunk: ReadonlyArray<Step>): string => {
  const side = (start: number, gone: "-" | "+") => {
    const count = hunk.filter(({ mark }) => mark === " " || mark === gone).length
    // Where nothing is, the line before is named.
    const line = count === 0 ? start : start + 1
    return count === 1 ? `${line}` : `${line},${count}`
  }
  const [first] = hunk
  return `@@ -${side(first?.before ?? 0, "-")} +${side(first?.after ?? 0, "+")} @@`
}
