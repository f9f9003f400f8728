import { type Args, object, optional, sequence, word } from "../Args.ts"
import { directive } from "../Line.ts"
import { entries } from "../ValueLine.ts"
import { errorCode } from "./errorCode.ts"

/**
 * `errorfile CODE FILE`.
 *
 * @category resources
 * @since 0.1.0
 */
export const errorFile = sequence(errorCode("code"), word("file"))

/** The codes behind the name of a group of error files. */
const listed: Args<{ readonly codes?: ReadonlyArray<number> }> = {
  fields: [{ name: "codes", type: "list" }],
  parse: (cursor, into) => {
    const list: Array<number> = []
    while (cursor.word !== undefined) {
      const one: Record<string, unknown> = {}
      if (!errorCode("code").parse(cursor, one)) return false
      if (typeof one["code"] === "number") list.push(one["code"])
    }
    if (list.length > 0) into["codes"] = list
    return true
  },
  print: (from, printer) => {
    const { codes } = from
    if (Array.isArray(codes)) printer.words.push(...codes.map(String))
    return true
  }
}

const location = sequence(errorCode("code"), word("url"))

/**
 * The lines for errors that all proxies have, in the order in which they are written.
 *
 * @category resources
 * @since 0.1.0
 */
export const errorLines = [
  entries("errorfile", "error_files", errorFile),
  entries("errorfiles", "errorfiles_from_http_errors", sequence(word("name"), optional(listed))),
  directive("errorloc302", object("errorloc302", location)),
  directive("errorloc303", object("errorloc303", location))
] as const
