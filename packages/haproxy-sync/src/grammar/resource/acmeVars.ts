import { converted } from "../Args.ts"

type Variables = Readonly<Record<string, string>>

const read = (text: string): Variables => {
  const inner = text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text
  const pairs = inner.split(/(?<!\\),/).flatMap((pair) => {
    const equals = pair.trim().indexOf("=")
    const [name, value] = [pair.trim().slice(0, equals), pair.trim().slice(equals + 1)]
    return equals > 0 ? [[name, value.replaceAll('\\"', '"').replaceAll("\\,", ",")] as const] : []
  })
  return Object.fromEntries(pairs)
}

const write = (variables: Variables): string =>
  `"${Object.keys(variables)
    .toSorted()
    .map((name) => `${name}=${(variables[name] ?? "").replaceAll('"', '\\"').replaceAll(",", "\\,")}`)
    .join(",")}"`

/**
 * The variables of `acme-vars "NAME=VALUE,…"`; a quote or a comma in a value stands behind a backslash.
 *
 * @category resources
 * @since 0.1.0
 */
export const acmeVars = converted({ name: "acme_vars", type: "map", secret: true }, "variables", read, write)
