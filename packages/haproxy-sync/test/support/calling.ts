import { type Emulator, type EmulatorOptions, startEmulator } from "@lockstep/haproxy-sync/testing"
import { Effect } from "effect"

/** Where all routes of HAProxy's begin. */
export const services = "/v3/services/haproxy"

/** What came back; a connection that broke has the status 0. */
export interface Called {
  readonly status: number
  readonly type: string
  readonly body: unknown
  readonly text: string
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Sends requests to an in-process Data Plane API as any program would. */
export const caller =
  ({ password, url, user }: Emulator) =>
  (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {}
  ): Effect.Effect<Called> =>
    Effect.promise(async () => {
      const sent: Record<string, string> = {
        authorization: `Basic ${btoa(`${user}:${password}`)}`,
        connection: "close"
      }
      if (body !== undefined) sent["content-type"] = "application/json"
      try {
        const payload = body === undefined ? {} : { body: JSON.stringify(body) }
        const answer = await fetch(`${url}${path}`, { method, headers: { ...sent, ...headers }, ...payload })
        const text = await answer.text()
        const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? ""
        return { status: answer.status, type, text, body: parsed(text) }
      } catch {
        return { status: 0, type: "", text: "", body: undefined }
      }
    })

/** An in-process Data Plane API for the scope, and what sends requests to it. */
export const calling = (options: EmulatorOptions = {}) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(() => startEmulator({ reloadDelay: 10, ...options })),
      (emulator) => Effect.promise(() => emulator.stop())
    ),
    (emulator) => ({ emulator, call: caller(emulator) })
  )
