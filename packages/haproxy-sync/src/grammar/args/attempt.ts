import { type Args, Cursor, type Draft, type Printer } from "./Description.ts"

export const present = (value: unknown): boolean => value !== undefined && value !== null && value !== ""

/** Runs a parser so that nothing stays behind when it fails. */
export const attempt = (args: Args<unknown>, cursor: Cursor, into: Draft): boolean => {
  const { at, lossy, opaque, placed } = cursor
  const own: Draft = {}
  if (args.parse(cursor, own)) {
    for (const name in own) into[name] = own[name]
    return true
  }
  cursor.at = at
  cursor.lossy = lossy
  cursor.opaque = opaque
  cursor.placed = placed
  return false
}

/** Runs a printer so that nothing stays behind when it fails. */
export const attemptPrint = (args: Args<unknown>, from: Readonly<Draft>, printer: Printer): boolean => {
  const length = printer.words.length
  if (args.print(from, printer)) return true
  printer.words.length = length
  return false
}
