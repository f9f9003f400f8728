import { execFile } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { format, type HaproxyVersion, parse, printModel } from "@lockstep/haproxy-sync"
import { assert, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { corpus, corpusTable, corpusText, describeCorpus } from "../../support/corpus.ts"
import { haproxyBinary } from "../../support/haproxyDump.ts"

interface Answer {
  /** 0 where HAProxy takes a text, 2 where there is only nothing to listen on. */
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** What a HAProxy says of a text, whose relative paths begin at a folder. */
const ask = (version: HaproxyVersion, args: ReadonlyArray<string>, text: string, cwd: string) =>
  Effect.acquireUseRelease(
    Effect.promise(() => mkdtemp(join(tmpdir(), "lockstep-printed-"))),
    (folder) =>
      Effect.promise(async () => {
        const file = join(folder, "haproxy.cfg")
        await writeFile(file, text)
        return await new Promise<Answer>((resolve, reject) => {
          execFile(
            haproxyBinary(version),
            [...args, "-c", "-f", file],
            { cwd, timeout: 30_000 },
            (error, stdout, stderr) => {
              if (error !== null && typeof error.code !== "number") reject(error)
              else resolve({ status: typeof error?.code === "number" ? error.code : 0, stdout, stderr })
            }
          )
        })
      }),
    (folder) => Effect.promise(() => rm(folder, { recursive: true }))
  )

const units = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const sizes = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 } as const

/** One spelling of what the manual gives several: units, brackets around an address, the status of a denial. */
const plain = (word: string, isSize: boolean): string => {
  const [, number = "", unit = ""] = /^(\d+)([a-z]+)$/.exec(word) ?? []
  const table: Readonly<Record<string, number>> = isSize ? sizes : { ...sizes, ...units }
  const factor = Object.hasOwn(table, unit) ? table[unit] : undefined
  if (factor !== undefined) return String(Number(number) * factor)
  return word === "deny_status" ? "status" : word.replace(/^\[(.*)\](:\d+)$/, "$1$2")
}

/** The lines that a HAProxy sees, each with its words in some order: that of options and of lines is free. */
const linesSeen = ({ stdout }: Answer): ReadonlyArray<string> =>
  stdout
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^(?:Warnings were found|Configuration file )/.test(line))
    .map((line) => {
      const words = line.trim().split(" ")
      return words
        .map((word, index) => plain(word, words[index - 1]?.endsWith("size") === true))
        .toSorted()
        .join(" ")
    })
    .toSorted()

/** What HAProxy minds of a text that was printed in place of one it takes; nothing where they mean the same. */
const complaint = (
  version: HaproxyVersion,
  printed: string,
  cwd: string,
  taken: Answer,
  lines: ReadonlyArray<string>
) =>
  Effect.gen(function* () {
    const { status, stderr } = yield* ask(version, [], printed, cwd)
    if (status !== taken.status) return stderr
    const seen = linesSeen(yield* ask(version, ["-dC"], printed, cwd))
    const lost = lines.filter((line) => !seen.includes(line))
    const added = seen.filter((line) => !lines.includes(line))
    return [...lost.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)].join("\n")
  })

/** What HAProxy minds of what is printed of a file, by the printer; undefined where it doesn't take the file itself. */
const complaints = (version: HaproxyVersion, file: string) =>
  Effect.gen(function* () {
    const text = corpusText(file)
    const cwd = join(corpus, dirname(file))
    const config = parse(text, { version })
    if (Result.isFailure(config)) return undefined
    const taken = yield* ask(version, [], text, cwd)
    if (taken.status === 1) return undefined
    const lines = linesSeen(yield* ask(version, ["-dC"], text, cwd))
    return {
      file,
      printModel: yield* complaint(version, printModel(config.success), cwd, taken, lines),
      format: yield* complaint(version, format(config.success), cwd, taken, lines)
    }
  })

describeCorpus("printModel and format over the corpus", () => {
  const files = corpusTable("configs.tsv").map(({ file = "" }) => file)
  for (const version of ["2.6", "3.0", "3.2", "3.4"] as const) {
    it.effect(
      `write what means the same to HAProxy ${version}, of each file that it takes`,
      () =>
        Effect.gen(function* () {
          const answers = yield* Effect.forEach(files, (file) => complaints(version, file), { concurrency: 4 })
          const taken = answers.filter((answer) => answer !== undefined)
          assert.isAbove(taken.length, 200)
          assert.deepStrictEqual(
            taken.filter((one) => one.printModel !== "" || one.format !== ""),
            []
          )
        }),
      300_000
    )
  }
})
