import type { Shape } from "../Body.ts"

/** A map or a list of patterns that HAProxy has loaded. */
export interface PatternFile {
  readonly id: string
  readonly file: string
  readonly description: string
}

export const readFiles = (output: string): ReadonlyArray<PatternFile> =>
  output
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.trim().startsWith("# id"))
    .map((line) => {
      const [id = "", file = "", ...rest] = line.split(/\s+/)
      return { id, file: file.replace(/^\(|\)$/g, ""), description: rest.join(" ") }
    })

export const readEntries = (
  output: string
): ReadonlyArray<{ readonly id: string; readonly key: string; readonly value: string }> =>
  output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [id = "", key = "", value = ""] = line.split(/\s+/)
      return { id, key, value }
    })

/** The value of a field in an answer such as `type=str, key="a"`. */
export const answered = (output: string, name: string): string | undefined =>
  new RegExp(`(?:^|,)\\s*${name}=("?)(.*?)\\1(?:,|$)`, "m").exec(output.trim())?.[2]

export const entryShape: Shape = {
  resource: "map_entry",
  type: "MapEntry",
  fields: [
    { name: "id", type: "string" },
    { name: "key", type: "string" },
    { name: "value", type: "string" }
  ]
}
