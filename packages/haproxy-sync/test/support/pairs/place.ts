import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type StoredFile, storedName } from "@lockstep/haproxy-sync"
import { Effect } from "effect"
import { quietPort } from "./quietPorts.ts"

/** Where a HAProxy of its own lives, and what it is to use in place of the addresses that its configuration names. */
export interface Place {
  readonly directory: string
  readonly socket: string
  /** Its own port for each port that it listens on. */
  readonly listens: ReadonlyMap<string, number>
  /** A free port for each port that its servers have. */
  readonly serves: ReadonlyMap<string, number>
}

const listening = /(?<=^\s*bind\s+\S*:)\d+/gm

/** Name, address and port of a server, or of those of a template. */
const serving = /(?<=^\s*server(?:-template)?\s+\S+\s+(?:\d+\s+)?)(\d+\.\d+\.\d+\.\d+):(\d+)/gm

/** The header that leads a request through {@link probeFrontend} to a backend. */
export const probeHeader = "x-probe-backend"

/** The frontend that leads to any backend: those that no other leads to are asked as well. */
const probeFrontend = "lockstep-probe"

/** The port that stands for the one of {@link probeFrontend}. */
export const probePort = "65535"

/** An address on loopback for one of a network that isn't there: another one for each. */
const near = (address: string): string => address.replace(/^\d+/, "127")

const portsIn = (texts: ReadonlyArray<string>, pattern: RegExp, group: number): ReadonlySet<string> =>
  new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[group] ?? "")))

const freePorts = Effect.fnUntraced(function* (wanted: Iterable<string>) {
  return new Map(yield* Effect.forEach(wanted, (port) => Effect.map(quietPort, (free) => [port, free] as const)))
})

/** Ports of its own for a HAProxy that listens as these texts say. */
export const listenPorts = (texts: ReadonlyArray<string>) =>
  freePorts([...portsIn(texts, listening, 0), ...(texts.some(isTcp) ? [] : [probePort])])

/** Free ports for the servers of these texts. */
export const servePorts = (texts: ReadonlyArray<string>) => freePorts(portsIn(texts, serving, 2))

/** The addresses that the servers of these texts have in their place. */
export const addressesIn = (texts: ReadonlyArray<string>, serves: Place["serves"]): ReadonlyArray<string> => [
  ...new Set(
    texts.flatMap((text) =>
      [...text.matchAll(serving)].map(([, address = "", port = ""]) => served(address, port, serves))
    )
  )
]

const served = (address: string, port: string, serves: Place["serves"]): string =>
  `${near(address)}:${serves.get(port) ?? port}`

/** Whether a configuration passes bytes on, rather than requests. */
export const isTcp = (text: string): boolean => /^\s*mode\s+tcp/m.test(text)

const usualSocket = "/var/run/haproxy.sock"
const usualFolder = "/etc/haproxy/"

/**
 * A text with a socket, ports, servers and files of its own; everything else stays. Where there is no socket it gets one, and
 * where requests are passed on it gets {@link probeFrontend}.
 */
export const placed = (text: string, { directory, listens, serves, socket }: Place): string => {
  const open = `  stats socket ${socket} mode 600 level admin`
  const probe = `\nfrontend ${probeFrontend}\n  bind 127.0.0.1:${probePort}\n  use_backend %[req.hdr(${probeHeader})]\n`
  const whole = `${/^\s*stats\s+socket/m.test(text) ? text : text.replace(/^global$/m, `global\n${open}`)}${isTcp(text) ? "" : probe}`
  return whole
    .replaceAll(usualSocket, socket)
    .replaceAll(usualFolder, `${directory}/`)
    .replaceAll(listening, (port) => String(listens.get(port) ?? port))
    .replaceAll(serving, (_, address: string, port: string) => served(address, port, serves))
}

const folders = { maps: "maps", ssl_certificates: "ssl", general: "general", ssl_crt_lists: "ssl" } as const

/** Puts files where a server keeps them. */
export const placeFiles = (directory: string, files: ReadonlyArray<StoredFile>): void => {
  for (const { content, kind, name } of files) {
    const folder = join(directory, folders[kind])
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, storedName(name, kind)), content)
  }
}
