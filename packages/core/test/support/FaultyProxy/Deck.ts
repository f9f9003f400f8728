/** Numbers from 0 up to 1 that are the same for the same seed. */
export const numbersFrom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    // A counter whose bits are stirred: each step of it is as good as another.
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}

/** Deals cards at random, and every card once before one comes again, so that none is missing in a long game. */
export const deckOf = <Card>(cards: ReadonlyArray<Card>, random: () => number): (() => Card | undefined) => {
  let rest: Array<Card> = []
  return () => {
    if (rest.length === 0) rest = [...cards]
    const [card] = rest.splice(Math.floor(random() * rest.length), 1)
    return card
  }
}
