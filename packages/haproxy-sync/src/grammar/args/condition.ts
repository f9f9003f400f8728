import { unquote } from "../../text/expandWords.ts"
import { type Args, type Only } from "./Description.ts"
import { choice, optional, sequence } from "./parts.ts"
import { word } from "./values.ts"
import { unmodelled } from "./versions.ts"
import { flag, literal } from "./words.ts"

/** All words that are left as a condition: the braces of the tests in it have to be closed. */
const test: Args<Only<"cond_test", string>> = {
  fields: [{ name: "cond_test", type: "string" }],
  parse: (cursor, into) => {
    const start = cursor.at
    for (let open = false; ; cursor.at++) {
      const { word } = cursor
      if (word === undefined) {
        if (open || cursor.at === start) return cursor.fail(open ? '"}"' : "a condition")
        into["cond_test"] = cursor.words.slice(start).join(" ")
        return true
      }
      if (open) open = unquote(word) !== "}"
      else open = unquote(word).replace(/^!+/, "") === "{"
    }
  },
  print: (from, printer) => word("cond_test").print(from, printer)
}

/**
 * `if CONDITION` or `unless CONDITION`.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const mandatoryCondition = sequence(choice(flag("if", "cond", "if"), flag("unless", "cond", "unless")), test)

/**
 * `if CONDITION` or `unless CONDITION`, which may be absent. HAProxy passes over `if` alone, and the API takes no such line.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const condition = optional(choice(mandatoryCondition, unmodelled(choice(literal("if"), literal("unless")))))
