import type { StoredFile } from "@lockstep/haproxy-sync"
import { accepted, corpusTable, corpusText } from "../corpus.ts"

/** Two configurations of the corpus, with the files beside them. */
export interface Pair {
  readonly name: string
  readonly initial: string
  readonly desired: string
  readonly files: { readonly initial: ReadonlyArray<StoredFile>; readonly desired: ReadonlyArray<StoredFile> }
  /** Whether HAProxy has to be reloaded on the way from one to the other. */
  readonly reload: boolean
}

interface Expected {
  readonly reload: boolean
  readonly aux?: Partial<
    Readonly<
      Record<
        "initialMapFiles" | "initialSSLCertificates" | "mapFiles" | "sslCertificates",
        Readonly<Record<string, string>>
      >
    >
  >
}

const stored = (kind: StoredFile["kind"], names: Readonly<Record<string, string>> = {}): ReadonlyArray<StoredFile> =>
  Object.entries(names).map(([name, file]) => ({ kind, name, content: corpusText(`pairs-aux/${file}`) }))

/** The versions whose verdict on the pairs is known. */
export type PairVersion = "3.0" | "3.2"

/** The pairs of which that HAProxy takes both sides. */
export const pairNames = (version: PairVersion): ReadonlyArray<string> =>
  corpusTable("pairs.tsv")
    .filter((row) => accepted(row[`initial_${version}`]) && accepted(row[`desired_${version}`]))
    .map(({ name = "" }) => name)

/** Reads a pair. */
export const readPair = (name: string): Pair => {
  const { aux = {}, reload } = JSON.parse(corpusText(`pairs/${name}/expected.json`)) as Expected
  return {
    name,
    reload,
    initial: corpusText(`pairs/${name}/initial.cfg`),
    desired: corpusText(`pairs/${name}/desired.cfg`),
    files: {
      initial: [...stored("maps", aux.initialMapFiles), ...stored("ssl_certificates", aux.initialSSLCertificates)],
      desired: [...stored("maps", aux.mapFiles), ...stored("ssl_certificates", aux.sslCertificates)]
    }
  }
}
