import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { type Edit, editScript } from "../../src/diff/EditScript.ts"

type List = ReadonlyArray<string>

/** Carries steps out one after another. */
const carriedOut = (a: List, edits: ReadonlyArray<Edit>, b: List): List =>
  edits.reduce((list, edit) => {
    const next = [...list]
    if (edit.type === "create") next.splice(edit.index, 0, b[edit.to] ?? "?")
    else if (edit.type === "delete") next.splice(edit.index, 1)
    else if (edit.type === "update") next[edit.index] = b[edit.to] ?? "?"
    else next.splice(edit.toIndex, 0, ...next.splice(edit.index, 1))
    return next
  }, a)

const elements = (letters: string, maxLength: number, minLength = 0): Arbitrary.Arbitrary<List> =>
  Arbitrary.array(Arbitrary.schema(Schema.Literals(letters.split(""))), { maxLength, minLength })

const types = (a: string, b: string) =>
  editScript(a.split(""), b.split("")).map((edit) => {
    if (edit.type === "move") return `move ${edit.index}→${edit.toIndex}`
    return `${edit.type} ${edit.index}`
  })

/** All lists that one step away from a list, its values taken from an alphabet. */
const neighbours = (list: string, alphabet: string): ReadonlyArray<string> => {
  const result: Array<string> = []
  for (let i = 0; i <= list.length; i++) {
    const [head, tail] = [list.slice(0, i), list.slice(i)]
    for (const letter of alphabet) {
      result.push(head + letter + tail)
      if (tail !== "") result.push(head + letter + tail.slice(1))
    }
    if (tail === "") continue
    const rest = head + tail.slice(1)
    result.push(rest)
    for (let to = 0; to <= rest.length; to++) result.push(rest.slice(0, to) + (tail[0] ?? "") + rest.slice(to))
  }
  return result
}

/** The number of steps from a list to every list up to a length, by looking at all there are. */
const distancesFrom = (start: string, alphabet: string, longest: number): ReadonlyMap<string, number> => {
  const distances = new Map([[start, 0]])
  let reached = [start]
  for (let steps = 1; reached.length > 0; steps++) {
    const next: Array<string> = []
    for (const list of reached) {
      for (const one of neighbours(list, alphabet)) {
        if (one.length > longest || distances.has(one)) continue
        distances.set(one, steps)
        next.push(one)
      }
    }
    reached = next
  }
  return distances
}

/** The lists that are no more steps away than `most`. */
const within = (start: string, most: number, alphabet: string): ReadonlySet<string> => {
  const seen = new Set([start])
  let reached = [start]
  for (let steps = 0; steps < most; steps++) {
    const next: Array<string> = []
    for (const list of reached) {
      for (const one of neighbours(list, alphabet)) {
        if (seen.has(one)) continue
        seen.add(one)
        next.push(one)
      }
    }
    reached = next
  }
  return seen
}

/** Whether there is a way of so many steps, by going them from both ends: each step can be taken back by one. */
const isReachable = (a: string, b: string, steps: number): boolean => {
  const alphabet = [...new Set(a + b)].join("")
  const [there, back] = [within(a, Math.ceil(steps / 2), alphabet), within(b, Math.floor(steps / 2), alphabet)]
  return [...back].some((list) => there.has(list))
}

/**
 * The number of steps by a formula: over all ways to keep pairs in order, an equal pair saves two steps, another pair one, and an
 * element that is left on both sides one.
 */
const fewest = (a: List, b: List): number => {
  const saved = (i: number, j: number, left: List, right: List): number => {
    if (i === a.length || j === b.length) {
      const others = [...right, ...b.slice(j)]
      const moved = [...left, ...a.slice(i)].filter((key) => {
        const at = others.indexOf(key)
        if (at >= 0) others.splice(at, 1)
        return at >= 0
      })
      return moved.length
    }
    return Math.max(
      saved(i + 1, j + 1, left, right) + (a[i] === b[j] ? 2 : 1),
      saved(i + 1, j, [...left, a[i] ?? ""], right),
      saved(i, j + 1, left, [...right, b[j] ?? ""])
    )
  }
  return a.length + b.length - saved(0, 0, [], [])
}

