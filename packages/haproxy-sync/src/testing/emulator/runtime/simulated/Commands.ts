/** Answers a command: its words behind verb and object, and what follows on further lines. */
export type Command = (words: ReadonlyArray<string>, payload: string) => string

/** Commands by verb and object, such as `show map`. */
export type Commands = Readonly<Record<string, Command>>

/** Hands out what HAProxy would: the addresses of entries in memory. */
export class Addresses {
  #last = 0x7f0000000000

  next(): string {
    this.#last += 0x40
    return `0x${this.#last.toString(16)}`
  }
}
