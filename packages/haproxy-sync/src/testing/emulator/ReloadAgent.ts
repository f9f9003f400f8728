import fs from "node:fs"
import { ApiError } from "./ApiError.ts"

/** What a reload came to: what HAProxy said, and whether the new configuration is in force. */
export interface ReloadOutcome {
  readonly failed: boolean
  readonly response: string
  /** Why the reload could not even be tried. */
  readonly error?: string
}

export interface ReloadView {
  readonly id?: string
  readonly status: "in_progress" | "succeeded" | "failed"
  readonly response?: string
  readonly reload_timestamp?: number
}

export interface ReloadAgentOptions {
  readonly file: string
  /** Milliseconds between the moments at which a pending reload is carried out. */
  readonly delay: number
  readonly reload: () => Promise<ReloadOutcome>
}

/**
 * Carries out reloads: changes that come within one tick share a reload and its id.
 *
 * **Details**
 *
 * When a reload fails the last good file is put back, while the configuration in memory stays as it is.
 *
 * @since 0.1.0
 */
export class ReloadAgent {
  readonly #options: ReloadAgentOptions
  readonly #timer: NodeJS.Timeout
  readonly #failed = new Map<string, ReloadView>()
  #succeeded: ReloadView | undefined
  #next = ""
  #index = 0
  #work: Promise<unknown> = Promise.resolve()
  /** Runs when a reload has succeeded. */
  onSuccess: () => void = () => undefined

  constructor(options: ReloadAgentOptions) {
    this.#options = options
    fs.copyFileSync(options.file, this.#lastGood)
    this.#timer = setInterval(() => {
      if (this.#next !== "") void this.#enqueue(() => this.#carryOut())
    }, options.delay)
  }

  get #lastGood(): string {
    return `${this.#options.file}.lkg`
  }

  /** Stops the ticking and waits for a reload under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#work
  }

  /** Forgets a pending reload, as a process that ends does. */
  abandon(): void {
    clearInterval(this.#timer)
    this.#next = ""
  }

  /** Asks for a reload at the next tick; answers its id. */
  schedule(): string {
    if (this.#next === "") {
      const day = new Date().toISOString().slice(0, 10)
      this.#next = `${day}-${this.#index++}`
    }
    return this.#next
  }

  /** Reloads at once; a pending reload is done with it. */
  async force(): Promise<void> {
    const outcome = await this.#enqueue(() => (this.#next === "" ? this.#reload() : this.#carryOut()))
    if (outcome !== undefined && outcome.failed) {
      throw new ApiError(
        400,
        `Reload failed: ${outcome.error ?? "failed to reload configuration"}, ${outcome.response}`
      )
    }
  }

  #enqueue<A>(run: () => Promise<A>): Promise<A> {
    const next = this.#work.then(run)
    this.#work = next.catch(() => undefined)
    return next
  }

  async #carryOut(): Promise<ReloadOutcome | undefined> {
    const id = this.#next
    if (id === "") return undefined
    const outcome = await this.#reload()
    const view: ReloadView = {
      id,
      status: outcome.failed ? "failed" : "succeeded",
      ...(outcome.response === "" ? {} : { response: outcome.response }),
      reload_timestamp: Math.trunc(Date.now() / 1000)
    }
    if (outcome.failed) this.#failed.set(id, view)
    else this.#succeeded = view
    this.#next = ""
    return outcome
  }

  async #reload(): Promise<ReloadOutcome> {
    const outcome = await this.#options.reload()
    if (outcome.failed) fs.copyFileSync(this.#lastGood, this.#options.file)
    else {
      fs.copyFileSync(this.#options.file, this.#lastGood)
      this.onSuccess()
    }
    return outcome
  }

  list(): ReadonlyArray<ReloadView> {
    return [
      ...this.#failed.values(),
      ...(this.#succeeded === undefined ? [] : [this.#succeeded]),
      ...(this.#next === "" ? [] : [{ id: this.#next, status: "in_progress" as const }])
    ]
  }

  /** One reload; any id older than the last success counts as succeeded. */
  get(id: string): ReloadView | undefined {
    if (id === this.#next) return { status: "in_progress" }
    const failed = this.#failed.get(id)
    if (failed !== undefined) return failed
    if (this.#succeeded === undefined) return undefined
    if (this.#succeeded.id === id) return this.#succeeded
    const last = idParts(this.#succeeded.id ?? "")
    const asked = idParts(id)
    if (last === undefined || asked === undefined) return undefined
    return asked.day < last.day || asked.index < last.index ? { id, status: "succeeded" } : undefined
  }
}

const idParts = (id: string): { readonly day: string; readonly index: number } | undefined => {
  const match = /^(\d{4}-\d{2}-\d{2})-(\d+)$/.exec(id)
  return match?.[1] === undefined ? undefined : { day: match[1], index: Number(match[2]) }
}
