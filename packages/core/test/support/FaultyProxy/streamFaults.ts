import type { ServerResponse } from "node:http"
import { pause } from "./callFaults.ts"

/** A watch that goes through the proxy, in the moment in which something goes wrong with it. */
export interface Flow {
  readonly response: ServerResponse
  /** The next line, which has not been passed on. */
  readonly line: Buffer
  /** The last lines that were passed on. */
  readonly past: ReadonlyArray<Buffer>
  /** Waits until the client has given up. */
  readonly givenUp: Promise<void>
}

/** What goes wrong with a watch; answers whether it goes on. */
export type StreamPlay = (flow: Flow) => Promise<"goes on" | "over">

const inTheMiddle =
  (end: (response: ServerResponse) => void): StreamPlay =>
  async ({ line, response }) => {
    response.write(line.subarray(0, Math.floor(line.length / 2)))
    await pause(1)
    end(response)
    return "over"
  }

const say =
  (text: (line: Buffer) => string | Buffer): StreamPlay =>
  ({ line, response }) => {
    response.write(text(line))
    return Promise.resolve("goes on")
  }

const tell = (code: number, reason: string): StreamPlay =>
  say(() => {
    const status = { kind: "Status", status: "Failure", code, reason, message: `a fault: ${reason}` }
    return `${JSON.stringify({ type: "ERROR", object: status })}\n`
  })

/** Everything that can go wrong with a watch that has begun. */
export const streamFaults = {
  cutInFrame: inTheMiddle((response) => response.destroy()),
  resetInFrame: inTheMiddle((response) => response.socket?.resetAndDestroy()),
  halfClosedInFrame: inTheMiddle((response) => response.socket?.end()),
  /** A proxy that ends the stream properly, as if half a line were all. */
  endedInFrame: inTheMiddle((response) => response.end()),
  ended: ({ response }) => {
    response.end()
    return Promise.resolve("over")
  },
  garbageLine: say(() => "<html>not an event</html>\n"),
  /** A line whose middle was overwritten. */
  garbageInLine: say((line) => {
    const broken = Buffer.from(line)
    broken.fill(0xff, Math.floor(line.length / 3), Math.floor(line.length / 2))
    return broken
  }),
  noEvent: say(() => '{"type":"SURPRISE"}\n'),
  expiredEvent: tell(410, "Expired"),
  failedEvent: tell(500, "InternalError"),
  limitedEvent: tell(429, "TooManyRequests"),
  /** The line, and those before it once more. */
  repeated: ({ line, past, response }) => {
    for (const old of [line, ...past, line]) response.write(old)
    return Promise.resolve("goes on")
  },
  slow: async ({ line, response }) => {
    for (let start = 0; start < line.length && !response.destroyed; start += 7) {
      response.write(line.subarray(start, start + 7))
      await pause(1)
    }
    return "goes on"
  },
  /** Stays open, and nothing more comes. */
  silent: async ({ givenUp }) => {
    await givenUp
    return "over"
  }
} satisfies { readonly [name: string]: StreamPlay }

export type StreamFault = keyof typeof streamFaults
