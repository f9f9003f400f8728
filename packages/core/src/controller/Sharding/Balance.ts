/** What one replica knows of who holds which part. */
export interface View {
  readonly replica: string
  /** The parts that it works on itself. */
  readonly own: ReadonlySet<number>
  /** Who holds each part; nobody, or not known, where there is nothing. */
  readonly holders: ReadonlyArray<string | undefined>
  /** Who asks for each part. */
  readonly wishes: ReadonlyArray<string | undefined>
}

/** What a replica does for a fair share. */
export type Step =
  | { readonly _tag: "give"; readonly index: number }
  | { readonly _tag: "ask"; readonly indexes: ReadonlyArray<number>; readonly holder: string }
  | { readonly _tag: "rest" }

/** With one part more than another nobody gains anything by giving it away. */
const tooMany = 2

/** Decides what a replica does next: it gives to who asks and has less, or asks who has most. */
export const next = ({ holders, own, replica, wishes }: View): Step => {
  const counts = new Map<string, number>()
  for (const holder of holders) {
    if (holder !== undefined && holder !== "") counts.set(holder, (counts.get(holder) ?? 0) + 1)
  }
  for (const index of own) {
    const wish = wishes[index]
    if (wish === undefined || wish === replica) continue
    if (own.size - (counts.get(wish) ?? 0) >= tooMany) return { _tag: "give", index }
  }
  // What is free goes to whoever has least anyway.
  if (holders.some((holder) => holder === undefined || holder === "")) return { _tag: "rest" }
  const [richest] = [...counts].filter(([holder]) => holder !== replica).toSorted(([, a], [, b]) => b - a)
  if (richest === undefined || richest[1] - own.size < tooMany) return { _tag: "rest" }
  const [holder] = richest
  return { _tag: "ask", holder, indexes: holders.flatMap((one, index) => (one === holder ? [index] : [])) }
}
