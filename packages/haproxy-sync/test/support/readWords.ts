import { type Args, Cursor, type Draft, type Printer } from "../../src/grammar/Args.ts"
import { defaultHaproxyVersion, type HaproxyVersion } from "../../src/text/HaproxyVersion.ts"

/** What a description makes of words: its fields, or what it expected where. */
export const readWords = (
  args: Args<unknown>,
  text: string,
  version: HaproxyVersion = defaultHaproxyVersion
): { readonly fields: Draft } | { readonly at: number; readonly expected: string } => {
  const words = text === "" ? [] : text.split(" ")
  const cursor = new Cursor(words, 0, version)
  const fields: Draft = {}
  const read = args.parse(cursor, fields) && (cursor.done || cursor.fail("the end of the line"))
  if (!read) return { at: cursor.failedAt, expected: cursor.expected }
  return {
    fields: {
      ...fields,
      ...(cursor.lossy ? { lossy: true } : {}),
      ...(cursor.opaque ? { opaque: true } : {})
    }
  }
}

/** The words that a description prints, or undefined where the fields ask for none. */
export const printWords = (
  args: Args<unknown>,
  fields: Readonly<Draft>,
  version: HaproxyVersion = defaultHaproxyVersion
): string | undefined => {
  const printer: Printer = { words: [], version }
  return args.print(fields, printer) ? printer.words.join(" ") : undefined
}
