import type { Diagnostic } from "../text/Diagnostic.ts"
import { type HaproxyVersion, versionIn } from "../text/HaproxyVersion.ts"
import { type SectionKeyword, sectionKinds } from "../text/SectionKind.ts"
import { unquote } from "../text/expandWords.ts"
import type { Refusal } from "./Reader.ts"
import { sectionsOf } from "./sections.ts"
import type { Reading } from "./statement.ts"
import { nearest } from "./suggestion.ts"

/** The words behind which a password may stand, by the keyword of the line. */
const secrets: Readonly<Record<string, ReadonlyArray<string>>> = {
  user: ["password", "insecure-password"],
  stats: ["auth"],
  bind: ["ca-sign-pass"]
}

/** Whether a word may be part of a password. */
const isSecret = ({ keyword, words }: Reading, at: number): boolean => {
  const markers = secrets[words[keyword] ?? ""] ?? []
  return words.slice(keyword, at).some((word) => markers.includes(word))
}

type Explanation = Pick<Diagnostic, "severity" | "code" | "message" | "hint" | "word">

const listed = (names: ReadonlyArray<string>): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`

const meant = (word: string, known: ReadonlyArray<string> | undefined): Pick<Diagnostic, "hint"> => {
  const near = nearest(word, known ?? [])
  return near === undefined ? {} : { hint: `did you mean "${near}"?` }
}

const unknownKeyword = (
  { code, known }: Refusal,
  word: string,
  prefix: string | undefined,
  section: SectionKeyword,
  version: HaproxyVersion
): Pick<Explanation, "code" | "message" | "hint"> => {
  if (prefix !== undefined) {
    return { code, message: `"${prefix}" may not stand before "${word}" in "${section}"`, ...meant(word, known) }
  }
  const elsewhere = sectionsOf(word).filter((one) => one !== section)
  if (elsewhere.length > 0) {
    const hint = `HAProxy takes it in ${listed(elsewhere)}`
    return { code: "section.keyword", message: `"${word}" may not stand in "${section}"`, hint }
  }
  const headers = sectionKinds.filter((kind) => versionIn(version, kind)).map((kind) => kind.keyword)
  return { code, message: `"${word}" is no keyword of "${section}"`, ...meant(word, [...(known ?? []), ...headers]) }
}

/**
 * Tells why a line is refused, and what to write instead.
 *
 * @category checking
 * @since 0.1.0
 */
export const explain = (
  refusal: Refusal,
  raw: ReadonlyArray<string>,
  reading: Reading,
  section: SectionKeyword,
  version: HaproxyVersion
): Explanation => {
  const { at, code, doubtful, expected, known, part } = refusal
  const written = raw[at]
  if (written !== undefined && isSecret(reading, at)) {
    return {
      severity: "error",
      code,
      message: `expected ${expected}, not this`,
      hint: "quote a password that has blanks"
    }
  }
  const whole = written === undefined ? undefined : unquote(written)
  const word = part ?? whole
  const common = {
    severity: doubtful === true ? "warning" : "error",
    ...(whole === undefined ? {} : { word: whole })
  } as const
  if (word === undefined || word === "") return { ...common, code, message: `${expected} is missing` }
  if (at === reading.keyword && code === "keyword.unknown") {
    const prefix = reading.keyword === 0 ? undefined : reading.words[0]
    return { ...common, ...unknownKeyword(refusal, word, prefix, section, version) }
  }
  if (code.startsWith("version.")) {
    return { ...common, code, message: `HAProxy ${version} does not know "${word}"`, hint: expected }
  }
  if (code === "section.keyword") {
    return { ...common, code, message: `"${word}" may not stand in "${section}"`, hint: expected }
  }
  const message =
    code === "keyword.unknown"
      ? `"${word}" is unknown behind "${unquote(raw[reading.keyword] ?? "")}"`
      : `expected ${expected}, not "${word}"`
  const hint = meant(word, known)
  return {
    ...common,
    code,
    message,
    ...(hint.hint === undefined && code === "keyword.unknown" ? { hint: `HAProxy takes ${expected}` } : hint)
  }
}
