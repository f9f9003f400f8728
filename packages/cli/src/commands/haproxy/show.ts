import { DataplaneClient } from "@lockstep/haproxy-sync"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { begunBy, openOf, sentenceOf } from "../../openWork.ts"
import { output, reported, writeDocument, writeLine } from "../../Output.ts"
import { serverFlags, serverOf, withServer } from "../../server.ts"

export const commandHaproxyShow = Command.make(
  "show",
  { output, ...serverFlags },
  Effect.fnUntraced(function* (options) {
    const { held, info, open, reloads, transactions } = yield* withServer(options)(
      Effect.gen(function* () {
        const client = yield* DataplaneClient
        return {
          ...(yield* serverOf),
          transactions: yield* client.transactions,
          reloads: yield* client.reloads,
          open: openOf(yield* client.journal.records, yield* client.journal.left)
        }
      })
    )
    const sections = new Map<string, number>()
    for (const { keyword } of held.config.sections) sections.set(keyword, (sections.get(keyword) ?? 0) + 1)
    const content = {
      url: info.url,
      api: info.version,
      version: held.raw.version,
      sections: Object.fromEntries(sections),
      apart: held.apart,
      reloads,
      transactions: transactions.map(({ id, status }) => ({ id, status, ...open.transactions.get(id) })),
      open: open.changes
    }
    if (options.output !== "human") return yield* writeDocument("Server", content, options.output)
    yield* writeLine(
      [
        `${content.url}: Data Plane API ${content.api}, configuration version ${content.version}`,
        ...[...sections].map(([keyword, count]) => `  ${keyword}: ${count}`),
        transactions.length === 0
          ? "no open transactions"
          : `transactions: ${transactions.map(({ id, status }) => `${id} (${status}${begunBy(open.transactions.get(id))})`).join(", ")}`,
        reloads.length === 0
          ? "no reloads since the server was started"
          : `reloads: ${reloads.map(({ id = "the next", status }) => `${id} (${status})`).join(", ")}`,
        ...(held.apart ? ["memory and disk of the server have come apart: a reload has failed"] : []),
        ...open.changes.map(sentenceOf)
      ].join("\n")
    )
  }, reported)
).pipe(
  Command.withDescription("Show what a server holds: version, sections, transactions, reloads, and what was left open")
)
