import type { HeldConfig } from "../../HeldConfig.ts"
import { RuntimeError } from "../Runtime.ts"
import type { Addresses, Commands } from "./Commands.ts"

interface Table {
  readonly type: string
  readonly size: number
  readonly expire: number
  readonly fields: ReadonlyArray<string>
  readonly entries: Map<string, Map<string, number>>
}

/** The stick tables of the running HAProxy. */
export class StickTables {
  readonly #tables = new Map<string, Table>()
  readonly #addresses: Addresses

  constructor(config: HeldConfig, addresses: Addresses) {
    this.#addresses = addresses
    for (const section of [...config.ofKind("frontend"), ...config.ofKind("backend")]) {
      const table = section.base()["stick_table"] as Readonly<Record<string, unknown>> | undefined
      if (table === undefined) continue
      this.#tables.set(section.name, {
        type: String(table["type"]),
        size: Number(table["size"] ?? 0),
        expire: Number(table["expire"] ?? 0),
        fields: String(table["store"] ?? "")
          .split(",")
          .filter((field) => field !== ""),
        entries: new Map()
      })
    }
  }

  get commands(): Commands {
    return {
      "show table": ([name, ...filter]) =>
        name === undefined
          ? [...this.#tables].map(([one, table]) => line(one, table)).join("")
          : this.#show(name, filter),
      "set table": (words) => this.#set(words)
    }
  }

  #table(name: string): Table {
    const table = this.#tables.get(name)
    if (table === undefined) throw new RuntimeError(3, "No such table")
    return table
  }

  #show(name: string, filter: ReadonlyArray<string>): string {
    const table = this.#table(name)
    const fits = filterOf(table, filter)
    const kept = [...table.entries].filter(([key, values]) => fits(key, values))
    const lines = kept.map(([key, values]) => {
      const data = table.fields.map((field) => `${field}=${values.get(field) ?? 0}`).join(" ")
      return `${this.#addresses.next()}: key=${key} use=0 exp=${table.expire} shard=0 ${data}\n`
    })
    return `${line(name, table)}${lines.join("")}`
  }

  #set([name = "", , key = "", ...data]: ReadonlyArray<string>): string {
    const table = this.#table(name)
    const values = table.entries.get(key) ?? new Map<string, number>()
    for (let i = 0; i + 1 < data.length; i += 2) values.set((data[i] ?? "").replace(/^data\./, ""), Number(data[i + 1]))
    table.entries.set(key, values)
    return ""
  }
}

const comparisons: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  eq: (value, limit) => value === limit,
  ne: (value, limit) => value !== limit,
  le: (value, limit) => value <= limit,
  ge: (value, limit) => value >= limit,
  lt: (value, limit) => value < limit,
  gt: (value, limit) => value > limit
}

/** Which entries `data.FIELD OPERATOR VALUE`, several times, and `key KEY` stand for. */
const filterOf = (
  table: Table,
  [first = "", second = "", third = "", ...rest]: ReadonlyArray<string>,
  number = 1
): ((key: string, values: ReadonlyMap<string, number>) => boolean) => {
  if (first === "") return () => true
  if (first === "key") return (key) => key === second
  const field = first.replace(/^data\./, "")
  const compare = comparisons[second]
  if (!table.fields.some((one) => one.replace(/\(.*/, "") === field)) {
    throw new RuntimeError(3, `Filter entry #${number}: Unknown data type`)
  }
  if (compare === undefined) {
    throw new RuntimeError(3, `Filter entry #${number}: Require and operator among 'eq', 'ne', 'le', 'ge', 'lt', 'gt'`)
  }
  const others = filterOf(table, rest, number + 1)
  return (key, values) => compare(values.get(field) ?? 0, Number(third)) && others(key, values)
}

const line = (name: string, { entries, size, type }: Table): string =>
  `# table: ${name}, type: ${type}, size:${size}, used:${entries.size}\n`
