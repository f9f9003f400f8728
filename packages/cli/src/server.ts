import { DataplaneClient, type DataplaneConfig, DataplaneError, readHeld } from "@lockstep/haproxy-sync"
import { Config, Duration, Effect, FileSystem, Layer, Option, Redacted } from "effect"
import { type Command, Flag } from "effect/cli"
import { CommandError } from "./CommandError.ts"
import { journalIn, stateDir } from "./journal.ts"

/** The flags that say which server is meant and how it is spoken to: one set for all commands. */
export const serverFlags = {
  url: Flag.String("url").pipe(
    Flag.withDescription("The Data Plane API: http://, https:// or unix: (environment: LOCKSTEP_HAPROXY_URL)"),
    Flag.optional
  ),
  user: Flag.String("user").pipe(Flag.withDescription("The user (environment: LOCKSTEP_HAPROXY_USER)"), Flag.optional),
  passwordFile: Flag.String("password-file").pipe(
    Flag.withDescription("A file that holds the password (environment: LOCKSTEP_HAPROXY_PASSWORD)"),
    Flag.optional
  ),
  caFile: Flag.String("ca-file").pipe(
    Flag.withDescription("The certificates that the server's is checked against"),
    Flag.optional
  ),
  certFile: Flag.String("cert-file").pipe(
    Flag.withDescription("Our certificate, for servers that ask for one"),
    Flag.optional
  ),
  keyFile: Flag.String("key-file").pipe(Flag.withDescription("The key of our certificate"), Flag.optional),
  insecure: Flag.Boolean("insecure").pipe(
    Flag.withDescription("Accept any certificate; only for tests"),
    Flag.withDefault(false)
  ),
  timeout: Flag.Int("timeout").pipe(Flag.withDescription("Seconds that one request may take"), Flag.withDefault(30)),
  runtimeSocket: Flag.String("runtime-socket").pipe(
    Flag.withDescription(
      "HAProxy's own socket, if it is on this machine, for what the Data Plane API has no requests for"
    ),
    Flag.withMetavar("PATH"),
    Flag.optional
  ),
  stateDir
}

/** What the flags say of a server. */
export type ServerOptions = Command.Command.Config.Infer<typeof serverFlags>

const environment = Config.all({
  url: Config.option(Config.String("LOCKSTEP_HAPROXY_URL")),
  user: Config.option(Config.String("LOCKSTEP_HAPROXY_USER")),
  password: Config.option(Config.Redacted("LOCKSTEP_HAPROXY_PASSWORD"))
})

/** The user and password that an emulator asks for: those of the environment, else `admin` and a password that is no secret. */
export const credentials = Config.all({
  user: Config.String("LOCKSTEP_HAPROXY_USER").pipe(Config.withDefault("admin")),
  password: Config.Redacted("LOCKSTEP_HAPROXY_PASSWORD").pipe(Config.withDefault(Redacted.make("pw")))
}).pipe(Effect.orDie)

const missing = (what: string, flag: string, variable: string) =>
  new CommandError({ kind: "Configuration", message: `${what} is not given`, hint: `use ${flag}, or set ${variable}` })

const readSecret = Effect.fnUntraced(function* (file: string) {
  const fs = yield* FileSystem.FileSystem
  return yield* fs.readFileString(file).pipe(
    Effect.mapError(
      (error) =>
        new CommandError({
          kind: "Configuration",
          message: `the file could not be read (${error.reason._tag})`,
          hint: "check its path and mode",
          file
        })
    )
  )
})

const readOptional = (file: Option.Option<string>) =>
  Option.match(file, { onNone: () => Effect.succeed(undefined), onSome: readSecret })

/** The configuration of the client, from flags and environment. */
export const configOf = Effect.fnUntraced(function* (options: ServerOptions) {
  const given = yield* environment.pipe(
    Effect.mapError(
      (error) => new CommandError({ kind: "Configuration", message: error.message, hint: "check the environment" })
    )
  )
  const url = Option.getOrUndefined(Option.orElse(options.url, () => given.url))
  if (url === undefined) return yield* missing("the address of the Data Plane API", "--url", "LOCKSTEP_HAPROXY_URL")
  const username = Option.getOrUndefined(Option.orElse(options.user, () => given.user))
  if (username === undefined) return yield* missing("the user", "--user", "LOCKSTEP_HAPROXY_USER")
  const fromFile = yield* readOptional(options.passwordFile)
  const password =
    fromFile === undefined ? Option.getOrUndefined(given.password) : Redacted.make(fromFile.replace(/\r?\n$/, ""))
  if (password === undefined) return yield* missing("the password", "--password-file", "LOCKSTEP_HAPROXY_PASSWORD")
  const [ca, cert, key] = yield* Effect.all([
    readOptional(options.caFile),
    readOptional(options.certFile),
    readOptional(options.keyFile)
  ])
  return {
    baseUrl: url,
    username,
    password,
    timeout: Duration.seconds(options.timeout),
    ...(Option.isSome(options.runtimeSocket) ? { runtimeSocket: options.runtimeSocket.value } : {}),
    tls: {
      insecure: options.insecure,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key: Redacted.make(key) })
    }
  } satisfies DataplaneConfig
})

/** A failed request, as people are told of it. */
export const fromDataplaneError = (error: DataplaneError): CommandError =>
  new CommandError({
    kind: `Dataplane.${error.reason}`,
    message: `${error.request} failed${error.status === undefined ? "" : ` (${error.status})`}${error.serverMessage === undefined || error.serverMessage === "" ? "" : `: ${error.serverMessage}`}`,
    hint: error.hint
  })

/** Runs an effect with a client for the server that is meant. */
export const withServer =
  (options: ServerOptions) =>
  <A, E, R>(effect: Effect.Effect<A, E | DataplaneError, R>) =>
    Effect.flatMap(configOf(options), (config) =>
      Effect.provide(effect, DataplaneClient.layer(config).pipe(Layer.provide(journalIn(options.stateDir))))
    ).pipe(
      Effect.catchIf(
        (error): error is DataplaneError => error instanceof DataplaneError,
        (error) => Effect.fail(fromDataplaneError(error))
      )
    )

/** What a server says of itself. */
export const infoOf = DataplaneClient.use((client) => client.info)

/** What a server says of itself, and what it holds. */
export const serverOf = Effect.gen(function* () {
  const client = yield* DataplaneClient
  return { info: yield* client.info, held: yield* readHeld }
})
