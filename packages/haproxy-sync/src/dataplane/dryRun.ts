import { Effect, Layer } from "effect"
import { inertJournal } from "../journal/ServerJournal.ts"
import { DataplaneClient } from "./DataplaneClient.ts"
import { DataplaneError } from "./DataplaneError.ts"
import type { WriteResult } from "./WriteResult.ts"

const inert = "dry-run-"

const withoutChange = (what: string, version?: number): Effect.Effect<WriteResult> =>
  Effect.as(Effect.logInfo(`dry run: ${what} is not sent`), {
    status: 202,
    reloadTriggered: false,
    ...(version === undefined ? {} : { version })
  })

/**
 * Wraps a client so that nothing it is asked to change is sent.
 *
 * **When to use**
 *
 * Provide it over a client to see what a program would do to a server. It reads and lets HAProxy check texts as before.
 *
 * **Details**
 *
 * Transactions are made up: beginning one fails on a version that the server doesn't have, committing and abandoning do nothing, and
 * reading within one reads what the server holds. A text that would be pushed is checked.
 *
 * @category layers
 * @since 0.1.0
 */
export const dryRun: Layer.Layer<DataplaneClient, never, DataplaneClient> = Layer.effect(
  DataplaneClient,
  Effect.map(DataplaneClient, (client) => {
    let begun = 0
    return DataplaneClient.of({
      ...client,
      pushRaw: (text) => Effect.andThen(client.validate(text), withoutChange("the configuration")),
      begin: (version) =>
        Effect.flatMap(client.version, (held) =>
          held === version
            ? Effect.sync(() => `${inert}${++begun}`)
            : Effect.fail(
                new DataplaneError({
                  reason: "VersionConflict",
                  request: "begin",
                  serverMessage: `version mismatch: version in configuration file is ${held}, given version is ${version}`
                })
              )
        ),
      commit: (transaction) => withoutChange(`the commit of ${transaction}`),
      abort: () => Effect.void,
      isTouched: () => Effect.succeed(true),
      get: ({ path, query: { transaction_id: transaction = "", ...query } }) =>
        client.get({
          path,
          query: transaction === "" || transaction.startsWith(inert) ? query : { ...query, transaction_id: transaction }
        }),
      dropStale: Effect.succeed(0),
      journal: inertJournal,
      socket: undefined,
      send: (request) =>
        request.method === "GET" || request.repeatable === true
          ? client.send(request)
          : Effect.map(withoutChange(`${request.method} ${request.path}`), ({ status }) => ({
              status,
              headers: {},
              text: ""
            })),
      write: (method, { path }) => withoutChange(`${method} ${path}`)
    })
  })
)
