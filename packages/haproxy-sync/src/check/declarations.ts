import type { ReadLine, ReadPart } from "./readPart.ts"
import { type ReferenceKind, unknownText } from "./Reader.ts"
import { nearest } from "./suggestion.ts"

/** The kinds of sections among which names are looked up; the names of other kinds are found within a section. */
export const sectionsOfKind: Readonly<Partial<Record<ReferenceKind, ReadonlyArray<string>>>> = {
  acme: ["acme"],
  backend: ["backend", "listen"],
  cache: ["cache"],
  "fcgi-app": ["fcgi-app"],
  frontend: ["frontend", "listen"],
  healthcheck: ["healthcheck"],
  "http-errors": ["http-errors"],
  "log-profile": ["log-profile"],
  mailers: ["mailers"],
  peers: ["peers"],
  resolvers: ["resolvers"],
  userlist: ["userlist"]
}

/** Names that stand for themselves. */
const builtIn: Readonly<Partial<Record<ReferenceKind, ReadonlyArray<string>>>> = {
  acl: `TRUE FALSE LOCALHOST HTTP HTTP_1.0 HTTP_1.1 HTTP_2.0 HTTP_3.0 HTTP_CONTENT HTTP_URL_ABS HTTP_URL_SLASH HTTP_URL_STAR METH_CONNECT
    METH_DELETE METH_GET METH_HEAD METH_OPTIONS METH_POST METH_PUT METH_TRACE RDP_COOKIE REQ_CONTENT WAIT_END`.split(
    /\s+/
  ),
  resolvers: ["default"]
}

const proxies = ["frontend", "backend", "listen"]
const scripts = ["lua-load", "lua-load-per-thread"]

/** The lines of a section that begin with a keyword. */
export const linesOf = (part: ReadPart, keyword: string): ReadonlyArray<ReadLine> =>
  part.lines.filter(({ reading }) => reading.keyword === 0 && reading.words[0] === keyword)

const wordsOf = (part: ReadPart, keyword: string, index: number): ReadonlyArray<string> =>
  linesOf(part, keyword).flatMap(({ reading }) => reading.words[index] ?? [])

const nameOf = ({ section }: ReadPart): string =>
  section.writtenName?.includes("$") === true ? unknownText : section.name

/** Names, of which those that come from the environment may be any. */
export class Names {
  readonly #known = new Set<string>()
  #open = false

  constructor(names: Iterable<string> = []) {
    for (const name of names) this.add(name)
  }

  add(name: string): void {
    if (name.includes(unknownText)) this.#open = true
    else this.#known.add(name)
  }

  has(name: string): boolean {
    return this.#open || this.#known.has(name)
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#known.values()
  }
}

/** What a section declares for its own lines, and for those that name it. */
class Content {
  readonly #part: ReadPart
  #servers: Names | undefined
  #tables: Names | undefined
  #templates: ReadonlyArray<string> | undefined

  constructor(part: ReadPart) {
    this.#part = part
  }

  get servers(): Names {
    return (this.#servers ??= new Names(wordsOf(this.#part, "server", 1)))
  }

  get ownTable(): boolean {
    return linesOf(this.#part, "stick-table").length > 0
  }

  /** The tables of a peers section. */
  get tables(): Names {
    return (this.#tables ??= new Names(wordsOf(this.#part, "table", 1)))
  }

  hasServer(name: string): boolean {
    this.#templates ??= wordsOf(this.#part, "server-template", 1)
    return (
      this.servers.has(name) ||
      this.#templates.some((prefix) => name.startsWith(prefix) || prefix.includes(unknownText))
    )
  }

  names(kind: ReferenceKind): Names {
    if (kind === "server") return this.servers
    if (kind !== "bandwidth") return new Names(wordsOf(this.#part, kind, 1))
    const filters = linesOf(this.#part, "filter").map(({ reading }) => reading.words)
    return new Names(filters.flatMap(([, name, own]) => (name?.startsWith("bwlim-") === true ? (own ?? []) : [])))
  }
}

/**
 * What the sections of a document declare.
 *
 * @category checking
 * @since 0.1.0
 */
export class Declarations {
  readonly #byKeyword: ReadonlyMap<string, ReadonlyArray<ReadPart>>
  readonly #byName: ReadonlyMap<string, ReadonlyArray<ReadPart>>
  readonly #contents = new Map<ReadPart, Content>()
  readonly #names = new Map<ReferenceKind, Names>()

  constructor(parts: ReadonlyArray<ReadPart>) {
    this.#byKeyword = Map.groupBy(parts, (part) => part.section.keyword)
    this.#byName = Map.groupBy(parts, (part) => `${part.section.keyword} ${nameOf(part)}`)
  }

  /** Whether something of this kind and name is declared for the lines of a section. */
  has(kind: ReferenceKind, name: string, part: ReadPart): boolean {
    if (builtIn[kind]?.includes(name) === true) return true
    if (kind === "server") return this.#hasServer(name, part)
    if (kind === "table") return this.#hasTable(name, part)
    if (kind === "lua") return this.#of(["global"]).some((one) => scripts.some((word) => linesOf(one, word).length > 0))
    return this.#known(kind, part).has(name)
  }

  /** The name that was probably meant. */
  near(kind: ReferenceKind, name: string, part: ReadPart, others: Iterable<string> = []): string | undefined {
    return nearest(name, [...others, ...this.#known(kind, part), ...(builtIn[kind] ?? [])])
  }

  #known(kind: ReferenceKind, part: ReadPart): Names {
    const sections = sectionsOfKind[kind]
    if (sections === undefined && kind !== "table") return this.#content(part).names(kind)
    const found = this.#names.get(kind)
    if (found !== undefined) return found
    const among = this.#of(sections ?? proxies).filter((one) => kind !== "table" || this.#content(one).ownTable)
    const names = new Names(among.map(nameOf))
    this.#names.set(kind, names)
    return names
  }

  #hasServer(name: string, part: ReadPart): boolean {
    const slash = name.indexOf("/")
    const among = slash < 0 ? [part] : this.#named(["backend", "listen"], name.slice(0, slash))
    return among.some((one) => this.#content(one).hasServer(name.slice(slash + 1)))
  }

  #hasTable(name: string, part: ReadPart): boolean {
    if (name === "") return this.#content(part).ownTable
    if (this.#known("table", part).has(name)) return true
    const slash = name.indexOf("/")
    const peers = this.#named(["peers"], name.slice(0, Math.max(0, slash)))
    return peers.some((one) => this.#content(one).tables.has(name.slice(slash + 1)))
  }

  #content(part: ReadPart): Content {
    const found = this.#contents.get(part)
    if (found !== undefined) return found
    const content = new Content(part)
    this.#contents.set(part, content)
    return content
  }

  #of(keywords: ReadonlyArray<string>): ReadonlyArray<ReadPart> {
    return keywords.flatMap((keyword) => this.#byKeyword.get(keyword) ?? [])
  }

  #named(keywords: ReadonlyArray<string>, name: string): ReadonlyArray<ReadPart> {
    return [name, unknownText].flatMap((one) =>
      keywords.flatMap((keyword) => this.#byName.get(`${keyword} ${one}`) ?? [])
    )
  }
}
