import { Arbitrary, Schema } from "effect"
import { section } from "./configs.ts"
import type { Pair } from "./randomPairs.ts"

/** Something that may be there or not: a section, or a line in one; and what it needs beside its section. */
interface Part {
  readonly id: string
  readonly within?: string
  readonly line?: string
  readonly needs: ReadonlyArray<string>
}

const sections = [
  "defaults d",
  "defaults e",
  "userlist u",
  "peers p",
  "resolvers r",
  "cache c",
  "ring g",
  "http-errors h",
  "fcgi-app x",
  "frontend f",
  "backend a",
  "backend b",
  "backend z"
]

const line = (within: string, text: string, ...needs: ReadonlyArray<string>): Part => ({
  id: `${within}: ${text}`,
  within,
  line: text,
  needs
})

const server = (backend: string, name: string, behind = "") =>
  `backend ${backend}: server ${name} 10.0.0.1:80${behind === "" ? "" : ` ${behind}`}`

const table = "stick-table type ip size 1k expire 1m store gpc0,http_req_rate(10s)"

/** What can be there, each behind what it needs. */
const parts: ReadonlyArray<Part> = [
  ...sections.map((id) => ({ id, needs: [] })),
  line("defaults d", "mode http"),
  line("defaults e", "mode http"),
  line("userlist u", "group admins"),
  line("userlist u", "user ines insecure-password x"),
  line("peers p", "peer p1 10.0.0.9:1024"),
  line("resolvers r", "nameserver n 10.0.0.53:53"),
  line("cache c", "total-max-size 4"),
  line("fcgi-app x", "docroot /srv"),
  line("ring g", "format raw"),
  line("http-errors h", "errorfile 503 /e.http"),
  line("frontend f", table),
  ...["a", "b", "z"].flatMap((name) => [
    line(`backend ${name}`, table),
    line(`backend ${name}`, "acl here path /here"),
    line(`backend ${name}`, "server s 10.0.0.1:80"),
    line(`backend ${name}`, "server t 10.0.0.1:80"),
    line(`backend ${name}`, "use-server s if here", `backend ${name}: acl here path /here`, server(name, "s")),
    line(`backend ${name}`, "http-request deny if !here", `backend ${name}: acl here path /here`)
  ]),
  line("backend a", "http-request auth unless { http_auth(u) }", "userlist u"),
  line("backend a", "http-request cache-use c", "cache c"),
  line("backend a", "errorfiles h", "http-errors h"),
  line("backend a", "use-fcgi-app x", "fcgi-app x"),
  line("backend a", "server v 10.0.0.1:80 track z/t", server("z", "t")),
  line("backend b", "server w 10.0.0.1:80 track a/s", server("a", "s")),
  line("backend z", "server y name.test:80 resolvers r", "resolvers r"),
  line("backend a", "http-request deny if { src_get_gpc0(f) gt 1 }", `frontend f: ${table}`),
  line("backend b", "http-request deny if { src_http_req_rate(z) gt 1 }", `backend z: ${table}`),
  line("frontend f", "acl one path /1"),
  line("frontend f", "acl two path /2"),
  line("frontend f", "monitor fail if two", "frontend f: acl two path /2"),
  line("frontend f", "http-request deny if one", "frontend f: acl one path /1"),
  line("frontend f", "http-request tarpit if two", "frontend f: acl two path /2"),
  line("frontend f", "http-request track-sc0 src table b", `backend b: ${table}`),
  line("frontend f", "use_backend z if one", "backend z", "frontend f: acl one path /1"),
  line("frontend f", "use_backend a if two", "backend a", "frontend f: acl two path /2"),
  line("frontend f", "default_backend b", "backend b"),
  line("frontend f", "log ring@g local0", "ring g")
]

const headers = [
  ["", ""],
  ["defaults d", " from d"],
  ["defaults e", " from e"]
] as const

interface Choice {
  readonly there: ReadonlyArray<boolean>
  readonly parents: ReadonlyArray<number>
}

/** The chosen parts, without those of which something is missing. */
const textOf = ({ parents, there }: Choice): string => {
  const chosen = new Set<string>()
  parts.forEach(({ id, needs, within }, index) => {
    if (
      there[index] === true &&
      [...needs, ...(within === undefined ? [] : [within])].every((one) => chosen.has(one))
    ) {
      chosen.add(id)
    }
  })
  return sections
    .filter((id) => chosen.has(id))
    .map((id, index) => {
      const [parent, from] = headers[parents[index] ?? 0] ?? headers[0]
      const inherits = /^(frontend|backend)/.test(id) && chosen.has(parent)
      const lines = parts.flatMap((one) => (one.within === id && chosen.has(one.id) ? [one.line ?? ""] : []))
      return section(`${id}${inherits ? from : ""}`, ...lines)
    })
    .join("")
}

const weighted = Arbitrary.schema(Schema.Literals([true, true, true, false]))

const choice: Arbitrary.Arbitrary<Choice> = Arbitrary.all({
  there: Arbitrary.array(weighted, { minLength: parts.length, maxLength: parts.length }),
  parents: Arbitrary.array(Arbitrary.schema(Schema.Literals([0, 1, 2])), {
    minLength: sections.length,
    maxLength: sections.length
  })
})

/** Two configurations in which much names something else, and nothing that isn't there. */
export const referringPair: Arbitrary.Arbitrary<Pair> = Arbitrary.map(
  Arbitrary.all({ from: choice, to: choice }),
  ({ from, to }): Pair => [textOf(from), textOf(to)]
)
