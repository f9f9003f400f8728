import { parse, type StructuredConfig } from "@lockstep/haproxy-sync"
import { Result } from "effect"

/** The configuration of a text that is sound. */
export const config = (text: string): StructuredConfig => Result.getOrThrow(parse(text))

/** The text of a section: a header and its lines. */
export const section = (header: string, ...lines: ReadonlyArray<string>): string =>
  `${header}\n${lines.map((line) => `  ${line}\n`).join("")}`

/** The text of a backend called `app`. */
export const backend = (...lines: ReadonlyArray<string>): string => section("backend app", ...lines)
