import { Effect, type Scope } from "effect"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { allOf, linesOf, withRawSeparators } from "./FaultyProxy/bytes.ts"
import { callFaults, pass, type Answer } from "./FaultyProxy/callFaults.ts"
import { deckOf, numbersFrom } from "./FaultyProxy/Deck.ts"
import { errandOf, errands, type Errand, type Fault } from "./FaultyProxy/errands.ts"
import { streamFaults } from "./FaultyProxy/streamFaults.ts"
import { listening } from "./listening.ts"
import { onwardTo } from "./onward.ts"

/** A proxy in front of an API server through which everything goes wrong that can. */
export interface FaultyProxy {
  readonly url: string
  /** How often what went wrong with which requests, as `watch silent`. All of them are there from the start, with 0. */
  readonly counts: ReadonlyMap<string, number>
  /** How many clients were connected at once, at most. */
  readonly mostConnected: () => number
  /** How often a text came through in which U+2028 or U+2029 stood as they are. */
  readonly rawSeparators: () => number
  /** How often the server itself gave no answer. */
  readonly unanswered: () => number
}

/** How many of the last lines of a watch are told again. */
const remembered = 5

/** Starts a proxy for the scope. What goes wrong next is drawn at random; the same seed draws the same. */
export const faultyProxy = (options: {
  readonly server: string
  readonly ca: string
  readonly seed: number
}): Effect.Effect<FaultyProxy, never, Scope.Scope> =>
  Effect.gen(function* () {
    const random = numbersFrom(options.seed)
    const ask = yield* onwardTo({ url: options.server, ca: options.ca })
    const counts = new Map<string, number>(
      Object.entries(errands).flatMap(([errand, { faults }]) =>
        faults.map((fault) => [`${errand} ${fault}`, 0] as const)
      )
    )
    let rawSeparators = 0
    let unanswered = 0
    let mostConnected = 0

    const deal = dealer(random)
    // Faults of watches that ended before they could happen.
    const unplayed: Array<Fault> = []
    const happened = (errand: Errand, fault: Fault) => {
      const name = `${errand} ${fault}`
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    const raw = (text: Buffer): Buffer => {
      const changed = withRawSeparators(text)
      if (changed !== text) rawSeparators++
      return changed
    }

    const stream = async (from: IncomingMessage, response: ServerResponse, fault: Fault | undefined) => {
      const play =
        fault !== undefined && fault in streamFaults ? streamFaults[fault as keyof typeof streamFaults] : undefined
      const givenUp = new Promise<void>((resume) => response.on("close", resume))
      response.on("close", () => from.destroy())
      response.writeHead(from.statusCode ?? 502, { "content-type": "application/json" })
      response.flushHeaders()
      let left = play === undefined ? Number.POSITIVE_INFINITY : Math.floor(random() * 12)
      const past: Array<Buffer> = []
      try {
        for await (const line of linesOf(from)) {
          const text = raw(line)
          if (left-- === 0 && play !== undefined && fault !== undefined) {
            happened("watch", fault)
            if ((await play({ response, line: text, past, givenUp })) === "over") return
          } else response.write(text)
          past.push(text)
          if (past.length > remembered) past.shift()
        }
      } finally {
        if (left >= 0 && play !== undefined && fault !== undefined) unplayed.push(fault)
      }
      response.end()
    }

    const serve = async (request: IncomingMessage, response: ServerResponse) => {
      const body = await allOf(request)
      const errand = errandOf(request.method ?? "", new URL(request.url ?? "", options.server))
      const fault = (errand === "watch" ? unplayed.shift() : undefined) ?? deal[errand]()
      const play = fault !== undefined && fault in callFaults ? callFaults[fault as keyof typeof callFaults] : undefined
      if (errand === "watch" && play === undefined) return await stream(await ask(request, body), response, fault)
      if (fault !== undefined && play !== undefined) happened(errand, fault)
      const givenUp = new Promise<void>((resume) => response.on("close", resume))
      const forward = async (): Promise<Answer> => {
        const answer = await ask(request, body)
        return { status: answer.statusCode ?? 502, headers: answer.headers, body: raw(await allOf(answer)) }
      }
      await (play ?? pass)({ response, forward, givenUp })
    }

    const server = createServer((request, response) => {
      mostConnected = Math.max(mostConnected, connected.size)
      request.on("error", () => undefined)
      response.on("error", () => undefined)
      serve(request, response).catch(() => {
        if (response.destroyed) return
        unanswered++
        // As a load balancer does whose server is gone, or as one that is gone itself.
        if (response.headersSent || random() < 0.5) response.destroy()
        else response.writeHead(502, { "content-type": "text/html" }).end("<html><body>Bad Gateway</body></html>")
      })
    })
    const { connected, port } = yield* listening(server)
    return {
      url: `http://127.0.0.1:${port}`,
      counts,
      mostConnected: () => mostConnected,
      rawSeparators: () => rawSeparators,
      unanswered: () => unanswered
    }
  })

/** Deals what goes wrong next, for each errand from a deck of its own. */
const dealer = (random: () => number): { readonly [E in Errand]: () => Fault | undefined } => {
  const dealOf = ({ faults, first, well }: (typeof errands)[Errand]) => {
    const deck = deckOf<Fault | undefined>([...faults, ...Array.from({ length: well }, () => undefined)], random)
    let opening = first
    return () => {
      const card = opening ?? deck()
      opening = undefined
      return card
    }
  }
  return {
    watch: dealOf(errands.watch),
    list: dealOf(errands.list),
    page: dealOf(errands.page),
    read: dealOf(errands.read),
    write: dealOf(errands.write)
  }
}
