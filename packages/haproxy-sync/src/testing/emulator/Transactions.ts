import { randomUUID } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import type { ApiVersion } from "../../api/ApiVersion.ts"
import { ApiError, confError } from "./ApiError.ts"
import { HeldConfig, managedNotes } from "./HeldConfig.ts"

/** Checks a file as HAProxy would; answers what it says, or undefined when it is accepted. */
export type Validate = (file: string) => Promise<string | undefined>

/** What the API shows of a transaction. */
export interface TransactionView {
  readonly id: string
  readonly status: "in_progress" | "failed" | "outdated" | "success"
  readonly _version?: number
}

export interface TransactionOptions {
  readonly api: ApiVersion
  readonly file: string
  readonly directory: string
  readonly most: number
  /** How many earlier versions are kept beside the file. */
  readonly backups: number
  readonly validate: Validate
}

/**
 * The configuration with its version, and the transactions in work: each has a copy in memory and a file.
 *
 * @since 0.1.0
 */
export class Transactions {
  readonly #options: TransactionOptions
  readonly #open = new Map<string, HeldConfig>()
  #master: HeldConfig
  /** Commits are done one after another. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(options: TransactionOptions) {
    this.#options = options
    fs.mkdirSync(options.directory, { recursive: true })
    this.#master = this.#load({ inherit: true })
    for (const name of fs.readdirSync(options.directory)) {
      const id = this.#idOf(name)
      const file = path.join(options.directory, name)
      if (id !== undefined && fs.statSync(file).isFile()) {
        this.#open.set(id, HeldConfig.read(fs.readFileSync(file, "utf8"), options.api))
      }
    }
  }

  #load(options: { readonly inherit?: boolean } = {}): HeldConfig {
    const config = HeldConfig.read(fs.readFileSync(this.#options.file, "utf8"), this.#options.api, options)
    if (config.notes[0] !== managedNotes[0]) config.notes.unshift(...managedNotes)
    return config
  }

  /** The configuration file. */
  get file(): string {
    return this.#options.file
  }

  /** Checks a file without taking it over. */
  validate(file: string): Promise<string | undefined> {
    return this.#options.validate(file)
  }

