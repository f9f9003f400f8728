import { environment } from "../diff/LineOrder.ts"
import type { Line } from "../grammar/Line.ts"
import { readStatements } from "../grammar/SectionGrammar.ts"
import { grammars } from "../grammar/grammars.ts"
import type { Section, Statement } from "../text/Document.ts"
import type { HaproxyVersion } from "../text/HaproxyVersion.ts"

/**
 * Keywords whose lines keep their order among each other, because HAProxy reads them one by one: the last one wins, or each holds for
 * the ones behind it, or they form one list under several names.
 */
const families: ReadonlyArray<ReadonlyArray<string>> = [
  // The last one says what a log line looks like.
  ["option httplog", "option tcplog", "option httpslog", "log-format"],
  // The last one says what is answered to an error.
  ["errorfile", "errorfiles", "errorloc", "errorloc302", "errorloc303", "http-error"],
  // The last one says how servers are checked, and the steps are those of the one in force.
  [
    "option httpchk",
    "option tcp-check",
    "option ssl-hello-chk",
    "option smtpchk",
    "option ldap-check",
    "option mysql-check",
    "option pgsql-check",
    "option redis-check",
    "option spop-check",
    "option external-check",
    "type",
    "http-check",
    "tcp-check"
  ],
  ["filter", "compression", "use-fcgi-app"],
  ["force-persist", "ignore-persist", "force-be-switch"],
  ["default-server", "server", "server-template"],
  ["bind", "default-bind", "peer", "server", "default-server", "table"],
  ["nameserver", "parse-resolv-conf"],
  ["size", "maxlen", "backing-file"],
  ["crt-base", "key-base", "load"],
  ["unix-bind", "stats"],
  ["set-var", "set-var-fmt"],
  ["ssl-engine", "ssl-provider", "ssl-provider-path", "ssl-propquery", "ssl-mode-async"],
  [
    "nbthread",
    "thread-groups",
    "thread-group",
    "thread-hard-limit",
    "max-threads-per-group",
    "cpu-map",
    "cpu-set",
    "cpu-policy",
    "cpu-affinity",
    "numa-cpu-mapping"
  ]
]

const familiesByKeyword = Map.groupBy(
  families.flatMap((keywords, index) => keywords.map((keyword) => ({ keyword, tag: `family ${index}` }))),
  ({ keyword }) => keyword
)

/** Lines that HAProxy needs before others, and that may come first of all. */
const openers = ["expose-experimental-directives", "expose-deprecated-directives"]

/** Lines that change what all lines behind them mean. */
const barriers = ["default-path"]

/** Names what a line keeps its order among: lines that share a tag are not exchanged. */
const tagsOf = (words: ReadonlyArray<string>, usesEnvironment: boolean): ReadonlyArray<string> => {
  const [first = "", second = ""] = words[0] === "no" ? words.slice(1) : words
  const tags = [first, `${first} ${second}`].flatMap((keyword) =>
    (familiesByKeyword.get(keyword) ?? []).map(({ tag }) => tag)
  )
  // Slots for captured values are given out in the order of the text, whatever line asks for one.
  if (words.includes("capture")) tags.push("capture")
  if (first.startsWith("lua-") || first.startsWith("tune.lua.")) tags.push("lua")
  if (usesEnvironment && (environment.includes(first) || words.some((word) => word.includes("$")))) {
    tags.push("environment")
  }
  return tags
}

/** The fields that lines with a keyword of their own write: of two that write one field, the last one counts. */
const fieldsOf = (line: Line<unknown> | undefined): ReadonlyArray<string> =>
  (line?.fields ?? []).filter(({ type }) => type !== "object").map(({ name }) => `field ${name}`)

/**
 * Returns the statements of a section in the order in which the Data Plane API writes them, as far as HAProxy doesn't mind.
 *
 * **Details**
 *
 * A line without a place of its own stays behind the one it follows. Lines that HAProxy reads one by one keep their order, and an ACL
 * stays in front of what refers to it. Sections of which a part depends on a condition (`.if`), and those without a grammar, stay as
 * they are.
 *
 * @category formatting
 * @since 0.1.0
 */
export const canonicalOrder = (section: Section, version: HaproxyVersion): ReadonlyArray<Statement> => {
  const { statements } = section
  const grammar = section.kind === undefined ? undefined : grammars.get(section.kind.keyword)
  if (grammar === undefined || statements.some(({ words: [word = ""] }) => word.startsWith("."))) return statements
  const { lines } = readStatements(grammar, {}, statements, version)
  const usesEnvironment = statements.some(({ words: [word = ""] }) => environment.includes(word))
  const placeByTag = new Map<string, number>()
  const placeByAcl = new Map<string, number>()
  let barrier = -1
  let furthest = -1
  let last = -1
  // A line is placed behind those before it in the text that it must not be exchanged with, so that sorting by place keeps them apart.
  const placed = lines.map(({ place: among, rank, statement }) => {
    const { words } = statement
    const [keyword = "", name = ""] = words
    const own = openers.includes(keyword) ? -1 : (rank ?? among ?? last)
    const tags = [...tagsOf(words, usesEnvironment), ...fieldsOf(grammar.lines[rank ?? among ?? -1])]
    const place = Math.max(
      own,
      barrier,
      barriers.includes(keyword) ? furthest : -1,
      ...tags.map((tag) => placeByTag.get(tag) ?? -1),
      ...(placeByAcl.size === 0 ? [] : words.map((word) => placeByAcl.get(word.replace(/^!/, "")) ?? -1))
    )
    for (const tag of tags) placeByTag.set(tag, place)
    if (keyword === "acl") placeByAcl.set(name, place)
    if (barriers.includes(keyword)) barrier = place
    furthest = Math.max(furthest, place)
    last = place
    return { place, statement }
  })
  return placed.toSorted((a, b) => a.place - b.place).map(({ statement }) => statement)
}
