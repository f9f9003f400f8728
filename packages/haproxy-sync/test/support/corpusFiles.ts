import { existsSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { gunzipSync } from "node:zlib"

/** Where the corpus lies: beside the project, never inside it. */
export const corpus = resolve(import.meta.dirname, "../../../../../shared/corpus")

/** Whether it is there. */
export const corpusPresent = existsSync(corpus)

/** The text of a file of the corpus. */
export const corpusText = (file: string): string => readFileSync(join(corpus, file), "utf8")

/** The rows of a table (`.tsv`), by the names of its columns. */
export const corpusTable = (file: string): ReadonlyArray<Readonly<Record<string, string>>> => {
  const [head = "", ...rows] = corpusText(file)
    .split("\n")
    .filter((row) => row.length > 0)
  const names = head.split("\t")
  return rows.map((row) => {
    const values = row.split("\t")
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]))
  })
}

const records = (file: string) => {
  const bytes = readFileSync(join(corpus, file))
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes)
    .toString("utf8")
    .split("\n")
    .filter((line) => line.length > 0)
    .map((line) => JSON.parse(line))
}

/** The recorded Data Plane API servers, by the HAProxy version they belong to. */
export const recordedServers = { "3.0": "3.0.21", "3.2": "3.2.13", "3.4": "3.4.0" } as const

/** The versions with recorded answers. */
export const recordedVersions = ["3.0", "3.2", "3.4"] as const

/** A version with recorded answers. */
export type RecordedVersion = (typeof recordedVersions)[number]

/** An object as JSON holds it. */
export type Json = Readonly<Record<string, unknown>>

/** A configuration and what the server made of it. */
export interface ModelRecord {
  readonly file: string
  readonly status: "ok" | "refused"
  readonly "ok_3.2"?: string
  readonly sections: Readonly<Record<string, Json | ReadonlyArray<Json>>>
  readonly crt_loads?: Readonly<Record<string, ReadonlyArray<Json>>>
  readonly raw_after: string
}

/** What the server wrote from its own JSON, sent back unchanged in several ways. */
export interface WriterRecord {
  readonly file: string
  readonly ways: {
    readonly section: {
      readonly requests: number
      readonly same?: boolean
      /** The text, where it is not the one before. */
      readonly after?: string
      readonly errors?: ReadonlyArray<unknown>
    }
  }
}

/** One directive line and what the server made of it. */
export interface LineRecord {
  readonly id: string
  readonly section: string
  readonly line: string
  readonly status: string
  readonly model?: Json
  readonly crt_loads?: ReadonlyArray<Json>
  readonly text?: string
}

/** What HAProxy and others say of a directive line. */
export interface DirectiveRecord {
  readonly id: string
  readonly section: string
  readonly line: string
  readonly valid: boolean
  readonly multiline?: boolean
  readonly haproxy?: Readonly<Record<string, "ok" | "keyword" | "section" | "syntax" | "reference">>
  readonly "haproxy_3.2_error"?: string
}

/** The configurations a recorded server was given. */
export const modelRecords = (version: RecordedVersion): ReadonlyArray<ModelRecord> =>
  records(`dataplane/models-${recordedServers[version]}.jsonl.gz`)

/** What a recorded server wrote from JSON. */
export const writerRecords = (version: RecordedVersion): ReadonlyArray<WriterRecord> =>
  records(`dataplane/writer-${recordedServers[version]}.jsonl.gz`)

/** The single lines a recorded server was given. */
export const lineRecords = (version: RecordedVersion): ReadonlyArray<LineRecord> =>
  records(`dataplane/lines-${recordedServers[version]}.jsonl.gz`)

/** The single lines with HAProxy's verdicts. */
export const directiveRecords = (): ReadonlyArray<DirectiveRecord> => records("directives.jsonl")

/** Reports whether a verdict of `configs.tsv` or of a model record means that HAProxy took the text. */
export const accepted = (verdict: string | undefined): boolean => verdict === "yes" || verdict === "nolistener"

/** A request to a recorded server and its answer, within a scenario. */
export interface ExchangeRecord {
  readonly scenario: string
  readonly step: number
  /** The configuration the scenario begins with. */
  readonly initial: string
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: unknown
    /** USER:PASSWORD; null for none. */
    readonly auth?: string | null
  }
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: unknown
  }
  readonly note?: string
  /** What differs from one recording to the next. */
  readonly varies?: string
  readonly config_after?: string
  /** The files of transactions, by their name; null for one that is gone. */
  readonly tx_files_after?: Readonly<Record<string, string | null>>
}

/** The requests and answers of a recorded server. */
export const exchangeRecords = (version: RecordedVersion): ReadonlyArray<ExchangeRecord> =>
  records(`dataplane/exchanges-${recordedServers[version]}.jsonl.gz`)
