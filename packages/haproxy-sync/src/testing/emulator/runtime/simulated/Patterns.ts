import fs from "node:fs"
import { RuntimeError } from "../Runtime.ts"
import type { Addresses, Commands } from "./Commands.ts"

interface Entry {
  readonly id: string
  readonly key: string
  value: string
}

interface Pattern {
  readonly id: number
  readonly file: string
  readonly description: string
  entries: Array<Entry>
  /** What is to take the place of the entries. */
  next?: ReadonlyArray<string>
}

/** How many lists of patterns HAProxy's own HTTP client has. */
const ownPatterns = 4

/** The maps and ACL files of the running HAProxy. */
export class Patterns {
  readonly #maps: Array<Pattern> = []
  readonly #acls: Array<Pattern> = []
  readonly #addresses: Addresses

  constructor(text: string, file: string, addresses: Addresses) {
    this.#addresses = addresses
    let next = 0
    const add = (list: Array<Pattern>, from: string, description: string, entries: Array<Entry>) =>
      list.push({ id: next++, file: from, description, entries })
    text.split("\n").forEach((line, index) => {
      const place = `file '${file}' line ${index + 1}`
      for (const [, name = ""] of line.matchAll(/\bmap(?:_[a-z_]+)?\(([^,)]+)/g)) {
        if (this.#maps.some((map) => map.file === name)) continue
        add(this.#maps, name, `pattern loaded from file '${name}' used by map at ${place}`, this.#read(name, true))
      }
      const [, criterion = "", name = ""] = /(?:\{|acl\s+\S+)\s+(\S+)\s+(?:-[a-zA-Z]\s+)*-f\s+(\S+)/.exec(line) ?? []
      if (name === "") return
      add(this.#acls, name, `pattern loaded from file '${name}' used by acl at ${place}`, this.#read(name, false))
      add(this.#acls, "", `acl '${criterion}' ${place}`, [])
    })
    for (let own = 0; own < ownPatterns; own++) {
      const entries = [{ id: addresses.next(), key: "found", value: "" }]
      add(this.#acls, "", "acl 'var' file 'httpclient' line 0", entries)
    }
  }

  get commands(): Commands {
    return { ...this.#commandsOf("map", this.#maps), ...this.#commandsOf("acl", this.#acls) }
  }

  #commandsOf(object: "map" | "acl", all: Array<Pattern>): Commands {
    const find = (name: string): Pattern => {
      const found = all.find(({ file, id }) => (name.startsWith("#") ? `#${id}` === name : file === name))
      if (found !== undefined) return found
      throw new RuntimeError(3, `Unknown ${object === "map" ? "map" : "ACL"} identifier. Please use #<id> or <file>.`)
    }
    return {
      [`show ${object}`]: ([name]) => (name === undefined ? listed(all) : shown(find(name))),
      [`get ${object}`]: ([name = "", key = ""]) => answered(object, find(name), key),
      [`prepare ${object}`]: ([name = ""]) => {
        find(name).next = []
        return "New version created: 1\n"
      },
      [`commit ${object}`]: ([, name = ""]) => {
        const pattern = find(name)
        pattern.entries = []
        return this.#add(pattern, pattern.next ?? [])
      },
      [`add ${object}`]: ([name = "", key = "", ...value], payload) => {
        if (!name.startsWith("@")) {
          return this.#add(find(name), key === "<<" ? payload.split("\n") : [[key, ...value].join(" ")])
        }
        const pattern = find(key)
        pattern.next = [...(pattern.next ?? []), value.join(" ")]
        return ""
      },
      [`set ${object}`]: ([name = "", key, ...value]) => {
        const entry = find(name).entries.find((one) => one.key === key)
        if (entry === undefined) throw new RuntimeError(3, "Entry not found.")
        entry.value = value.join(" ")
        return ""
      },
      [`del ${object}`]: ([name = "", key]) => {
        const pattern = find(name)
        const at = pattern.entries.findIndex((one) => one.key === key || `#${one.id}` === key)
        if (at < 0) throw new RuntimeError(3, "Key not found.")
        pattern.entries = pattern.entries.toSpliced(at, 1)
        return ""
      },
      [`clear ${object}`]: ([name = ""]) => {
        find(name).entries = []
        return ""
      }
    }
  }

  #read(file: string, valued: boolean): Array<Entry> {
    const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : ""
    return text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => {
        const [key = "", ...value] = valued ? line.split(/\s+/) : [line]
        return { id: this.#addresses.next(), key, value: value.join(" ") }
      })
  }

  #add(pattern: Pattern, lines: ReadonlyArray<string>): string {
    for (const line of lines.filter((one) => one !== "")) {
      const [key = "", ...value] = line.split(/\s+/)
      pattern.entries.push({ id: this.#addresses.next(), key, value: value.join(" ") })
    }
    return ""
  }
}

const listed = (all: ReadonlyArray<Pattern>): string => {
  const lines = all.map(
    ({ description, entries, file, id }) =>
      `${id} (${file}) ${description}. curr_ver=0 next_ver=0 entry_cnt=${entries.length}\n`
  )
  return `# id (file) description\n${lines.join("")}`
}

const shown = ({ entries }: Pattern): string =>
  entries.map(({ id, key, value }) => `${id} ${key}${value === "" ? "" : ` ${value}`}\n`).join("")

const answered = (object: "map" | "acl", { entries }: Pattern, key: string): string => {
  const entry = entries.find((one) => one.key === key)
  const head = `type=str, case=sensitive, ${object === "map" ? "found" : "match"}`
  if (entry === undefined) return `${head}=no`
  return object === "map"
    ? `${head}=yes, idx=tree, key="${key}", value="${entry.value}", type="str"`
    : `${head}=yes, idx=tree, pattern="${key}"`
}
