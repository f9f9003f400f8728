import { createHash } from "node:crypto"
import { type ApiVersion, apiIn } from "../../api/ApiVersion.ts"
import { sectionKindByKeyword, type SectionKeyword } from "../../text/SectionKind.ts"
import { HeldSection } from "./HeldSection.ts"
import { serverWords } from "./serverWords.ts"

/** What the server puts at the head of a file it manages. */
export const managedNotes: ReadonlyArray<string> = [
  "Dataplaneapi managed File",
  "changing file directly can cause a conflict if dataplaneapi is running"
]

/** A line of this many bytes or more ends the server's reading of the file, without a word. */
const longestLine = 64 * 1024

const beforeProxies = [
  "defaults",
  "userlist",
  "peers",
  "mailers",
  "resolvers",
  "cache",
  "ring",
  "traces",
  "log-forward",
  "log-profile",
  "http-errors",
  "healthcheck",
  "acme",
  "crt-store"
] as const
const proxies = ["frontend", "backend", "listen"] as const

/** The kinds of sections behind `global`, in the order in which a server writes them. Others it doesn't know. */
const kindsOf = (api: ApiVersion): ReadonlyArray<SectionKeyword> =>
  (apiIn(api, { since: "3.4" })
    ? [...beforeProxies, "fcgi-app", ...proxies]
    : [...beforeProxies, ...proxies, "program", "fcgi-app"]
  ).filter((keyword) => apiIn(api, knownSince[keyword] ?? {})) as ReadonlyArray<SectionKeyword>

const knownSince: Readonly<Record<string, { readonly since: ApiVersion }>> = {
  traces: { since: "3.1" },
  "log-profile": { since: "3.1" },
  healthcheck: { since: "3.4" },
  acme: { since: "3.2" }
}

const inherits = (keyword: string): boolean => sectionKindByKeyword.get(keyword)?.inherits === true

/**
 * A configuration as the server holds it in memory.
 *
 * **Details**
 *
 * Made from a text, it is no longer that text: sections and directives stand in the server's own order, of sections with one name only
 * the last is left, and an anonymous defaults section has a name.
 *
 * @since 0.1.0
 */
export class HeldConfig {
  readonly api: ApiVersion
  version = 1
  /** The comment lines at the head of the file. */
  notes: Array<string> = []
  /** Lines in front of the first section. */
  readonly #stray: Array<string> = []
  readonly #sections = new Map<SectionKeyword, Map<string, HeldSection>>()
  readonly #global: HeldSection

  private constructor(api: ApiVersion) {
    this.api = api
    this.#global = new HeldSection("global", "", api)
  }

  /**
   * Reads a text as the server does. With `inherit`, proxies without `from` get the defaults section above them, which happens only
   * when the server starts.
   */
  static read(text: string, api: ApiVersion, options: { readonly inherit?: boolean } = {}): HeldConfig {
    const config = new HeldConfig(api)
    config.#read(text, options.inherit === true)
    return config
  }

  #read(text: string, inherit: boolean): void {
    const known = new Set<string>(["global", ...kindsOf(this.api)])
    let section: HeldSection | undefined
    let head = true
    let versioned = false
    let lastDefaults = ""
    let notes: Array<string> = []
    let above: Array<string> = []
    for (const raw of text.split("\n")) {
      const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw
      if (Buffer.byteLength(line) >= longestLine) break
      if (line === "") {
        head = false
        continue
      }
      const { comment, words } = serverWords(line)
      if (words.length === 0 && comment === "") continue
      if (words.length === 0 && !/^# _(version|md5hash)/.test(line)) {
        if (head) {
          if (line.startsWith("#")) this.notes.push(comment)
        } else if (line.startsWith(" ")) notes.push(comment)
        else above.push(comment)
        continue
      }
      if (words.length === 0 && section === undefined) {
        const version = /^_version=(\d+)/.exec(comment)?.[1]
        if (version !== undefined && !versioned) {
          this.version = Number(version)
          versioned = true
        }
        continue
      }
      const [first = ""] = words
      if (!known.has(first)) {
        if (section === undefined) this.#stray.push(line.trim())
        else section.read(line, words, comment, notes)
        notes = []
        continue
      }
      head = false
      if (section !== undefined && notes.length > 0) section.below = notes
      notes = []
      section = this.#open(first as SectionKeyword, words)
      section.comment = comment
      if (above.length > 0) section.above = above
      above = []
      if (first === "defaults") lastDefaults = section.name
      else if (inherit && inherits(first) && section.from === "") section.from = lastDefaults
    }
    if (section !== undefined && notes.length + above.length > 0) section.below = [...notes, ...above]
  }

  #open(keyword: SectionKeyword, words: ReadonlyArray<string>): HeldSection {
    if (keyword === "global") return this.#global
    const name = keyword === "traces" ? "" : (words[1] ?? "")
    if (keyword === "traces" && this.section("traces") !== undefined) return this.section("traces") as HeldSection
    const section = this.create(keyword, name)
    if (inherits(keyword) && words[2] === "from") section.from = words[3] ?? ""
    return section
  }

  /** Adds an empty section; one of the same kind and name is lost. A defaults section without a name gets one. */
  create(keyword: SectionKeyword, name: string): HeldSection {
    const section = new HeldSection(
      keyword,
      keyword === "defaults" && name === "" ? this.#unusedName() : name,
      this.api
    )
    const ofKind = this.#sections.get(keyword) ?? new Map<string, HeldSection>()
    this.#sections.set(keyword, ofKind.set(section.name, section))
    return section
  }

  #unusedName(): string {
    for (let n = 1; ; n++)
      if (this.section("defaults", `unnamed_defaults_${n}`) === undefined) return `unnamed_defaults_${n}`
  }

  /** The section of a kind and name. */
  section(keyword: SectionKeyword, name = ""): HeldSection | undefined {
    return keyword === "global" ? this.#global : this.#sections.get(keyword)?.get(name)
  }

  /** All sections of a kind. */
  ofKind(keyword: SectionKeyword): ReadonlyArray<HeldSection> {
    return keyword === "global" ? [this.#global] : [...(this.#sections.get(keyword)?.values() ?? [])]
  }

  /** Takes a section away. */
  remove(keyword: SectionKeyword, name: string): void {
    this.#sections.get(keyword)?.delete(name)
  }

  /** The text as the server writes it, with the version and the hash of what follows in its first lines. */
  print(): string {
    const body = this.#body()
    return `# _md5hash=${createHash("md5").update(body).digest("hex")}\n${body}`
  }

  #body(): string {
    const out = [`# _version=${this.version}\n`, ...this.notes.map((note) => `# ${note}\n`)]
    for (const line of this.#stray) out.push(`${line}\n`)
    if (!this.#global.empty) out.push("\n", this.#global.print())
    for (const keyword of kindsOf(this.api)) {
      const names = this.ofKind(keyword)
        .map(({ name }) => name)
        .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
      for (const name of keyword === "defaults" ? this.#byInheritance(names) : names) {
        out.push("\n", this.section(keyword, name)?.print() ?? "")
      }
    }
    return out.join("")
  }

  /** Defaults sections by name, each behind the one it inherits from. */
  #byInheritance(names: ReadonlyArray<string>): ReadonlyArray<string> {
    const out: Array<string> = []
    const place = (name: string, seen: ReadonlySet<string>): void => {
      if (out.includes(name) || seen.has(name)) return
      const from = this.section("defaults", name)?.from ?? ""
      if (from !== "" && names.includes(from)) place(from, new Set([...seen, name]))
      out.push(name)
    }
    for (const name of names) place(name, new Set())
    return out
  }
}
