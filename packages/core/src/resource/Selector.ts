/**
 * Selectors: which objects of a kind are meant, as `app=web,tier in (front,back),!legacy`.
 *
 * @since 0.1.0
 */
import { Result } from "effect"

/**
 * One condition of a selector. All of them must hold.
 *
 * @category models
 * @since 0.1.0
 */
export type Requirement =
  | { readonly operator: "in"; readonly key: string; readonly values: ReadonlyArray<string> }
  | { readonly operator: "notin"; readonly key: string; readonly values: ReadonlyArray<string> }
  | { readonly operator: "exists"; readonly key: string }
  | { readonly operator: "absent"; readonly key: string }

/**
 * A selector, read.
 *
 * @category models
 * @since 0.1.0
 */
export type Selector = ReadonlyArray<Requirement>

const name = "[A-Za-z0-9][-A-Za-z0-9_./]*"
const value = "([^=!()\\s]*)"
const list = "\\(([^()]*)\\)"

const forms: ReadonlyArray<readonly [RegExp, (key: string, rest: string) => Requirement]> = [
  [new RegExp(`^(${name})\\s*==?\\s*${value}$`, "u"), (key, rest) => ({ operator: "in", key, values: [rest] })],
  [new RegExp(`^(${name})\\s*!=\\s*${value}$`, "u"), (key, rest) => ({ operator: "notin", key, values: [rest] })],
  [new RegExp(`^(${name})\\s+in\\s+${list}$`, "u"), (key, rest) => ({ operator: "in", key, values: split(rest) })],
  [
    new RegExp(`^(${name})\\s+notin\\s+${list}$`, "u"),
    (key, rest) => ({ operator: "notin", key, values: split(rest) })
  ],
  [new RegExp(`^!\\s*(${name})$`, "u"), (key) => ({ operator: "absent", key })],
  [new RegExp(`^(${name})$`, "u"), (key) => ({ operator: "exists", key })]
]

const split = (text: string) => text.split(",").map((item) => item.trim())

/**
 * Reads a selector, or says which part of it can't be understood.
 *
 * @category parsing
 * @since 0.1.0
 */
export const parse = (text: string): Result.Result<Selector, string> => {
  const requirements: Array<Requirement> = []
  for (const part of text.trim() === "" ? [] : text.split(/,(?![^(]*\))/u)) {
    const requirement = parseRequirement(part.trim())
    if (requirement === undefined) {
      return Result.fail(`'${part.trim()}' is no selector; write key=value, key!=value, key in (a,b), key or !key`)
    }
    requirements.push(requirement)
  }
  return Result.succeed(requirements)
}

const parseRequirement = (part: string): Requirement | undefined => {
  for (const [pattern, make] of forms) {
    const match = pattern.exec(part)
    if (match !== null) return make(match[1] ?? "", match[2] ?? "")
  }
  return undefined
}

/**
 * Reports whether values satisfy every condition of a selector.
 *
 * **Gotchas**
 *
 * As in Kubernetes, `key!=value` and `key notin (…)` also hold where the key is absent.
 *
 * @category matching
 * @since 0.1.0
 */
export const matches = (selector: Selector, valueOf: (key: string) => string | undefined): boolean =>
  selector.every((requirement) => holds[requirement.operator](requirement, valueOf(requirement.key)))

const holds: {
  readonly [Operator in Requirement["operator"]]: (is: Requirement, found: string | undefined) => boolean
} = {
  in: (is, found) => found !== undefined && listed(is, found),
  notin: (is, found) => found === undefined || !listed(is, found),
  exists: (_, found) => found !== undefined,
  absent: (_, found) => found === undefined
}

const listed = (is: Requirement, found: string) => "values" in is && is.values.includes(found)
