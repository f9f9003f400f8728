import { formatDuration, parseDuration } from "../../grammar/Args.ts"
import { serverWords } from "./serverWords.ts"

export interface SpoeSection {
  readonly keyword: string
  readonly name: string
  lines: Array<ReadonlyArray<string>>
}

export interface SpoeScope {
  readonly name: string
  readonly sections: Array<SpoeSection>
}

/** The directives of an agent in the order in which the server writes them, with the words of no value. */
const agentLines: Readonly<Record<string, string>> = {
  log: "",
  maxconnrate: "0",
  maxerrrate: "0",
  "max-frame-size": "0",
  "max-waiting-frames": "0",
  messages: "",
  "option async": "",
  "option continue-on-error": "",
  "option dontlog-normal": "",
  "option force-set-var": "",
  "option pipelining": "",
  "option send-frag-payload": "",
  "option var-prefix": "",
  "timeout hello": "",
  "timeout idle": "",
  "timeout processing": "",
  "use-backend": "",
  groups: "",
  "option set-on-error": "",
  "option set-process-time": "",
  "option set-total-time": "",
  "register-var-names": ""
}
const agentOrder = Object.keys(agentLines)

const begins = (words: ReadonlyArray<string>, keyword: string): boolean =>
  keyword.split(" ").every((word, place) => words[place] === word)

const rank = (words: ReadonlyArray<string>): number => {
  const at = agentOrder.findIndex((keyword) => begins(words, keyword))
  return at < 0 ? agentOrder.length : at
}

/** Reading an agent makes the server write empty directives into it. */
export const pollute = (agent: SpoeSection): void => {
  for (const [keyword, value] of Object.entries(agentLines)) {
    if (agent.lines.some((words) => begins(words, keyword))) continue
    agent.lines.push([...keyword.split(" "), ...(value === "" ? [] : [value])])
  }
}

/** A SPOE file as the server holds it. */
export class SpoeFile {
  version = 1
  readonly scopes: Array<SpoeScope> = []

  constructor(text: string) {
    for (const line of text.split("\n")) {
      const { comment, words } = serverWords(line)
      const version = /^_version=(\d+)/.exec(comment)?.[1]
      if (version !== undefined) this.version = Number(version)
      const [first = ""] = words
      if (first === "") continue
      if (first.startsWith("[")) this.scopes.push({ name: first, sections: [] })
      else if (/^spoe-(agent|group|message)$/.test(first)) {
        this.scopes.at(-1)?.sections.push({ keyword: first, name: words[1] ?? "", lines: [] })
      } else this.scopes.at(-1)?.sections.at(-1)?.lines.push(words)
    }
  }

  print(): string {
    const out = [`# _version=${this.version}\n`]
    for (const { name, sections } of this.scopes) {
      out.push(`${name}\n`)
      const ordered = ["spoe-agent", "spoe-group", "spoe-message"].flatMap((keyword) =>
        sections.filter((one) => one.keyword === keyword)
      )
      out.push(
        ordered
          .map(({ keyword, lines, name: section }) => {
            const sorted = keyword === "spoe-agent" ? lines.toSorted((a, b) => rank(a) - rank(b)) : lines
            return `${keyword} ${section}\n${sorted.map((words) => `  ${words.join(" ")}\n`).join("")}`
          })
          .join("\n")
      )
    }
    return out.join("")
  }
}

const ms = (value: string | undefined): number | undefined => (value === undefined ? undefined : parseDuration(value))

/** What the API shows of a section. */
export const viewOf = ({ keyword, lines, name }: SpoeSection): Record<string, unknown> => {
  const find = (first: string, second?: string) =>
    lines.find((words) => words[0] === first && (second === undefined || words[1] === second))
  const rest = (first: string) => find(first)?.slice(1).join(" ")
  const view: Record<string, unknown> = { name }
  if (keyword === "spoe-message") {
    const event = find("event")
    const condition = event?.findIndex((word) => word === "if" || word === "unless") ?? -1
    view["args"] = rest("args")
    if (event !== undefined) {
      view["event"] = {
        ...(condition < 0 ? {} : { cond: event[condition], cond_test: event.slice(condition + 1).join(" ") }),
        name: event[1]
      }
    }
  } else {
    view["messages"] = rest("messages")
    if (keyword === "spoe-agent") {
      for (const option of [
        "async",
        "continue-on-error",
        "dontlog-normal",
        "force-set-var",
        "pipelining",
        "send-frag-payload"
      ]) {
        view[option] = "enabled"
      }
      for (const timeout of ["hello", "idle", "processing"])
        view[`${timeout}_timeout`] = ms(find("timeout", timeout)?.[2])
      view["option_var-prefix"] = find("option", "var-prefix")?.[2]
      view["use-backend"] = rest("use-backend")
      view["groups"] = rest("groups")
      if (find("log", "global") !== undefined) view["log"] = [{ global: true }]
    }
  }
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined))
}

/** The lines that JSON stands for. */
export const linesOf = (keyword: string, body: Readonly<Record<string, unknown>>): Array<ReadonlyArray<string>> => {
  const lines: Array<ReadonlyArray<string>> = []
  const add = (first: string, value: unknown) =>
    value === undefined ? 0 : lines.push([first, ...String(value).split(" ")])
  if (keyword === "spoe-message") {
    add("args", body["args"])
    const event = body["event"] as Readonly<Record<string, string>> | undefined
    if (event !== undefined) {
      lines.push([
        "event",
        event["name"] ?? "",
        ...(event["cond"] === undefined ? [] : [event["cond"], event["cond_test"] ?? ""])
      ])
    }
    return lines
  }
  add("messages", body["messages"])
  if (keyword === "spoe-agent") {
    for (const timeout of ["hello", "idle", "processing"]) {
      const value = body[`${timeout}_timeout`]
      if (typeof value === "number") lines.push(["timeout", timeout, formatDuration(value)])
    }
    add("use-backend", body["use-backend"])
  }
  return lines
}
