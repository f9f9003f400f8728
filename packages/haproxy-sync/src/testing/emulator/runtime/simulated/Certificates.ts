import fs from "node:fs"
import { RuntimeError } from "../Runtime.ts"
import type { Command, Commands } from "./Commands.ts"

/** The certificates of the running HAProxy. */
export class Certificates {
  readonly #held = new Map<string, string>()
  readonly #pending = new Map<string, string>()

  constructor(text: string) {
    for (const [, file = ""] of text.matchAll(/^\s*bind\s.*\scrt\s+(\S+)/gm)) {
      if (fs.existsSync(file) && fs.statSync(file).isFile()) this.#held.set(file, fs.readFileSync(file, "utf8"))
    }
  }

  /** The certificate in use under a name. */
  get(file: string): string | undefined {
    return this.#held.get(file)
  }

  get commands(): Commands {
    const only =
      (command: (file: string, payload: string) => string): Command =>
      ([object, file = ""], payload) =>
        object === "cert" ? command(file, payload) : "# filename\n"
    return {
      "show ssl": ([object, file = ""]) =>
        object === "cert"
          ? this.#show(file)
          : object === "ca-file"
            ? "# filename\n@system-ca - 1 certificate(s)\n"
            : "# filename\n",
      "new ssl": only((file) => {
        if (this.#held.has(file)) throw new RuntimeError(3, `Certificate '${file}' already exists!`)
        this.#held.set(file, "")
        return `New empty certificate store '${file}'!`
      }),
      "set ssl": only((file, payload) => {
        if (!this.#held.has(file)) {
          throw new RuntimeError(3, "Can't replace a certificate which is not referenced by the configuration!")
        }
        this.#pending.set(file, payload)
        return `Transaction created for certificate ${file}!`
      }),
      "commit ssl": only((file) => {
        const text = this.#pending.get(file)
        if (text === undefined) throw new RuntimeError(3, "No ongoing transaction!")
        this.#held.set(file, text)
        this.#pending.delete(file)
        return `Committing ${file}.\nSuccess!`
      }),
      "abort ssl": only((file) => {
        this.#pending.delete(file)
        return `Transaction aborted for certificate '${file}'!`
      }),
      "del ssl": only((file) => {
        if (!this.#held.delete(file)) throw new RuntimeError(3, `certificate '${file}' doesn't exist!`)
        return `Certificate '${file}' deleted!`
      })
    }
  }

  #show(file: string): string {
    if (file === "") return `# filename\n${[...this.#held.keys()].map((name) => `${name}\n`).join("")}`
    if (!this.#held.has(file)) {
      throw new RuntimeError(3, "Can't display the certificate: Not found or the certificate is a bundle!")
    }
    return `Filename: ${file}\nStatus: Used\n`
  }
}
