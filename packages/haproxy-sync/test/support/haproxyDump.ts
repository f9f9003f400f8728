import { execFile } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Document, type HaproxyVersion, sectionKinds, tokensOf, versionIn } from "@lockstep/haproxy-sync"

/** The HAProxy of a version, as the run of the server suites names it. */
export const haproxyBinary = (version: HaproxyVersion): string => {
  const name = `LOCKSTEP_HAPROXY_${version.replace(".", "_")}`
  const path = process.env[name]
  if (path === undefined) throw new Error(`${name} must name HAProxy ${version}: start this with npm run test:servers`)
  return path
}

/** What HAProxy says of a text when it only splits it into words (`-dC`), directives unread. */
export interface Dump {
  /** Whether it refuses the text. */
  readonly refused: boolean
  /** Everything on stdout, bytes as they are. */
  readonly stdout: Buffer
  /** The lines it finds wrong. */
  readonly errors: ReadonlyMap<number, string>
}

const errorsIn = (stderr: string): ReadonlyMap<number, string> =>
  new Map(
    [...stderr.matchAll(/\[ALERT\].*?parsing \[[^\]]*:(\d+)\]\s?: (.*)/g)].map(([, line = "", text = ""]) => [
      Number(line),
      text
    ])
  )

/** Has HAProxy split a file; its environment is the given one alone. */
export const dumpFile = (
  binary: string,
  file: string,
  environment: Readonly<Record<string, string>> = {}
): Promise<Dump> =>
  new Promise((resolve, reject) => {
    execFile(
      binary,
      ["-dC", "-c", "-f", file],
      { env: { PATH: process.env["PATH"], ...environment }, encoding: "buffer", maxBuffer: 1 << 28, timeout: 30_000 },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== "number") reject(error)
        else resolve({ refused: error?.code === 1, stdout, errors: errorsIn(stderr.toString("latin1")) })
      }
    )
  })

/** Has HAProxy split a text. */
export const dumpText = async (
  binary: string,
  text: string,
  environment: Readonly<Record<string, string>> = {}
): Promise<Dump> => {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-dump-"))
  const file = join(folder, "haproxy.cfg")
  try {
    await writeFile(file, text)
    return await dumpFile(binary, file, environment)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Bytes that are no character stand in words as half surrogates. */
const bytesOf = (text: string): Buffer =>
  Buffer.concat(
    text
      .split(/([\udc80-\udcff])/u)
      .map((part) => (/^[\udc80-\udcff]$/u.test(part) ? Buffer.of(part.charCodeAt(0) - 0xdc00) : Buffer.from(part)))
  )

/**
 * What HAProxy would print if it saw the words that we see: a line for each line, all but the headers behind a tab, with a blank
 * behind each word. Lines it refuses are left out.
 */
export const dumpOf = (
  document: Document,
  environment: Readonly<Record<string, string>>,
  version: HaproxyVersion
): Buffer => {
  const headers = new Set(
    sectionKinds.filter((kind) => versionIn(version, kind)).map(({ keyword }) => keyword as string)
  )
  const words = new Map(tokensOf(document, environment, version).map((token) => [token.line, token.words]))
  const refused = new Set(document.diagnostics.filter(({ severity }) => severity === "error").map(({ line }) => line))
  return Buffer.concat(
    Array.from({ length: document.lineStarts.length - 1 }, (_, index) => index + 1).flatMap((line) => {
      if (refused.has(line)) return []
      const seen = words.get(line) ?? []
      return [
        Buffer.from(headers.has(seen[0] ?? "") ? "" : "\t"),
        ...seen.map((word) => bytesOf(`${word} `)),
        Buffer.from("\n")
      ]
    })
  )
}

const trailer = /^(?:Warnings were found\.\n)?(?:Configuration file [^\n]*\n)?$/

/** Reports whether HAProxy printed exactly this dump: once, or once for each process it starts, and a closing remark. */
export const printed = (stdout: Buffer, once: Buffer): boolean => {
  if (!stdout.subarray(0, once.length).equals(once)) return false
  const rest = stdout.subarray(once.length)
  if (trailer.test(rest.toString("latin1"))) return true
  return rest.subarray(0, once.length).equals(once) && trailer.test(rest.subarray(once.length).toString("latin1"))
}