  /** Takes up a file that somebody has changed: as a version of its own, which is written to its head. A commit under way ends first. */
  changedByHand(): Promise<void> {
    const next = this.#queue.then(() => {
      const before = this.#master.version
      this.#master = this.#load({ inherit: true })
      this.#master.version = before + 1
      this.#store(this.#master)
    })
    this.#queue = next.catch(() => undefined)
    return next
  }

  /** The configuration that counts, or that of a transaction in work. */
  config(id = ""): HeldConfig {
    if (id === "") return this.#master
    const config = this.#open.get(id)
    if (config === undefined) throw confError("transaction", id)
    return config
  }

  /** The version shown with every answer: 0 for a transaction that isn't in work. */
  shownVersion(id = ""): number {
    return id === "" ? this.#master.version : (this.#open.get(id)?.version ?? 0)
  }

  get #base(): string {
    return path.basename(this.#options.file)
  }

  #idOf(name: string): string | undefined {
    return name.startsWith(`${this.#base}.`) ? name.slice(this.#base.length + 1) : undefined
  }

  #path(id: string, status: "in_progress" | "failed" | "outdated" = "in_progress"): string {
    return path.join(this.#options.directory, status === "in_progress" ? "" : status, `${this.#base}.${id}`)
  }

  /** The file of a transaction, whatever became of it. */
  fileOf(id: string): { readonly file: string; readonly status: "in_progress" | "failed" | "outdated" } | undefined {
    for (const status of ["outdated", "failed", "in_progress"] as const) {
      const file = this.#path(id, status)
      if (id !== "" && fs.existsSync(file)) return { file, status }
    }
    return undefined
  }

  list(status = ""): ReadonlyArray<TransactionView> {
    const inFolder = (folder: "in_progress" | "failed" | "outdated") => {
      const directory = path.join(this.#options.directory, folder === "in_progress" ? "" : folder)
      return (fs.existsSync(directory) ? fs.readdirSync(directory).toSorted() : []).flatMap((name) => {
        const id = this.#idOf(name)
        return id === undefined ? [] : [this.#view(id, folder)]
      })
    }
    if (status === "in_progress" || status === "failed") return inFolder(status)
    return [...inFolder("failed"), ...inFolder("in_progress"), ...inFolder("outdated")]
  }

  #view(id: string, status: "in_progress" | "failed" | "outdated"): TransactionView {
    const version = this.#open.get(id)?.version
    return version === undefined || status !== "in_progress" ? { id, status } : { _version: version, id, status }
  }

  get(id: string): TransactionView {
    const found = this.fileOf(id)
    if (found === undefined) throw new ApiError(404, `transaction does not exist: transaction ${id} does not exist`)
    return this.#view(id, found.status)
  }

  /** Begins a transaction on behalf of a client, within the limit. */
  begin(version: number): TransactionView {
    if (this.#open.size >= this.#options.most) {
      throw new ApiError(
        429,
        `cannot start a new transaction, reached the maximum amount of ${this.#options.most} active transactions available`
      )
    }
    return this.#view(this.#start(version), "in_progress")
  }

  #checkVersion(version: number): void {
    const current = this.#master.version
    if (version !== current) {
      throw confError("version", `version in configuration file is ${current}, given version is ${version}`)
    }
  }

  #start(version: number | undefined): string {
    if (version !== undefined) this.#checkVersion(version)
    const id = randomUUID()
    const text = this.#master.print()
    fs.writeFileSync(this.#path(id), text)
    this.#open.set(id, HeldConfig.read(text, this.#options.api))
    return id
  }

  remove(id: string): void {
    const found = this.fileOf(id)
    if (found === undefined)
      throw new ApiError(404, `transaction does not exist: transaction file ${id} does not exist`)
    fs.rmSync(found.file)
    this.#open.delete(id)
  }

  /** Commits on behalf of a client. Others that began before are outdated then. */
  async commit(id: string): Promise<TransactionView> {
    const status = this.get(id).status
    if (status !== "in_progress") throw new ApiError(406, `transaction ${id} is ${status} and cannot be committed`)
    const result = await this.#commit(id)
    for (const [other, config] of this.#open) if (config.version < this.#master.version) this.#fail(other, "outdated")
    return result
  }

  #commit(id: string, options: { readonly skipVersion?: boolean } = {}): Promise<TransactionView> {
    const next = this.#queue.then(() => this.#commitNow(id, options.skipVersion === true))
    this.#queue = next.catch(() => undefined)
    return next
  }

  async #commitNow(id: string, skipVersion: boolean): Promise<TransactionView> {
    const config = this.config(id)
    const began = config.version
    const current = this.#master.version
    if (!skipVersion && began !== current) {
      this.#fail(id, "outdated")
      throw confError("version", `version mismatch, transaction version: ${began}, configured version: ${current}`)
    }
    const file = this.#path(id)
    fs.writeFileSync(file, config.print())
    const refused = await this.#options.validate(file)
    if (refused !== undefined) {
      this.#fail(id, "failed")
      throw confError(
        "validation",
        refused.replace(/: (?=.)/, `: err transactionId=${id} \n`).replace(/: $/, `: err transactionId=${id} `)
      )
    }
    if (!skipVersion) config.version++
    this.#keep(this.#master)
    this.#store(config)
    fs.rmSync(file, { force: true })
    this.#open.delete(id)
    this.#master = config
    return { _version: began, id, status: "success" }
  }

  /** The file that holds an earlier version. */
  backup(version: number): string | undefined {
    const file = `${this.#options.file}.${version}`
    return fs.existsSync(file) ? file : undefined
  }

  #keep({ version }: HeldConfig): void {
    const { backups, file } = this.#options
    if (backups === 0) return
    fs.copyFileSync(file, `${file}.${version}`)
    fs.rmSync(`${file}.${version - backups}`, { force: true })
  }

  /** Writes the configuration in one step: HAProxy may read it at any moment. */
  #store(config: HeldConfig): void {
    const { file } = this.#options
    fs.writeFileSync(`${file}.new`, config.print())
    fs.renameSync(`${file}.new`, file)
  }

  #fail(id: string, status: "failed" | "outdated"): void {
    fs.mkdirSync(path.join(this.#options.directory, status), { recursive: true })
    fs.renameSync(this.#path(id), this.#path(id, status))
    this.#open.delete(id)
  }

  /** Changes a configuration: that of a transaction, or, with a version, the one that counts, by a transaction of its own. */
  async change<A>(target: Target, edit: (config: HeldConfig) => A): Promise<A> {
    const id = this.#target(target)
    const implicit = target.transaction === ""
    let result: A
    try {
      result = edit(this.config(id))
    } catch (error) {
      if (implicit) this.remove(id)
      throw error
    }
    if (implicit) await this.#commit(id)
    else fs.writeFileSync(this.#path(id), this.config(id).print())
    return result
  }

  #target({ transaction, version }: Target): string {
    if (transaction !== "" && version !== 0) {
      throw new ApiError(400, "both version and transaction specified, specify only one")
    }
    if (transaction !== "") {
      this.config(transaction)
      return transaction
    }
    if (version === 0) {
      throw new ApiError(
        400,
        "version or transaction not specified: version or transaction not specified, specify only one"
      )
    }
    return this.#start(version)
  }

  /** Replaces the whole configuration by a text. */
  async replace(text: string, version: number | undefined): Promise<void> {
    if (version === 0) this.#target({ transaction: "", version: 0 })
    const id = this.#start(version)
    const written =
      version === undefined
        ? text
        : `# _version=${version}\n${text
            .split("\n")
            .filter((line) => !line.startsWith("# _version="))
            .join("\n")}`
    this.#open.set(id, HeldConfig.read(written, this.#options.api))
    await this.#commit(id, { skipVersion: version === undefined })
  }
}

/** What a change is made to. */
export interface Target {
  readonly transaction: string
  readonly version: number
}
