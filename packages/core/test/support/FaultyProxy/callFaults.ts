import type { IncomingHttpHeaders, ServerResponse } from "node:http"

/** What the server answered. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A call that goes through the proxy. */
export interface Call {
  readonly response: ServerResponse
  /** Sends the request on, and waits for the whole answer. */
  readonly forward: () => Promise<Answer>
  /** Waits until the client has given up. */
  readonly givenUp: Promise<void>
}

/** How a call goes. */
export type CallPlay = (call: Call) => Promise<void>

export const pause = (millis: number) => new Promise<void>((resume) => setTimeout(resume, millis))

/** Begins an answer as the server gave it, with a length that its body will not always keep. */
const begin = ({ response }: Call, { body, headers, status }: Answer): Buffer => {
  response.writeHead(status, {
    "content-type": headers["content-type"] ?? "application/json",
    "content-length": body.length,
    ...(headers["retry-after"] === undefined ? {} : { "retry-after": headers["retry-after"] })
  })
  return body
}

export const pass: CallPlay = async (call) => {
  const body = begin(call, await call.forward())
  call.response.end(body)
}

const refuse =
  (code: number, reason: string, headers: { readonly [name: string]: string } = {}): CallPlay =>
  ({ response }) => {
    const status = { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message: `a fault: ${reason}` }
    response.writeHead(code, { "content-type": "application/json", ...headers }).end(JSON.stringify(status))
    return Promise.resolve()
  }

const drop: CallPlay = ({ response }) => {
  response.socket?.resetAndDestroy()
  return Promise.resolve()
}

/** Does something only after the server has done what it was asked: then nobody knows whether it has. */
const after =
  (play: CallPlay): CallPlay =>
  async (call) => {
    await call.forward()
    await play(call)
  }

/** Sends the first half of the answer, and then does something to the connection. */
const half =
  (end: (response: ServerResponse) => void): CallPlay =>
  async (call) => {
    const body = begin(call, await call.forward())
    call.response.write(body.subarray(0, Math.floor(body.length / 2)))
    await pause(1)
    end(call.response)
  }

/** Sends the answer in pieces, with pauses in between. */
const slowly =
  (size: (body: Buffer) => number, millis: number): CallPlay =>
  async (call) => {
    const body = begin(call, await call.forward())
    const piece = size(body)
    for (let start = 0; start < body.length && !call.response.destroyed; start += piece) {
      call.response.write(body.subarray(start, start + piece))
      await pause(millis)
    }
    call.response.end()
  }

/** Everything that can go wrong with a call. */
export const callFaults = {
  limited: refuse(429, "TooManyRequests", { "retry-after": "1" }),
  failed: refuse(500, "InternalError"),
  overloaded: refuse(503, "ServiceUnavailable"),
  /** A place in history that is gone: of a watch, or of the next page of a list. */
  gone: refuse(410, "Expired"),
  reset: drop,
  /** The write is done, and the answer never comes. */
  answerLost: after(drop),
  /** The write is done, and something between says that it was not. */
  answerFailed: after(refuse(500, "InternalError")),
  answerCut: half((response) => response.destroy()),
  halfClosed: half((response) => response.socket?.end()),
  garbage: ({ response }) => {
    response.writeHead(200, { "content-type": "application/json" }).end('{"kind":\u0000\ufffd<html>')
    return Promise.resolve()
  },
  /** Slow, and complete in the end. */
  dribble: slowly((body) => Math.ceil(body.length / 40), 2),
  /** So slow that nobody can wait for it. */
  crawl: slowly(() => 1, 200),
  silence: ({ givenUp }) => givenUp,
  /** The server is asked only when the client has given up: what was written off happens after all. */
  late: async ({ forward, givenUp }) => {
    await givenUp
    await forward()
  }
} satisfies { readonly [name: string]: CallPlay }

export type CallFault = keyof typeof callFaults
