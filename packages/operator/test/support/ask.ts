import { Effect } from "effect"

/** Asks a server for what is at an address. */
export const ask = (url: URL) =>
  Effect.promise(async () => {
    const response = await fetch(url)
    return { status: response.status, text: await response.text() }
  })