describe("editScript", () => {
  it.each<[title: string, a: string, b: string, edits: ReadonlyArray<string>]>([
    ["nothing of equal lists", "abc", "abc", []],
    ["nothing of empty lists", "", "", []],
    ["an element in front", "bc", "abc", ["create 0"]],
    ["an element in between", "ac", "abc", ["create 1"]],
    ["an element at the end", "ab", "abc", ["create 2"]],
    ["another of equal elements", "aa", "aaa", ["create 2"]],
    ["one less of equal elements", "aaa", "aa", ["delete 2"]],
    ["a change in place", "abc", "axc", ["update 1"]],
    ["a change of everything", "abc", "xyz", ["update 0", "update 1", "update 2"]],
    ["the first element at the end", "abcd", "bcda", ["move 0→3"]],
    ["the last element in front", "abcd", "dabc", ["move 3→0"]],
    ["two elements the other way round", "ab", "ba", ["move 0→1"]],
    ["a move and changes rather than much anew", "axy", "pqa", ["move 0→2", "update 0", "update 1"]],
    ["deletes from the end", "abcde", "c", ["delete 4", "delete 3", "delete 1", "delete 0"]]
  ])("gives %s", (_, a, b, edits) => assert.deepStrictEqual(types(a, b), edits))

  it("puts one element before a thousand in one step", () => {
    const rules = Array.from({ length: 1000 }, (_, index) => `rule ${index % 700}`)
    assert.deepStrictEqual(editScript(rules, ["new", ...rules]), [{ type: "create", index: 0, to: 0 }])
    assert.deepStrictEqual(editScript(["old", ...rules], rules), [{ type: "delete", index: 0, from: 0 }])
  })

  it("takes as few steps as there are differences in long lists", () => {
    const rules = Array.from({ length: 3000 }, (_, index) => `rule ${index}`)
    const changed = rules.toSpliced(2500, 0, "new").with(1500, "other").toSpliced(20, 1)
    const [moved = ""] = changed.splice(700, 1)
    changed.splice(1800, 0, moved)
    assert.strictEqual(editScript(rules, changed).length, 4)
  })

  it("turns lists with nothing in common and many elements into each other", () => {
    const list = (name: string) => Array.from({ length: 4000 }, (_, index) => `${name} ${index}`)
    assert.strictEqual(editScript(list("a"), list("b")).length, 4000)
    const shuffled = list("a").toSorted((x, y) => x.slice(-1).localeCompare(y.slice(-1)))
    const edits = editScript(list("a"), shuffled)
    assert.deepStrictEqual(carriedOut(list("a"), edits, shuffled), shuffled)
  })

  it.prop("turns the first list into the second", [elements("abcdefgh", 30), elements("abcdefgh", 30)], ([a, b]) =>
    assert.deepStrictEqual(carriedOut(a, editScript(a, b), b), b)
  )

  it.prop(
    "never takes more steps than building the second list anew",
    [elements("abc", 20), elements("abd", 20)],
    ([a, b]) => assert.isAtMost(editScript(a, b).length, Math.max(a.length, b.length) + Math.min(a.length, b.length))
  )

  it.prop("takes no step between a list and itself", [elements("abc", 30)], ([a]) =>
    assert.deepStrictEqual(editScript(a, [...a]), [])
  )

  it.prop(
    "names the elements it moves, changes and deletes",
    [elements("abcd", 12), elements("abcd", 12)],
    ([a, b]) => {
      for (const edit of editScript(a, b)) {
        if (edit.type === "move") assert.strictEqual(a[edit.from], b[edit.to])
        if (edit.type === "update") assert.notStrictEqual(a[edit.from], b[edit.to])
      }
    }
  )

  it.prop(
    "takes the fewest steps for up to six elements",
    [elements("abcdef", 6), elements("abcdef", 6)],
    ([a, b]) => assert.strictEqual(editScript(a, b).length, fewest(a, b)),
    { arbitrary: { runs: 2000 } }
  )

  it.prop(
    "takes the fewest steps for more elements if none occurs twice",
    [elements("abcdefghijk", 11), elements("abcdefghxyz", 11)],
    ([a, b]) => {
      const [once, twice] = [[...new Set(a)], [...new Set(b)]]
      assert.strictEqual(editScript(once, twice).length, fewest(once, twice))
    },
    { arbitrary: { runs: 30 } }
  )

  it("takes as few steps as any other way through all lists of three letters up to a length of four", () => {
    const lists = [...distancesFrom("", "abc", 4).keys()]
    assert.strictEqual(lists.length, 121)
    for (const a of lists) {
      for (const [b, steps] of distancesFrom(a, "abc", 5)) {
        if (b.length > 4) continue
        assert.strictEqual(editScript(a.split(""), b.split("")).length, steps, `${a} → ${b}`)
      }
    }
  })

  it("takes as few steps as any other way through all lists of two letters up to a length of six", () => {
    const lists = [...distancesFrom("", "ab", 6).keys()]
    assert.strictEqual(lists.length, 127)
    for (const a of lists) {
      for (const [b, steps] of distancesFrom(a, "ab", 7)) {
        if (b.length > 6) continue
        assert.strictEqual(editScript(a.split(""), b.split("")).length, steps, `${a} → ${b}`)
      }
    }
  })

  it.prop(
    "leaves no shorter way between lists of up to six elements",
    [elements("abcdef", 6, 4), elements("abcdef", 6, 4)],
    ([a, b]) => {
      const { length } = editScript(a, b)
      if (length > 0) assert.isFalse(isReachable(a.join(""), b.join(""), length - 1), `${a.join("")} → ${b.join("")}`)
    },
    { arbitrary: { runs: 300 }, timeout: 60_000 }
  )
})
