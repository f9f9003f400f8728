import { type ChildProcess, spawn } from "node:child_process"
import { writeFileSync } from "node:fs"
import { connect } from "node:net"
import { join } from "node:path"
import { DataplaneClient, Synchronizer, type SyncResult } from "@lockstep/haproxy-sync"
import { assert, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { accepted, corpusTable, corpusText, describeCorpus } from "../../support/corpus.ts"
import { haproxyBinary } from "../../support/haproxyDump.ts"
import { folder, freePort, overHaproxy } from "../../support/realHaproxy.ts"

/** What a running HAProxy answers on its socket. */
const asked = (socket: string, command: string) =>
  Effect.tryPromise(
    () =>
      new Promise<string>((resolve, reject) => {
        let answer = ""
        connect(socket)
          .on("error", reject)
          .on("data", (data) => (answer += data.toString()))
          .on("end", () => resolve(answer))
          .end(`${command}\n`)
      })
  )

/** That the configuration has put a server into maintenance is remembered where it has left that since. */
const byConfiguration = 4

/** The rows of a table, of which only some columns are the configuration's doing. */
const columns = (table: string, separator: string, wanted: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [head = "", ...rows] = table.replace(/^1\n/, "").replace(/^# /, "").trim().split("\n")
  const names = head.split(separator)
  return rows
    .filter((row) => row.trim() !== "")
    .map((row) => {
      const cells = row.split(separator)
      return wanted
        .map((name) => {
          const cell = cells[names.indexOf(name)] ?? ""
          return name === "srv_admin_state" ? String(Number(cell) & ~byConfiguration) : cell
        })
        .join(" ")
    })
    .toSorted()
}

const ofStatistics = ["pxname", "svname", "type", "mode", "algo", "weight", "bck", "act", "rate_lim", "cookie"]
const ofServers = ["be_name", "srv_name", "srv_addr", "srv_port", "srv_uweight", "srv_admin_state", "srv_fqdn"]

/** What a running HAProxy says of itself, as far as its configuration decides it. */
const probe = (socket: string) =>
  Effect.gen(function* () {
    return {
      statistics: columns(yield* asked(socket, "show stat"), ",", ofStatistics),
      servers: columns(yield* asked(socket, "show servers state"), " ", ofServers),
      lists: (yield* asked(socket, "show acl")).replaceAll(/ file '\S*' line \d+/g, "")
    }
  })

/** A HAProxy of its own, started with a text, for as long as the scope. */
const started = Effect.fnUntraced(function* (binary: string, text: string, socket: string) {
  const file = join(yield* folder, "haproxy.cfg")
  writeFileSync(file, text)
  yield* Effect.acquireRelease(
    Effect.sync((): ChildProcess => spawn(binary, ["-db", "-f", file], { stdio: "ignore" })),
    (child) =>
      Effect.promise(
        () =>
          new Promise<void>((resolve) => {
            if (child.exitCode !== null) return resolve()
            child.once("exit", () => resolve()).kill("SIGKILL")
          })
      )
  )
  yield* asked(socket, "show info").pipe(Effect.retry({ schedule: Schedule.spaced("20 millis"), times: 250 }))
})

const usual = "/var/run/haproxy.sock"

/** A text with a socket and ports of its own; everything else stays. */
const placed = Effect.fnUntraced(function* (texts: ReadonlyArray<string>) {
  const socket = join(yield* folder, "stats.sock")
  const ports = new Map<string, number>()
  for (const port of new Set(texts.flatMap((text) => text.match(/(?<=^\s*bind\s+\S*:)\d+/gm) ?? []))) {
    ports.set(port, yield* freePort)
  }
  const place = (text: string) =>
    text.replaceAll(usual, socket).replaceAll(/(?<=^\s*bind\s+\S*:)\d+/gm, (port) => String(ports.get(port) ?? port))
  return { socket, texts: texts.map(place) }
})

const bring = Effect.fnUntraced(function* (desired: string) {
  const { text } = yield* DataplaneClient.use((client) => client.raw)
  return yield* Synchronizer.use((synchronizer) => synchronizer.syncFromStrings(text, desired))
})

const told = ({ message, status }: SyncResult) => `${status}: ${message}`

/** What is wrong after one pair was brought over a real HAProxy; nothing where all is well. */
const complaint = (binary: string, name: string) =>
  Effect.gen(function* () {
    const [initial, desired] = [corpusText(`pairs/${name}/initial.cfg`), corpusText(`pairs/${name}/desired.cfg`)]
    const own = yield* placed([initial, desired])
    const { layer } = yield* overHaproxy({ config: own.texts[0] ?? "", haproxy: binary })
    return yield* Effect.gen(function* () {
      const first = yield* bring(own.texts[1] ?? "")
      if (first.status === "refused") return first.plan?.refusals.length === 0 ? told(first) : ""
      if (first.status !== "applied" && first.status !== "in-sync") return told(first)
      const second = yield* bring(own.texts[1] ?? "")
      if (second.status !== "in-sync") return `again: ${told(second)}`
      const fresh = yield* placed([desired])
      yield* started(binary, fresh.texts[0] ?? "", fresh.socket)
      const [synced, wanted] = [yield* probe(own.socket), yield* probe(fresh.socket)]
      return JSON.stringify(synced) === JSON.stringify(wanted)
        ? ""
        : `${JSON.stringify(synced)} instead of ${JSON.stringify(wanted)}`
    }).pipe(Effect.provide(layer))
  }).pipe(Effect.scoped)

describeCorpus("a plan that is carried out over a real HAProxy", () => {
  for (const version of ["3.0", "3.2"] as const) {
    // Those without a socket, or with certificates and maps that lie elsewhere, don't start here.
    const names = corpusTable("pairs.tsv")
      .filter((row) => accepted(row[`initial_${version}`]) && accepted(row[`desired_${version}`]))
      .map(({ name = "" }) => name)
      .filter((name) =>
        ["initial", "desired"].every((side) => {
          const text = corpusText(`pairs/${name}/${side}.cfg`)
          return text.includes(usual) && !text.includes("/etc/haproxy/")
        })
      )

    it(`has pairs for HAProxy ${version}`, () => assert.isAbove(names.length, 40))

    it.live.each(names)(
      `makes HAProxy ${version} what %s desires, as one that is started with it, and then finds nothing more`,
      (name) =>
        Effect.map(complaint(haproxyBinary(version), name), (found) => {
          assert.strictEqual(found, "")
        }),
      60_000
    )
  }
})
