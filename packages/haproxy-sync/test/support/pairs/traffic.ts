import { request as overHttp } from "node:http"
import { request as overTls } from "node:https"
import { connect } from "node:net"
import type { TLSSocket } from "node:tls"
import { Effect } from "effect"
import { isTcp, probeHeader, probePort } from "./place.ts"

/** What is sent to a HAProxy. */
interface Probe {
  readonly port: string
  readonly tls: boolean
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

interface Listener {
  readonly port: string
  readonly tls: boolean
}

const listenersIn = (text: string): ReadonlyArray<Listener> =>
  [...text.matchAll(/^\s*bind\s+\S*:(\d+)(.*)$/gm)].map(([, port = "", rest = ""]) => ({
    port,
    tls: /\bssl\b/.test(rest)
  }))

const words = (text: string, pattern: RegExp): ReadonlyArray<string> =>
  [...text.matchAll(pattern)].flatMap(([, found = ""]) => found.split(/\s+/))

/** The paths that a configuration tells apart, and those beneath them. */
const pathsIn = (text: string): ReadonlyArray<string> => {
  const named = words(text, /\bpath(?:_\w+)?\s+(?:-\w+\s+)*(\/[^}\n#]*?)\s*(?:}|#|$)/gm).filter((word) => word !== "")
  return [...new Set(["/", ...named, ...named.map((path) => `${path}/below?x=1`)])]
}

/** The hosts that a configuration tells apart: by itself, and by the keys of its maps. */
const hostsIn = (text: string, maps: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set([
    "probe.test",
    ...words(text, /\bhdr(?:_\w+)?\(host\)\s+(?:-\w+\s+)*([\w. -]+?)\s*(?:}|#|$)/gm),
    ...maps.flatMap((map) => words(map, /^\s*([^#\s]\S*)/gm))
  ])
]

/** No cookie, and each of those that name a server. */
const cookiesIn = (text: string): ReadonlyArray<Readonly<Record<string, string>>> => {
  const name = /^\s*cookie\s+(\S+)/m.exec(text)?.[1]
  const values = words(text, /^\s*server\s.*\scookie\s+(\S+)/gm)
  return [{}, ...(name === undefined ? [] : values.map((value) => ({ cookie: `${name}=${value}` })))]
}

/** The requests that tell whether a HAProxy does what a configuration says. */
const probesFor = (text: string, maps: ReadonlyArray<string>): ReadonlyArray<Probe> => {
  const [hosts, paths, cookies] = [hostsIn(text, maps), pathsIn(text), cookiesIn(text)]
  const plain = { method: "GET", path: "/", headers: { host: "probe.test" } }
  const asked = listenersIn(text).flatMap((listener) => [
    ...hosts.flatMap((host) => paths.map((path) => ({ ...listener, method: "GET", path, headers: { host } }))),
    ...cookies.map((cookie) => ({ ...listener, ...plain, headers: { ...plain.headers, ...cookie } })),
    { ...listener, ...plain, method: "POST" }
  ])
  const direct = words(text, /^backend\s+(\S+)/gm).flatMap((backend) =>
    [...paths.map((path) => ({ path, cookie: {} })), ...cookies.map((cookie) => ({ path: "/", cookie }))].map(
      ({ cookie, path }) => ({
        port: probePort,
        tls: false,
        method: "GET",
        path,
        headers: { host: "probe.test", [probeHeader]: backend, ...cookie }
      })
    )
  )
  return [...asked, ...direct]
}

const answered = ({ headers, method, path, tls }: Probe, port: number): Promise<string> =>
  new Promise((resolve) => {
    const request = (tls ? overTls : overHttp)(
      { host: "127.0.0.1", port, method, path, headers, agent: false, rejectUnauthorized: false, timeout: 10_000 },
      (response) => {
        const { headers: got, socket, statusCode } = response
        const certificate = tls ? (socket as TLSSocket).getPeerCertificate().fingerprint256 : undefined
        let body = ""
        response.on("data", (chunk: Buffer) => (body += chunk.toString()))
        response.on("error", (error) => resolve(error.message))
        response.on("end", () => resolve(JSON.stringify({ status: statusCode, headers: got, certificate, body })))
      }
    )
    request.on("timeout", () => request.destroy(new Error("no answer in time")))
    request.on("error", (error) => resolve(error.message))
    request.end()
  })

const heard = (port: number): Promise<string> =>
  new Promise((resolve) => {
    let text = ""
    connect(port, "127.0.0.1")
      .on("data", (chunk) => (text += chunk.toString()))
      .on("error", (error) => resolve(error.message))
      .on("close", () => resolve(text))
  })

/** What is answered to all probes: each is sent as often as all servers come round, and in what order they answer tells nothing. */
export const traffic = (text: string, maps: ReadonlyArray<string>, listens: ReadonlyMap<string, number>) => {
  const rounds = 2 * Math.max(1, ...text.split(/^backend/m).map((part) => part.match(/^\s*server\s/gm)?.length ?? 0))
  const often = async (send: () => Promise<string>): Promise<ReadonlyArray<string>> => {
    const answers: Array<string> = []
    for (let round = 0; round < rounds; round++) answers.push(await send())
    return answers.toSorted()
  }
  return Effect.promise(async () => {
    const answers: Record<string, ReadonlyArray<string>> = {}
    if (isTcp(text)) {
      for (const { port } of listenersIn(text)) answers[port] = await often(() => heard(listens.get(port) ?? 0))
    } else {
      for (const probe of probesFor(text, maps)) {
        answers[JSON.stringify(probe)] = await often(() => answered(probe, listens.get(probe.port) ?? 0))
      }
    }
    return answers
  })
}
